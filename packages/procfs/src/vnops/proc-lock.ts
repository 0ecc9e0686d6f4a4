/**
 * Owns looking at a process from outside (procfs_proc_find, procfs_proc_lock of NetBSD's procfs_subr.c):
 * found by its pid, held, and with p_reflock shared, so that it neither execs nor exits until the look is
 * over. Run by any thread; it never waits for the process: one that execs or exits right now is busy. What
 * the thread does meanwhile must end without others having to wait for exec or exit of that process.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { EBUSY, kern } from '@smplab/proc';
import { mountProfile, procfs } from '../procfs-kernel.ts';
import { PROFILE_FREEBSD, PROFILE_README } from '../procfs-layout.ts';

const { P, P_POSTEXIT, P_REAPED, P_SYSTEM, pfind, prele, reflock_leave, reflock_tryenter, SIDL, zpfind } =
  kern;

/** Whether the tree of a mount shows zombies as well. */
export function showsZombies(k: Context, mp: number): boolean {
  const profile = mountProfile(k, mp);
  return profile === PROFILE_FREEBSD || profile === PROFILE_README;
}

/** A process that is not on its way out, held; 0 if there is none. In the trees of FreeBSD also a zombie. */
export function* procfs_proc_find(k: Context, mp: number, pid: number): Steps<number> {
  const p = yield* pfind(k, pid);
  if (p !== 0) {
    const isExiting = ((yield* k.load(p + P.p_flags)) & P_POSTEXIT) !== 0;
    // One that is still being forked is no process yet.
    if (!isExiting && k.peek(p + P.p_stat) !== SIDL) return p;
    yield* prele(k, p);
  }
  return showsZombies(k, mp) ? yield* findZombie(k, pid) : 0;
}

/** Not one that is being reaped: what is loaded of it now would outlive it. */
function* findZombie(k: Context, pid: number): Steps<number> {
  const p = yield* zpfind(k, pid);
  const isLost = procfs(k).asSeed['procfs-zombie-nodes'];
  if (p === 0 || isLost || ((yield* k.load(p + P.p_flags)) & P_REAPED) === 0) return p;
  yield* prele(k, p);
  return 0;
}

/** Whether it has a thread: the processes of the system have those of the kernel, which are no lwps here. */
export function* hasThreads(k: Context, p: number): Steps<boolean> {
  if ((yield* k.load(p + P.p_nthreads)) !== 0) return true;
  return ((yield* k.load(p + P.p_flags)) & P_SYSTEM) !== 0;
}

/** The process, looked at; -notfound if there is none, -EBUSY while it execs or exits. */
export function* procfs_proc_lock(k: Context, mp: number, pid: number, notfound: number): Steps<number> {
  const p = yield* procfs_proc_find(k, mp, pid);
  if (p === 0) return -notfound;
  if (yield* reflock_tryenter(k, p)) {
    procfs(k).balance.entered(k.td, p);
    return p;
  }
  yield* prele(k, p);
  return -EBUSY;
}

/** Ends the look. */
export function* procfs_proc_unlock(k: Context, p: number): Steps {
  procfs(k).balance.left(k, p);
  yield* reflock_leave(k, p);
  yield* prele(k, p);
}
