/**
 * Owns reapers (struct sysreaper, kern_fork.c): which process takes over the children of one that exits, init
 * or the nearest ancestor that asked for it. Run by any thread; p_reaper of a process is guarded by its
 * p_token, what a reaper points at by its lock.
 */
import { M_WAITOK, M_ZERO, mallocType } from '@smplab/kmem';
import {
  type Context,
  type Kernel,
  LK_EXCLUSIVE,
  LK_RELEASE,
  LK_SHARED,
  lockinit,
  lockmgr,
  lwkt_gettoken_shared,
  NOTHING,
  type Steps,
} from '@smplab/lwkt';
import { EALREADY, EINVAL, ENOTCONN } from '../errno.ts';
import { kfree, kmalloc, M_REAPER } from '../malloc-types.ts';
import { curproc, procs } from '../proc-kernel.ts';
import { phold } from '../table/hold.ts';
import { listFirst } from '../queue.ts';
import { P, SZOMB } from '../table/proc.ts';
import { G, PRG } from '../table/procglob.ts';
import { R, REAPER_STAT_OWNED, REAPER_STAT_REALINIT, Sysreap } from './reaper-layout.ts';

/** Commands of procctl(2). */
export const PROC_REAP_ACQUIRE = 1;
export const PROC_REAP_RELEASE = 2;
export const PROC_REAP_STATUS = 3;

/** Answer of PROC_REAP_STATUS. */
export interface ReaperStatus {
  flags?: number;
  refs?: number;
  /** The newest child, -1 for none. */
  pidHead?: number;
}

const T_REAPER = mallocType(M_REAPER, 'process reapers');

/** The reaper whose process is init, for `count` processes to point at, while the machine boots. */
export function bootReaper(kernel: Kernel, init: number, count: number): number {
  const reap = kernel.kmem.kmalloc(T_REAPER, Sysreap.size, M_WAITOK | M_ZERO, 'boot');
  const { words } = kernel;
  words[reap + R.r_p] = init;
  words[reap + R.r_flags] = REAPER_STAT_OWNED | REAPER_STAT_REALINIT;
  words[reap + R.r_refs] = count;
  // All it needs of a context is the memory.
  lockinit({ words, kernel } as unknown as Context, reap + R.r_lock, 'subrp');
  return reap;
}

/** One more pointer at it; NULL is nothing. */
export function reaper_hold(k: Context, reap: number): Steps {
  return reap === 0 ? NOTHING : (k.fetchadd(reap + R.r_refs, 1) as unknown as Steps);
}

/** One pointer less; the last one frees it and lets go of the one above. */
export function reaper_drop(k: Context, reap: number): Steps {
  return reap === 0 ? NOTHING : k.upon(k.fetchadd(reap + R.r_refs, -1), freeLast, reap);
}

function freeLast(k: Context, before: number, reap: number): Steps | null {
  if (before < 1) k.panic(`reaper_drop: r_refs was ${before}`);
  return before === 1 ? freeWithParent(k, reap) : null;
}

function* freeWithParent(k: Context, reap: number): Steps {
  const parent = k.get(reap + R.r_parent);
  k.assert(k.peek(reap + R.r_p) === 0, 'reaper_drop: the last pointer goes, but it has a process');
  yield* kfree(k, M_REAPER, reap);
  yield* reaper_drop(k, parent);
}

/**
 * The process of the nearest reaper that has one and does not exit itself, held; init if there is none. As
 * long as it is held it does not become a zombie, and children it is given it will wait for, or hand on when
 * it exits. (The original takes zombies as well; one that has dealt with its children already gets further
 * ones, which then belong to nobody.)
 */
export function* reaper_get(k: Context, reap: number): Steps<number> {
  yield* reaper_hold(k, reap);
  for (let at = reap; at !== 0;) {
    yield* lockmgr(k, at + R.r_lock, LK_SHARED);
    const p = yield* holdLiving(k, yield* k.load(at + R.r_p));
    const next = p === 0 ? k.get(at + R.r_parent) : 0;
    yield* reaper_hold(k, next);
    yield* lockmgr(k, at + R.r_lock, LK_RELEASE);
    yield* reaper_drop(k, at);
    if (p !== 0) return p;
    at = next;
  }
  const init = k.peek(procs(k).g + G.g_initproc);
  yield* phold(k, init);
  return init;
}

/**
 * Holds the process unless it is a zombie; 0 then. The caller has the lock of its reaper, without which it
 * does not clear r_p, and is not reaped.
 */
function* holdLiving(k: Context, p: number): Steps<number> {
  if (p === 0) return 0;
  // With the token of the bucket: whoever becomes a zombie looks for holds with that token in hand.
  const prg = procs(k).bucketOf(k.words[p + P.p_pid]);
  yield* lwkt_gettoken_shared(k, prg + PRG.proc_token);
  const isLiving = k.peek(p + P.p_stat) !== SZOMB;
  if (isLiving) yield* phold(k, p);
  yield* k.reltoken(prg + PRG.proc_token);
  return isLiving ? p : 0;
}

/**
 * The process exits: it gives its own reaper up, if it has one, and its pointer at one, which the caller gets
 * and has to drop. The caller holds p_token.
 */
export function* reaper_exit(k: Context, p: number): Steps<number> {
  const own = k.get(p + P.p_reaper);
  if (own !== 0 && k.peek(own + R.r_p) === p) yield* giveUp(k, p, own);
  const reap = k.get(p + P.p_reaper);
  k.set(p + P.p_reaper, 0);
  return reap;
}

/** The process stops being the reaper it is. The caller holds p_token, which may be lost meanwhile. */
function* giveUp(k: Context, p: number, reap: number): Steps {
  yield* reaper_hold(k, reap);
  yield* lockmgr(k, reap + R.r_lock, LK_EXCLUSIVE);
  // Another lwp may have been faster.
  const isOwner = k.get(p + P.p_reaper) === reap && k.peek(reap + R.r_p) === p;
  if (isOwner) {
    const parent = k.get(reap + R.r_parent);
    yield* reaper_hold(k, parent);
    k.set(p + P.p_reaper, parent);
    yield* k.store(reap + R.r_p, 0);
  }
  yield* lockmgr(k, reap + R.r_lock, LK_RELEASE);
  if (isOwner) yield* reaper_drop(k, reap);
  yield* reaper_drop(k, reap);
}

/** Makes the current process a reaper, ends that, or tells about it. */
export function* sys_procctl(k: Context, command: number, status: ReaperStatus = {}): Steps<number> {
  const p = curproc(k);
  yield* k.gettoken(p + P.p_token);
  const error = yield* control(k, p, command, status);
  yield* k.reltoken(p + P.p_token);
  return -error;
}

function* control(k: Context, p: number, command: number, status: ReaperStatus): Steps<number> {
  const reap = k.get(p + P.p_reaper);
  const isOwner = reap !== 0 && k.peek(reap + R.r_p) === p;
  switch (command) {
    case PROC_REAP_ACQUIRE:
      if (isOwner) return EALREADY;
      yield* acquire(k, p);
      return 0;
    case PROC_REAP_RELEASE:
      if (!isOwner) return ENOTCONN;
      yield* giveUp(k, p, reap);
      return 0;
    case PROC_REAP_STATUS: {
      status.flags = isOwner ? k.words[reap + R.r_flags] : 0;
      status.refs = isOwner ? k.peek(reap + R.r_refs) - 1 : 0;
      const child = listFirst(k, p + P.p_children);
      status.pidHead = child === 0 ? -1 : k.words[child + P.p_pid];
      return 0;
    }
    default:
      return EINVAL;
  }
}

function* acquire(k: Context, p: number): Steps {
  const reap = yield* kmalloc(k, M_REAPER, Sysreap.size);
  const { words } = k;
  // Its pointer at the one above is the one the process had.
  words[reap + R.r_parent] = k.get(p + P.p_reaper);
  words[reap + R.r_p] = p;
  words[reap + R.r_flags] = REAPER_STAT_OWNED;
  words[reap + R.r_refs] = 1;
  lockinit(k, reap + R.r_lock, 'subrp');
  k.set(p + P.p_reaper, reap);
}
