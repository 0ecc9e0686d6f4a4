/**
 * The operations on one token, at once and in one piece: compare-and-swap loops over kernel memory, in which
 * the table decides every change of the token word. For callers that need no step between the accesses: the
 * fused live path, tests, other programs. Any number of threads may call; each may pass only its own
 * references, which lie in its stack from `base` up to, not including, `stop`.
 *
 * t_ref is read and written as a plain word. It is compared only with the stack of the thread that asks, and
 * only that thread ever writes such a value there and takes it away again; so what another thread may see
 * late decides nothing. The compare-and-swap of t_count that follows or precedes each write orders the rest.
 */
import { KernelPanic } from '@smplab/kmem';
import { GRANTED, NO_EDGE, REFUSED } from './compile.ts';
import {
  TOKREF_WORDS,
  TOK_EXCLUSIVE,
  TOK_INCR,
  TR_COUNT,
  TR_OWNER,
  TR_TOK,
  T_COLLISIONS,
  T_COUNT,
  T_REF,
} from './layout.ts';
import {
  EV_MINE,
  EV_RELEASE_COUNTED,
  EV_RELEASE_EXCLUSIVE,
  EV_RELEASE_LAST_COUNTED,
  EV_TRY_EXCLUSIVE,
  EV_TRY_SHARED,
  EV_WANT_EXCLUSIVE,
  EV_WANT_SHARED,
  EV_WANT_SHARED_FAIR,
  tokenTransitions,
} from './table.ts';
import type { TokenTransitions } from './table.ts';

/** Fills a reference before it is acquired. `mode` is of TOK_EXCLUSIVE and TOK_EXCLREQ. */
export function initTokref(words: Int32Array, ref: number, tok: number, mode: number, owner = 0): void {
  words[ref + TR_TOK] = tok;
  words[ref + TR_COUNT] = mode;
  words[ref + TR_OWNER] = owner;
}

/**
 * Takes the token exclusively, if it is free or this thread has it so already. In the latter case the
 * reference becomes a counted one: EXCLUSIVE is taken out of its tr_count.
 * @param blocking the caller will wait: a failure leaves EXCLREQ in the word
 * @throws KernelPanic when the machine has no such transition
 */
export function tryAcquireExclusive(
  words: Int32Array,
  tok: number,
  ref: number,
  base: number,
  stop: number,
  blocking: boolean,
  transitions: TokenTransitions = tokenTransitions,
): boolean {
  const asked = blocking ? EV_WANT_EXCLUSIVE : EV_TRY_EXCLUSIVE;
  for (;;) {
    const count = Atomics.load(words, tok + T_COUNT);
    const event = (count & TOK_EXCLUSIVE) === 0 ? asked : asked | mine(words[tok + T_REF], base, stop);
    const entry = transitions.entry(count, event);
    const outcome = entry & 15;
    if (outcome === NO_EDGE) panic(words, tok, count, event, transitions);
    if (outcome === REFUSED) return collide(words, tok);
    if (Atomics.compareExchange(words, tok + T_COUNT, count, count + (entry >> 8)) !== count) continue;
    if (outcome !== GRANTED) return collide(words, tok);
    if ((event & EV_MINE) !== 0) words[ref + TR_COUNT] &= ~TOK_EXCLUSIVE;
    else if (words[tok + T_REF] === 0) words[tok + T_REF] = ref;
    else panicOwned(words, tok);
    return true;
  }
}

/**
 * Takes the token shared, if nobody else has it exclusively.
 * @param blocking the caller will wait
 * @param fair stand back behind a waiting exclusive request if this is the thread's only token
 * @throws KernelPanic when the machine has no such transition
 */
export function tryAcquireShared(
  words: Int32Array,
  tok: number,
  _ref: number,
  base: number,
  stop: number,
  blocking: boolean,
  fair = false,
  transitions: TokenTransitions = tokenTransitions,
): boolean {
  const alone = fair && stop - base === TOKREF_WORDS;
  const asked = blocking ? EV_WANT_SHARED : EV_TRY_SHARED;
  const unowned = blocking && alone ? EV_WANT_SHARED_FAIR : asked;
  for (;;) {
    const count = Atomics.load(words, tok + T_COUNT);
    const isMine = (count & TOK_EXCLUSIVE) === 0 ? 0 : mine(words[tok + T_REF], base, stop);
    const event = isMine === 0 ? unowned : asked | EV_MINE;
    const entry = transitions.entry(count, event);
    const outcome = entry & 15;
    if (outcome === NO_EDGE) panic(words, tok, count, event, transitions);
    if (outcome === REFUSED) return collide(words, tok);
    if (Atomics.compareExchange(words, tok + T_COUNT, count, count + (entry >> 8)) === count) return true;
  }
}

/**
 * Gives up what a reference holds: the exclusive hold if t_ref names it, else one of the count.
 * @throws KernelPanic when the machine has no such transition, as for a token that is not held
 */
export function release(
  words: Int32Array,
  ref: number,
  transitions: TokenTransitions = tokenTransitions,
): void {
  const tok = words[ref + TR_TOK];
  const exclusive = words[tok + T_REF] === ref;
  for (;;) {
    const count = Atomics.load(words, tok + T_COUNT);
    const event = exclusive
      ? EV_RELEASE_EXCLUSIVE
      : count < 2 * TOK_INCR
        ? EV_RELEASE_LAST_COUNTED
        : EV_RELEASE_COUNTED;
    const entry = transitions.entry(count, event);
    if ((entry & 15) !== GRANTED) panic(words, tok, count, event, transitions);
    if (exclusive) words[tok + T_REF] = 0;
    if (Atomics.compareExchange(words, tok + T_COUNT, count, count + (entry >> 8)) === count) return;
    if (exclusive) words[tok + T_REF] = ref;
  }
}

/**
 * Exchanges the two topmost references of a stack, so that the lower token can be released first. Two
 * references to one token stay as they are. The thread must own both.
 * @throws KernelPanic when the stack has fewer than two
 */
export function swap(words: Int32Array, base: number, stop: number): void {
  const upper = stop - TOKREF_WORDS;
  const lower = upper - TOKREF_WORDS;
  if (lower < base) {
    throw new KernelPanic(`lwkt_token_swap with ${(stop - base) / TOKREF_WORDS} tokens, needs two`);
  }
  const upperToken = words[upper + TR_TOK];
  const lowerToken = words[lower + TR_TOK];
  if (upperToken === lowerToken) return;
  const upperMode = words[upper + TR_COUNT];
  words[upper + TR_TOK] = lowerToken;
  words[upper + TR_COUNT] = words[lower + TR_COUNT];
  words[lower + TR_TOK] = upperToken;
  words[lower + TR_COUNT] = upperMode;
  if (words[upperToken + T_REF] === upper) words[upperToken + T_REF] = lower;
  if (words[lowerToken + T_REF] === lower) words[lowerToken + T_REF] = upper;
}

/** EV_MINE when the reference lies in the stack, else 0. */
function mine(ref: number, base: number, stop: number): number {
  return ref >= base && ref < stop ? EV_MINE : 0;
}

/** Counts a failed acquisition. Not atomic: two at once may count as one. */
function collide(words: Int32Array, tok: number): false {
  words[tok + T_COLLISIONS]++;
  return false;
}

function panic(
  words: Int32Array,
  tok: number,
  count: number,
  event: number,
  transitions: TokenTransitions,
): never {
  throw new KernelPanic(
    `token ${tok}: ${transitions.describe(count, event)} (t_count ${count}, t_ref ${words[tok + T_REF]})`,
  );
}

function panicOwned(words: Int32Array, tok: number): never {
  throw new KernelPanic(`token ${tok} was free, but t_ref is ${words[tok + T_REF]}`);
}
