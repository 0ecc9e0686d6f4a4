/**
 * Owns the fused token operations of a live CPU: an uncontended acquire or release is one operation, by the
 * same compiled table as the steps it stands for; anything else falls back to them. Runs in the CPU's worker.
 */
import {
  finishGettoken,
  type Kernel,
  lwkt_reltoken,
  releaseEvent,
  type Steps,
  TD,
  toksBase,
} from '@smplab/lwkt';
import {
  deltaOf,
  EV_MINE,
  EV_WANT_EXCLUSIVE,
  GRANTED,
  LWKT_MAXTOKENS,
  NO_EDGE,
  outcomeOf,
  T_COUNT,
  T_REF,
  TOK_EXCLREQ,
  TOK_EXCLUSIVE,
  TOKREF_WORDS,
  TR_COUNT,
  TR_OWNER,
  TR_TOK,
  type TokenTransitions,
} from '@smplab/token';
import type { LiveContext } from './context.ts';
import { DONE, INTERRUPTED } from './operation.ts';

/**
 * One object for each CPU, used again and again. One that has yielded, or is not simple and taken over by a
 * generator, stays with its context, and the CPU takes another.
 */
export class TokenOperation {
  readonly #tokens: TokenTransitions;
  /** As in 2010, a thread on top of another may count on the tokens of that one: the steps know how. */
  readonly #mayInherit: boolean;
  token = 0;
  takes = false;
  k!: LiveContext;
  /** It stands in the middle: it has yielded to an interrupt, or steps do the rest. */
  #isUnderWay = false;
  #slow: Steps | null = null;

  constructor(private readonly kernel: Kernel) {
    this.#tokens = kernel.tokens;
    this.#mayInherit = kernel.asSeed['preempt-token-ref'];
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(value?: unknown): IteratorResult<unknown> {
    if (this.#isUnderWay) return this.#goOn(value);
    const { cpu } = this.k;
    if (cpu.isWanted(this.k)) {
      this.#stay();
      return INTERRUPTED;
    }
    cpu.beat();
    const slow = this.takes ? this.#take() : this.#giveBack();
    return slow === null ? DONE : this.#leaveTo(slow);
  }

  #goOn(value: unknown): IteratorResult<unknown> {
    if (this.#slow !== null) return this.#slow.next(value);
    this.k.cpu.beat();
    const slow = this.takes ? this.#take() : this.#giveBack();
    return slow === null ? DONE : this.#leaveTo(slow);
  }

  #leaveTo(slow: Steps): IteratorResult<unknown> {
    if (!this.#isUnderWay) this.#stay();
    this.#slow = slow;
    return slow.next();
  }

  #stay(): void {
    this.#isUnderWay = true;
    this.k.cpu.operations.token = new TokenOperation(this.kernel);
  }

  /** Null if it is done; otherwise what is left to do. */
  #take(): Steps | null {
    const { k } = this;
    const token = this.token;
    const { td } = k;
    const { words } = k.cpu;
    const stop = td + TD.td_toks_stop;
    const ref = words[stop];
    const inherits = this.#mayInherit && words[td + TD.td_preempted] !== 0;
    if (inherits || (token | 0) !== token || token <= 0 || token >= words.length)
      return k.slowGettoken(token);
    if (ref >= toksBase(td) + LWKT_MAXTOKENS * TOKREF_WORDS) return k.slowGettoken(token);
    words[ref + TR_TOK] = token;
    words[ref + TR_COUNT] = TOK_EXCLUSIVE | TOK_EXCLREQ;
    words[ref + TR_OWNER] = td;
    words[stop] = ref + TOKREF_WORDS;
    // Plain: the exchange below says whether it was still true.
    const count = words[token + T_COUNT];
    const holder = words[token + T_REF];
    const mine = (count & TOK_EXCLUSIVE) !== 0 && holder >= toksBase(td) && holder < ref;
    const entry = this.#tokens.entry(count, mine ? EV_WANT_EXCLUSIVE | EV_MINE : EV_WANT_EXCLUSIVE);
    if (outcomeOf(entry) !== GRANTED) return finishGettoken(k, token, ref);
    if (Atomics.compareExchange(words, token + T_COUNT, count, count + deltaOf(entry)) !== count) {
      return finishGettoken(k, token, ref);
    }
    if (mine) words[ref + TR_COUNT] = TOK_EXCLREQ;
    else words[token + T_REF] = ref;
    return null;
  }

  #giveBack(): Steps | null {
    const { k } = this;
    const token = this.token;
    const { td } = k;
    const { words } = k.cpu;
    const ref = words[td + TD.td_toks_stop] - TOKREF_WORDS;
    if (ref < toksBase(td) || words[ref + TR_TOK] !== token || words[ref + TR_OWNER] === 0)
      return lwkt_reltoken(k, token);
    // Plain: the exchange below says whether it was still true.
    const count = words[token + T_COUNT];
    const isExclusive = words[token + T_REF] === ref;
    const entry = this.#tokens.entry(count, releaseEvent(count, isExclusive));
    if (entry === NO_EDGE) return lwkt_reltoken(k, token);
    if (isExclusive) words[token + T_REF] = 0;
    if (Atomics.compareExchange(words, token + T_COUNT, count, count + deltaOf(entry)) !== count) {
      if (isExclusive) words[token + T_REF] = ref;
      return lwkt_reltoken(k, token);
    }
    words[td + TD.td_toks_stop] = ref;
    k.cpu.written(token + T_COUNT);
    return null;
  }
}
