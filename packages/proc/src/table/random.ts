/**
 * Owns the random numbers of the process table: a xorshift generator whose state is a word of kernel memory,
 * so that a run with the same schedule draws the same numbers. Run by any thread.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { procs } from '../proc-kernel.ts';
import { G } from './procglob.ts';

/** State zero stays zero: what it starts with. */
const FIRST = 0x2545f491;

/** 32 random bits (read_random). */
export function* read_random(k: Context): Steps<number> {
  const state = procs(k).g + G.g_random;
  for (;;) {
    const before = yield* k.load(state);
    const after = xorshift(before === 0 ? FIRST : before);
    if (yield* k.cmpset(state, before, after)) return after;
  }
}

function xorshift(x: number): number {
  let y = x ^ (x << 13);
  y ^= y >>> 17;
  return y ^ (y << 5);
}
