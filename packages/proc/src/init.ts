/**
 * Owns init, process 1: it reaps whatever is left to it, for ever, and when no process is left but the
 * kernel's own it ends, and with it the machine. Runs in the thread of its lwp.
 */
import { type Context, lwkt_exit, type Steps } from '@smplab/lwkt';
import { ECHILD } from './errno.ts';
import { sys_wait4, type WaitResult } from './life/wait.ts';

/** What thread `init` runs. */
export function* proc_init(k: Context): Steps<never> {
  const result: WaitResult = { status: 0 };
  for (;;) {
    // Its children are all processes but itself and process 0: there are others only as long as it has one.
    if ((yield* sys_wait4(k, -1, 0, result)) === -ECHILD) return yield* lwkt_exit(k, 0);
  }
}
