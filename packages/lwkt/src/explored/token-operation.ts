/**
 * Owns taking and giving back a token under the explorer without a generator: the same word steps as in
 * token.ts, as one object that is its own iterator, since each level of generators costs time in every step.
 * What is not simple is left to the generators. One of each for each context.
 */
import {
  deltaOf,
  EV_MINE,
  EV_WANT_EXCLUSIVE,
  GRANTED,
  NO_EDGE,
  outcomeOf,
  T_COUNT,
  T_REF,
  TOK_EXCLREQ,
  TOK_EXCLUSIVE,
  TOKREF_WORDS,
  TR_COUNT,
  TR_TOK,
} from '@smplab/token';
import type { Steps } from '../registry.ts';
import { TD, toksBase } from '../thread.ts';
import { finishGettoken, lwkt_reltoken, waitForRef } from '../token.ts';
import { forbidden, isMine, pushRef, releaseEvent } from '../token-ref.ts';
import type { ExploredContext } from './context.ts';

type Result = IteratorResult<unknown>;
const DONE = { done: true, value: undefined } as Result;

const BEGIN = 0;
const LOOKING = 1;
const CHANGING = 2;
const DELEGATED = 3;

/** What both have in common. */
abstract class TokenSteps {
  token = 0;
  protected stage = BEGIN;
  /** The word step that is pending. */
  protected step: Iterator<unknown> | null = null;
  #rest: Steps | null = null;

  constructor(protected readonly k: ExploredContext) {}

  /** Whether it is under way: code on top of the thread (splz) then needs another. */
  get isBusy(): boolean {
    return this.stage !== BEGIN;
  }

  /** Forgets a run that ended in the middle. */
  reset(): void {
    this.stage = BEGIN;
    this.step = null;
    this.#rest = null;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(value?: unknown): Result {
    if (this.stage === DELEGATED) return this.#delegate(value);
    const result = this.advance();
    return result ?? this.#delegate(undefined);
  }

  /** Makes a step; null after `delegate`. */
  protected abstract advance(): Result | null;

  /** Leaves the rest to a generator. */
  protected delegate(rest: Steps): null {
    this.stage = DELEGATED;
    this.#rest = rest;
    return null;
  }

  #delegate(value: unknown): Result {
    const result = (this.#rest as Steps).next(value);
    if (result.done === true) this.stage = BEGIN;
    return result;
  }

  protected begin(step: unknown): Result {
    this.step = step as Iterator<unknown>;
    return this.step.next();
  }
}

export class ExploredGetToken extends TokenSteps {
  #ref = 0;
  #next = 0;
  #mine = false;
  #isGrant = false;

  protected override advance(): Result | null {
    if (this.stage === BEGIN) return this.#start();
    return this.stage === LOOKING ? this.#looked() : this.#changed();
  }

  #start(): Result | null {
    const { k, token } = this;
    this.#ref = pushRef(k, token, TOK_EXCLUSIVE | TOK_EXCLREQ);
    // Held already, exclusively or shared: the generator knows what to say.
    if (this.#ref !== toksBase(k.td) || k.kernel.asSeed['preempt-token-ref']) {
      return this.delegate(finishGettoken(k, token, this.#ref));
    }
    this.stage = LOOKING;
    return this.begin(k.tokenLoad(token));
  }

  #looked(): Result | null {
    const { k, token } = this;
    const result = (this.step as Iterator<unknown>).next();
    const count = result.value as number;
    const { words } = k;
    this.#mine = isMine(words, k.td, token, count);
    const event = this.#mine ? EV_WANT_EXCLUSIVE | EV_MINE : EV_WANT_EXCLUSIVE;
    const entry = k.kernel.tokens.entry(count, event);
    if (entry === NO_EDGE) forbidden(k, token, count, event);
    this.#isGrant = outcomeOf(entry) === GRANTED;
    this.#next = count + deltaOf(entry);
    if (!this.#isGrant && this.#next === count) return this.#wait(count);
    this.stage = CHANGING;
    return this.begin(k.tokenChange(token, count, this.#next, event));
  }

  #changed(): Result | null {
    const { k, token } = this;
    const result = (this.step as Iterator<unknown>).next();
    if (result.value !== true) {
      this.stage = LOOKING;
      return this.begin(k.tokenLoad(token));
    }
    if (!this.#isGrant) return this.#wait(this.#next);
    const { words } = k;
    if (this.#mine) words[this.#ref + TR_COUNT] &= ~TOK_EXCLUSIVE;
    else words[token + T_REF] = this.#ref;
    this.stage = BEGIN;
    k.noteToken(token, true);
    return DONE;
  }

  #wait(seen: number): null {
    const { k, token } = this;
    k.cpu.wants.push(token + T_COUNT, seen);
    return this.delegate(waitAndNote(k, token, this.#ref));
  }
}

function* waitAndNote(k: ExploredContext, token: number, ref: number): Steps {
  yield* waitForRef(k, token, ref);
  k.noteToken(token, true);
}

export class ExploredRelToken extends TokenSteps {
  #ref = 0;

  protected override advance(): Result | null {
    return this.stage === BEGIN ? this.#start() : this.#released();
  }

  #start(): Result | null {
    const { k, token } = this;
    const { words, td } = k;
    const ref = (this.#ref = words[td + TD.td_toks_stop] - TOKREF_WORDS);
    if (ref < toksBase(td) || words[ref + TR_TOK] !== token || k.kernel.asSeed['preempt-token-ref']) {
      return this.delegate(lwkt_reltoken(k, token));
    }
    const count = words[token + T_COUNT];
    const isExclusive = words[token + T_REF] === ref;
    const entry = k.kernel.tokens.entry(count, releaseEvent(count, isExclusive));
    if (entry === NO_EDGE) return this.delegate(lwkt_reltoken(k, token));
    if (isExclusive) words[token + T_REF] = 0;
    this.stage = CHANGING;
    return this.begin(k.tokenRelease(token, deltaOf(entry)));
  }

  #released(): Result {
    const { k, token } = this;
    (this.step as Iterator<unknown>).next();
    k.words[k.td + TD.td_toks_stop] = this.#ref;
    this.stage = BEGIN;
    k.noteToken(token, false);
    return DONE;
  }
}
