/**
 * The operations on the stack of tokens of one thread, in one piece like those of word-token.ts: dropping all
 * tokens at a switch and taking them again, all or none. The stack lies in kernel memory from `base` up to,
 * not including, `stop`; whoever runs the thread's CPU may call.
 */
import { TOKREF_WORDS, TOK_EXCLREQ, TOK_EXCLUSIVE, TR_COUNT, TR_TOK } from './layout.ts';
import { tokenTransitions } from './table.ts';
import type { TokenTransitions } from './table.ts';
import { release, tryAcquireExclusive, tryAcquireShared } from './word-token.ts';

/** Tries once for what the reference asks in tr_count. @param fair see `tryAcquireShared` */
export function tryAcquire(
  words: Int32Array,
  ref: number,
  base: number,
  stop: number,
  fair = false,
  transitions: TokenTransitions = tokenTransitions,
): boolean {
  const tok = words[ref + TR_TOK];
  const mode = words[ref + TR_COUNT];
  const blocking = (mode & TOK_EXCLREQ) !== 0;
  return (mode & TOK_EXCLUSIVE) !== 0
    ? tryAcquireExclusive(words, tok, ref, base, stop, blocking, transitions)
    : tryAcquireShared(words, tok, ref, base, stop, blocking, fair, transitions);
}

/** Releases what the references hold, from the top down; they stay on the stack (lwkt_relalltokens). */
export function releaseAll(
  words: Int32Array,
  base: number,
  stop: number,
  transitions: TokenTransitions = tokenTransitions,
): void {
  for (let ref = stop - TOKREF_WORDS; ref >= base; ref -= TOKREF_WORDS) release(words, ref, transitions);
}

/**
 * Takes every token on the stack, from the bottom up, or none (lwkt_getalltokens without sorting): at the
 * first refusal all that was taken is released again.
 */
export function acquireAll(
  words: Int32Array,
  base: number,
  stop: number,
  fair = false,
  transitions: TokenTransitions = tokenTransitions,
): boolean {
  for (let ref = base; ref < stop; ref += TOKREF_WORDS) {
    if (tryAcquire(words, ref, base, stop, fair, transitions)) continue;
    releaseAll(words, base, ref, transitions);
    return false;
  }
  return true;
}
