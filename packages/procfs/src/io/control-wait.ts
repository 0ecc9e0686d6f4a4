/**
 * Owns `wait` of ctl: until a process has stopped, however long that takes. Run by the thread that writes. It
 * gives all back first that others may have to wait for: p_reflock and the hold of the process, without which
 * it can neither exec nor exit, the lock of the vnode, and the transaction, without which the file system
 * cannot be suspended (NetBSD PR 52364). Then it has an address to sleep on and the number of the process.
 */
import { type Context, LK_EXCLUSIVE, PCATCH, PINTERLOCKED, type Steps, tsleep } from '@smplab/lwkt';
import { EBUSY, ESRCH, kern, P } from '@smplab/proc';
import { fstrans_done, fstrans_start, LK_RETRY, vn_lock, vn_unlock } from '@smplab/vfs';
import { checkStopped } from '../oracle/traces.ts';
import { procfs } from '../procfs-kernel.ts';
import { endLook, isOwnTracee, isOwnTraceeStopped } from './tracee.ts';
import type { Transfer } from './transfer.ts';

const { hasStopped, P_TRACED, P_WEXIT, pfind, prele, SSTOP, SZOMB } = kern;
const { watch_interlock, watchIdent } = kern;

/** 0 once it has stopped; EBUSY if the trace has ended before, ESRCH the process, EINTR or ERESTART. */
export function* procfs_ctlwait(k: Context, at: Transfer): Steps<number> {
  const { p, vp, mp } = at;
  const pid = k.words[p + P.p_pid];
  const serial = k.words[p + P.p_serial];
  yield* endLook(k, at);
  if (vp === 0 || procfs(k).asSeed['procfs-wait-inside']) return yield* waitFor(k, pid, serial);
  yield* vn_unlock(k, vp);
  yield* fstrans_done(k, mp);
  const error = yield* waitFor(k, pid, serial);
  // For the caller, which gives them back: the mount is compared by address, and the vnode may be dead.
  yield* fstrans_start(k, mp);
  yield* vn_lock(k, vp, LK_EXCLUSIVE | LK_RETRY);
  return error;
}

function* waitFor(k: Context, pid: number, serial: number): Steps<number> {
  let error = 0;
  for (let isFirst = true, isTraced = false; ; isFirst = false) {
    const p = yield* pfind(k, pid);
    if (p === 0) return isTraced ? EBUSY : ESRCH;
    yield* k.gettoken(p + P.p_token);
    const isSame = k.words[p + P.p_serial] === serial;
    if (isFirst) isTraced = (k.peek(p + P.p_flags) & P_TRACED) !== 0;
    const answer = isSame ? answerOf(k, p, isTraced) : ESRCH;
    // From here on a wakeup is not lost, whatever is given back before the sleep.
    if (answer === null && error === 0) yield* watch_interlock(k, p);
    if (answer === 0) checkStopped(k, p);
    yield* k.reltoken(p + P.p_token);
    yield* prele(k, p);
    if (answer !== null) return answer;
    if (error !== 0) return error;
    // The process may be gone by now: an address and nothing more.
    error = yield* tsleep(k, watchIdent(p), PINTERLOCKED | PCATCH, 'procfs', 0);
  }
}

/** What the wait ends with; null if it goes on. The caller holds p_token. */
function answerOf(k: Context, p: number, isTraced: boolean): number | null {
  const { asSeed } = procfs(k);
  const isGone = k.get(p + P.p_stat) === SZOMB || (k.peek(p + P.p_flags) & P_WEXIT) !== 0;
  // `while (stopped is false AND zombie)`: NetBSD's loop when p_stat had been split.
  if (asSeed['procfs-wait-zombie']) return isGone ? null : 0;
  // The loop of FreeBSD 14 goes on while the condition of its end holds.
  if (asSeed['procfs-wait-inverted']) return k.get(p + P.p_stat) === SSTOP ? null : isTraced ? EBUSY : 0;
  if (isTraced && !isOwnTracee(k, p)) return EBUSY;
  if (isTraced ? isOwnTraceeStopped(k, p) : hasStopped(k, p)) return 0;
  return isGone ? ESRCH : null;
}
