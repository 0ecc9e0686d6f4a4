/**
 * Owns init, process 1: it reaps whatever is left to it, for ever, and when no process is left but the
 * kernel's own it ends, and with it the machine. Told so, it kills what the first program leaves behind. Runs
 * in the thread of its lwp.
 */
import { type Context, lwkt_exit, type Steps } from '@smplab/lwkt';
import { ECHILD } from './errno.ts';
import { sys_wait4, type WaitResult } from './life/wait.ts';
import { procs } from './proc-kernel.ts';
import { sys_kill } from './signal/kill.ts';
import { SIGKILL } from './signal/signals.ts';
import { G } from './table/procglob.ts';

/** The process the machine boots with. */
const FIRST_PID = 2;

/** What thread `init` runs. */
export function* proc_init(k: Context): Steps<never> {
  const { g } = procs(k);
  const result: WaitResult = { status: 0 };
  let hasFirst = true;
  let forks = -1;
  for (;;) {
    const pid = yield* sys_wait4(k, -1, 0, result);
    // Its children are all processes but itself and process 0: there are others only as long as it has one.
    if (pid === -ECHILD) return yield* lwkt_exit(k, 0);
    if (pid === FIRST_PID && hasFirst) {
      hasFirst = false;
      // Read from outside once the machine has halted.
      k.words[g + G.g_first_status] = result.status;
    }
    if (hasFirst || k.words[g + G.g_halts_with_first] === 0) continue;
    // Again when there has been a fork: what was killed may have been in the middle of one.
    const count = yield* k.load(g + G.g_forks);
    if (count === forks) continue;
    forks = count;
    yield* sys_kill(k, -1, SIGKILL);
  }
}
