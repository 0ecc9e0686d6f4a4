/**
 * Owns two descriptors that appear at once, of pipes and socket pairs: both are reserved before anything is
 * made, and show only when both files are whole. Runs in the thread of the call. Guard: fd_spin.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { fdalloc, fdunreserve, fsetfd } from '@smplab/proc';

/** What pipe2 and socketpair give. */
export interface PairResult {
  fds?: readonly [number, number];
}

/** Reserves the two lowest free descriptors: 0, or a negative errno and none is taken. */
export function* reservePair(k: Context, result: PairResult): Steps<number> {
  const one = yield* fdalloc(k, 0);
  if (one < 0) return one;
  const other = yield* fdalloc(k, 0);
  if (other < 0) {
    yield* fdunreserve(k, one);
    return other;
  }
  result.fds = [one, other];
  return 0;
}

/** Puts the files there; a descriptor flag such as UF_EXCLOSE goes with both. */
export function* publishPair(
  k: Context,
  { fds = [-1, -1] }: PairResult,
  [one, other]: readonly [number, number],
  flags: number,
): Steps {
  yield* fsetfd(k, fds[0], one, flags);
  yield* fsetfd(k, fds[1], other, flags);
}
