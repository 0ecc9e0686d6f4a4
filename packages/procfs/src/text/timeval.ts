/**
 * Owns how texts tell times: the machine counts clock ticks since it was booted; BSD tells seconds and
 * microseconds, of which the machine was booted at second `boottime`. Pure but for that.
 */
import type { Context } from '@smplab/lwkt';
import { kern } from '@smplab/proc';

const MICROSECONDS = 1_000_000;

/** struct timeval. */
export interface Timeval {
  readonly sec: number;
  readonly usec: number;
}

/** Seconds of 1970 at which the machine was booted; 0 if nobody has set its clock. */
export function boottime(k: Context): number {
  return k.peek(kern.procs(k).g + kern.G.g_boottime);
}

/** How long a number of ticks is. */
export function durationOf(k: Context, ticks: number): Timeval {
  const { hz } = k.kernel.limits;
  const sec = Math.floor(ticks / hz);
  return { sec, usec: Math.floor(((ticks - sec * hz) * MICROSECONDS) / hz) };
}

/** When a tick since boot was. */
export function timeOf(k: Context, tick: number): Timeval {
  const { sec, usec } = durationOf(k, tick);
  return { sec: boottime(k) + sec, usec };
}
