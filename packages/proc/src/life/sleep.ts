/**
 * Owns the system calls that only pass time: sleeping for a number of ticks, and giving way. Run by the lwp
 * itself.
 */
import { type Context, EWOULDBLOCK, lwkt_schedulerclock, lwkt_yield, PCATCH, tsleep } from '@smplab/lwkt';
import type { Steps } from '@smplab/lwkt';
import { EINTR, EINVAL } from '../errno.ts';
import { curlwp } from '../proc-kernel.ts';
import { L } from '../table/lwp.ts';

/** Sleeps for so many clock ticks: 0, or EINTR when a signal came first. A stop does not end it. */
export function* sys_nanosleep(k: Context, ticks: number): Steps<number> {
  if (ticks < 0) return -EINVAL;
  const deadline = k.kernel.ticks + ticks;
  for (let left = ticks; left > 0; left = deadline - k.kernel.ticks) {
    // Nobody wakes this address: it is the lwp's own.
    const error = yield* tsleep(k, curlwp(k) + L.lwp_slptime, PCATCH, 'nanslp', left);
    if (error !== EWOULDBLOCK && error !== 0) return -EINTR;
  }
  return 0;
}

/** Lets its equals on this CPU run first. */
export function* sys_sched_yield(k: Context): Steps<number> {
  lwkt_schedulerclock(k.cpu);
  yield* lwkt_yield(k);
  return 0;
}
