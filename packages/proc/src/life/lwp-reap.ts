/**
 * Owns the end of dead lwps (lwp_wait, lwp_dispose, reaplwp of kern_exit.c): an lwp, its thread and its hold
 * on the process are given back once the thread has made its last switch and nobody looks at either. An lwp
 * that left its process alive waits on p_deadlwps of the process; its lwps and the exec or exit that follows
 * take it from there. (The original hands such lwps to a task queue of their CPU: a helper thread the machine
 * would have to keep.) The lwp of the exit itself stays in the list and is reaped by kern_wait.
 *
 *     lwp_exit -> (last switch) -> EXITSIG -> lwp_wait -> lwp_lock == 0, td_refs == 0 -> lwp_dispose
 */
import {
  type Context,
  lwkt_free_thread,
  lwkt_join,
  M_THREAD,
  type Steps,
  TD,
  TDF_EXITING,
  TDF_MP_EXITSIG,
  TDF_PREEMPT_LOCK,
  TDF_RUNNING,
  TDF_RUNQ,
  tsleep,
} from '@smplab/lwkt';
import { kfree, M_LWP } from '../malloc-types.ts';
import { procs } from '../proc-kernel.ts';
import { listFirst, listNext, listRemove } from '../queue.ts';
import { prele } from '../table/hold.ts';
import { L } from '../table/lwp.ts';
import { P } from '../table/proc.ts';

const GONE = TDF_RUNNING | TDF_RUNQ | TDF_PREEMPT_LOCK | TDF_EXITING;

/** Waits until an lwp is dead and unused, and gives it back with its hold on the process. */
export function* reaplwp(k: Context, lp: number): Steps {
  while (!(yield* lwp_wait(k, lp)));
  yield* lwp_dispose(k, lp);
}

/** Waits for the last switch; false if somebody still looked at the lwp and it has to be tried again. */
function* lwp_wait(k: Context, lp: number): Steps<boolean> {
  const td = k.words[lp + L.lwp_thread];
  if (procs(k).asSeed['reap-running']) return yield* waitRunning(k, lp, td);
  yield* lwkt_join(k, td);
  // Scans hold lwps for a short while, and give them back without a wakeup.
  if ((yield* k.load(lp + L.lwp_lock)) > 0) {
    yield* tsleep(k, lp, 0, 'lwpwait1', 1);
    return false;
  }
  if ((yield* k.load(td + TD.td_refs)) !== 0) {
    yield* tsleep(k, td, 0, 'lwpwait2', 1);
    return false;
  }
  return true;
}

/** Before 2005-12-02: a thread that is not running was taken for one that will never run again (P1). */
function* waitRunning(k: Context, lp: number, td: number): Steps<boolean> {
  if (((yield* k.loadRelaxed(td + TD.td_flags)) & TDF_RUNNING) === 0) return true;
  yield* tsleep(k, lp, 0, 'lwpwait3', 1);
  return false;
}

function* lwp_dispose(k: Context, lp: number): Steps {
  const { words } = k;
  const td = words[lp + L.lwp_thread];
  const p = words[lp + L.lwp_proc];
  if (procs(k).asSeed['reap-running']) yield* kfree(k, M_THREAD.name, td);
  else {
    // Its CPU wrote them before EXITSIG, and nobody does afterwards.
    const flags = words[td + TD.td_flags];
    if ((flags & GONE) !== TDF_EXITING) k.panic(`lwp_dispose: ${k.nameOf(td)} is in use (td_flags ${flags})`);
    const holds = k.peek(lp + L.lwp_lock);
    if (holds !== 0) k.panic(`lwp_dispose: lwp ${words[lp + L.lwp_tid]} has lwp_lock ${holds}`);
    words[td + TD.td_proc] = 0;
    words[td + TD.td_lwp] = 0;
    yield* lwkt_free_thread(k, td);
  }
  yield* kfree(k, M_LWP, lp);
  // Its hold kept the process and the address space until now.
  yield* prele(k, p);
}

/** Reaps all lwps that have left the process. The caller holds p_token, which is lost meanwhile. */
export function* reaplwps(k: Context, p: number): Steps {
  for (let lp = listFirst(k, p + P.p_deadlwps); lp !== 0; lp = listFirst(k, p + P.p_deadlwps)) {
    listRemove(k, lp, L.lwp_list);
    yield* reaplwp(k, lp);
  }
}

/** Reaps those among them for which nobody has to wait. The caller holds p_token. */
export function* reapIdle(k: Context, p: number): Steps {
  for (let lp = listFirst(k, p + P.p_deadlwps); lp !== 0;) {
    const next = listNext(k, lp, L.lwp_list);
    if (isIdle(k, lp)) {
      listRemove(k, lp, L.lwp_list);
      yield* lwp_dispose(k, lp);
    }
    lp = next;
  }
}

function isIdle(k: Context, lp: number): boolean {
  const td = k.words[lp + L.lwp_thread];
  // Once it is off the list of lwps its holds and references only go down.
  const hasExited = (k.peek(td + TD.td_mpflags) & TDF_MP_EXITSIG) !== 0;
  return hasExited && k.peek(lp + L.lwp_lock) === 0 && k.peek(td + TD.td_refs) === 0;
}
