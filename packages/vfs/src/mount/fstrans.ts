/**
 * Owns transactions of file systems and their suspension (NetBSD kern/vfs_trans.c). Every vnode operation
 * runs inside a transaction of its mount; who suspends the mount waits until no other thread is inside and
 * is then alone with it. Runs in any thread that may sleep; nobody may sleep for ever inside. All words are
 * guarded by vg_fstrans_lock (spin); vg_suspend_lock (lockmgr) is held from `vfs_suspend` to `vfs_resume`,
 * so that there is one suspension in the whole system, and what it needs to say fits in the globals.
 *
 *     NORMAL --vfs_suspend--> SUSPENDING --nobody else inside--> SUSPENDED --vfs_resume--> NORMAL
 *                                 +------------a signal-----------------------------------> NORMAL
 *
 * A mount is compared by address and not looked into: `fstrans_start` may be called with one that was freed
 * since the caller read it in a vnode. The caller looks again at the vnode once it is inside.
 *
 * Lock order: mnt_updating, vg_suspend_lock, transactions, vnode locks, interlocks.
 */
import {
  type Context,
  type Kernel,
  LK_EXCLUSIVE,
  LK_NOWAIT,
  LK_RELEASE,
  lockmgr,
  PCATCH,
  PINTERLOCKED,
  spin_lock,
  spin_unlock,
  type Steps,
  tsleep,
  tsleep_interlock,
  wakeup,
} from '@smplab/lwkt';
import {
  EBUSY,
  ENOENT,
  EOPNOTSUPP,
  EWOULDBLOCK,
  kmalloc,
  listFirst,
  listInsertHead,
  listNext,
  listRemove,
} from '@smplab/proc';
import { M_FSTRANS } from '../malloc-types.ts';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import {
  FST,
  Fstrans,
  FSTRANS_NORMAL,
  FSTRANS_SUSPENDED,
  FSTRANS_SUSPENDING,
  IMNT_GONE,
  IMNT_UNMOUNT,
  M,
} from './mount-layout.ts';

/** How to suspend: EWOULDBLOCK while there is another suspension ... */
export const SUSPEND_NOWAIT = 1;
/** ... and whether a signal may end the wait: what must not fail must not be interrupted. */
export const SUSPEND_NOINTR = 2;

/** How to enter. */
const ENTER_WAIT = 0;
const ENTER_NOWAIT = 1;
/** Sleeps behind a suspension, but not behind an unmount. */
const ENTER_BUSY = 2;

/** Records that are there from the boot on; each thread inside a mount needs one. */
const SPARE_RECORDS = 16;

/** Lays out the first records, while the machine boots. */
export function bootFstrans(kernel: Kernel, g: number): void {
  const { words } = kernel;
  for (let left = SPARE_RECORDS; left > 0; left--) {
    const record = kernel.memory.reserve(Fstrans.size);
    const next = words[g + VG.vg_fstrans_spare];
    words[record + FST.fst_list] = next;
    words[record + FST.fst_list + 1] = g + VG.vg_fstrans_spare;
    if (next !== 0) words[next + FST.fst_list + 1] = record + FST.fst_list;
    words[g + VG.vg_fstrans_spare] = record;
  }
}

// ---- inside
// -----------------------------------------------------------------------------------------------------

/** Enters a transaction of the mount; sleeps while another thread has it suspended. May be nested. */
export function* fstrans_start(k: Context, mp: number): Steps {
  yield* enter(k, mp, ENTER_WAIT);
}

/** The same without sleeping: 0 or EBUSY. */
export function fstrans_start_nowait(k: Context, mp: number): Steps<number> {
  return enter(k, mp, ENTER_NOWAIT);
}

/** For `vfs_busy`: ENOENT instead of sleeping behind an unmount. The mount must be referenced. */
export function fstrans_start_busy(k: Context, mp: number): Steps<number> {
  return enter(k, mp, ENTER_BUSY);
}

/** Leaves the transaction entered last. */
export function* fstrans_done(k: Context, mp: number): Steps {
  const { g } = vfs(k);
  // Of the dead mount nobody needs to know who is inside: nothing ever suspends it.
  if (mp === k.words[g + VG.vg_deadmount]) return;
  yield* spin_lock(k, g + VG.vg_fstrans_lock);
  const record = recordOf(k, mp);
  if (record === 0) k.panic(`fstrans_done: ${k.nameOf(k.td)} is in no transaction of mount ${mp}`);
  const left = k.get(record + FST.fst_count) - 1;
  k.set(record + FST.fst_count, left);
  const isAwaited = left === 0 && k.get(g + VG.vg_suspend_state) === FSTRANS_SUSPENDING;
  if (left === 0) moveTo(k, record, VG.vg_fstrans_spare);
  yield* spin_unlock(k, g + VG.vg_fstrans_lock);
  if (isAwaited) yield* wakeup(k, g + VG.vg_fstrans_list);
}

/** Whether the current thread has the mount suspended: only it can change that, so the look needs no lock. */
export function fstrans_is_owner(k: Context, mp: number): boolean {
  const { g } = vfs(k);
  return k.peek(g + VG.vg_suspend_owner) === k.td && k.peek(g + VG.vg_suspend_mount) === mp;
}

/** Whether the current thread is inside a transaction of the mount; for assertions. */
export function* fstrans_held(k: Context, mp: number): Steps<boolean> {
  const { g } = vfs(k);
  yield* spin_lock(k, g + VG.vg_fstrans_lock);
  const isInside = recordOf(k, mp) !== 0;
  yield* spin_unlock(k, g + VG.vg_fstrans_lock);
  return isInside;
}

function* enter(k: Context, mp: number, how: number): Steps<number> {
  const { g } = vfs(k);
  if (mp === k.words[g + VG.vg_deadmount]) return 0;
  for (;;) {
    yield* spin_lock(k, g + VG.vg_fstrans_lock);
    const inside = recordOf(k, mp);
    if (inside !== 0) k.set(inside + FST.fst_count, k.get(inside + FST.fst_count) + 1);
    else if (mayEnter(k, mp)) {
      const spare = listFirst(k, g + VG.vg_fstrans_spare);
      if (spare === 0) {
        yield* spin_unlock(k, g + VG.vg_fstrans_lock);
        yield* addSpare(k);
        continue;
      }
      moveTo(k, spare, VG.vg_fstrans_list);
      k.set(spare + FST.fst_thread, k.td);
      k.set(spare + FST.fst_mount, mp);
      k.set(spare + FST.fst_count, 1);
    } else {
      const error = refusal(k, mp, how);
      if (error === 0) yield* tsleep_interlock(k, g + VG.vg_suspend_state);
      yield* spin_unlock(k, g + VG.vg_fstrans_lock);
      if (error !== 0) return error;
      yield* tsleep(k, g + VG.vg_suspend_state, PINTERLOCKED, 'fstrans', 0);
      continue;
    }
    yield* spin_unlock(k, g + VG.vg_fstrans_lock);
    return 0;
  }
}

/** Why a thread that cannot enter now is not to wait until it can; 0 if it is. */
function refusal(k: Context, mp: number, how: number): number {
  if (how === ENTER_NOWAIT) return EBUSY;
  if (how === ENTER_BUSY && (k.peek(mp + M.mnt_iflag) & IMNT_UNMOUNT) !== 0) return ENOENT;
  return 0;
}

function mayEnter(k: Context, mp: number): boolean {
  const { g } = vfs(k);
  if (k.get(g + VG.vg_suspend_state) === FSTRANS_NORMAL) return true;
  return k.get(g + VG.vg_suspend_mount) !== mp || k.get(g + VG.vg_suspend_owner) === k.td;
}

/** The record of the current thread inside a mount; 0 if it is not. */
function recordOf(k: Context, mp: number): number {
  const { g } = vfs(k);
  let record = listFirst(k, g + VG.vg_fstrans_list);
  while (record !== 0 && (k.get(record + FST.fst_mount) !== mp || k.get(record + FST.fst_thread) !== k.td)) {
    record = listNext(k, record, FST.fst_list);
  }
  return record;
}

function* addSpare(k: Context): Steps {
  const { g } = vfs(k);
  const record = yield* kmalloc(k, M_FSTRANS, Fstrans.size);
  yield* spin_lock(k, g + VG.vg_fstrans_lock);
  listInsertHead(k, g + VG.vg_fstrans_spare, record, FST.fst_list);
  yield* spin_unlock(k, g + VG.vg_fstrans_lock);
}

function moveTo(k: Context, record: number, head: number): void {
  listRemove(k, record, FST.fst_list);
  listInsertHead(k, vfs(k).g + head, record, FST.fst_list);
}

// ---- suspension
// -------------------------------------------------------------------------------------------------

/**
 * Makes the current thread alone with the mount until `vfs_resume`: 0; EOPNOTSUPP for the dead mount, ENOENT
 * for one that was unmounted meanwhile, EINTR or ERESTART for a signal. The caller has a reference to the
 * mount, and keeps it until after `vfs_resume`.
 */
export function* vfs_suspend(k: Context, mp: number, how = 0): Steps<number> {
  const { g } = vfs(k);
  if (mp === k.words[g + VG.vg_deadmount]) return EOPNOTSUPP;
  if (k.peek(g + VG.vg_suspend_owner) === k.td)
    k.panic(`vfs_suspend: ${k.nameOf(k.td)} wants mount ${mp} while it owns a suspension`);
  const nowait = (how & SUSPEND_NOWAIT) === 0 ? 0 : LK_NOWAIT;
  if ((yield* lockmgr(k, g + VG.vg_suspend_lock, LK_EXCLUSIVE | nowait)) !== 0) return EWOULDBLOCK;
  let error = yield* drain(k, mp, how);
  // A step, so that a mount that was freed under the caller's hands is found.
  if (error === 0 && ((yield* k.loadRelaxed(mp + M.mnt_iflag)) & IMNT_GONE) !== 0) {
    yield* backToNormal(k);
    error = ENOENT;
  }
  if (error !== 0) yield* lockmgr(k, g + VG.vg_suspend_lock, LK_RELEASE);
  return error;
}

/** Lets the others in again. */
export function* vfs_resume(k: Context, mp: number): Steps {
  if (!fstrans_is_owner(k, mp)) k.panic(`vfs_resume: ${k.nameOf(k.td)} has mount ${mp} not suspended`);
  yield* backToNormal(k);
  yield* lockmgr(k, vfs(k).g + VG.vg_suspend_lock, LK_RELEASE);
}

/** Nobody new comes in; waits until no other thread is inside (fstrans_setstate). */
function* drain(k: Context, mp: number, how: number): Steps<number> {
  const { g, asSeed } = vfs(k);
  const isQuiet = (how & SUSPEND_NOINTR) !== 0 && !asSeed['suspend-interruptible'];
  let error = 0;
  yield* spin_lock(k, g + VG.vg_fstrans_lock);
  k.set(g + VG.vg_suspend_mount, mp);
  k.set(g + VG.vg_suspend_owner, k.td);
  k.set(g + VG.vg_suspend_state, FSTRANS_SUSPENDING);
  while (error === 0 && isOtherInside(k, mp)) {
    yield* tsleep_interlock(k, g + VG.vg_fstrans_list);
    yield* spin_unlock(k, g + VG.vg_fstrans_lock);
    error = yield* tsleep(k, g + VG.vg_fstrans_list, PINTERLOCKED | (isQuiet ? 0 : PCATCH), 'fssusp', 0);
    yield* spin_lock(k, g + VG.vg_fstrans_lock);
  }
  if (error === 0) k.set(g + VG.vg_suspend_state, FSTRANS_SUSPENDED);
  yield* spin_unlock(k, g + VG.vg_fstrans_lock);
  if (error !== 0) yield* backToNormal(k);
  return error;
}

function* backToNormal(k: Context): Steps {
  const { g } = vfs(k);
  yield* spin_lock(k, g + VG.vg_fstrans_lock);
  k.set(g + VG.vg_suspend_state, FSTRANS_NORMAL);
  k.set(g + VG.vg_suspend_owner, 0);
  k.set(g + VG.vg_suspend_mount, 0);
  yield* spin_unlock(k, g + VG.vg_fstrans_lock);
  yield* wakeup(k, g + VG.vg_suspend_state);
}

function isOtherInside(k: Context, mp: number): boolean {
  const { g } = vfs(k);
  for (let r = listFirst(k, g + VG.vg_fstrans_list); r !== 0; r = listNext(k, r, FST.fst_list)) {
    if (k.get(r + FST.fst_mount) === mp && k.get(r + FST.fst_thread) !== k.td) return true;
  }
  return false;
}
