/**
 * Owns the end of vnodes of procfs (procfs_inactive, procfs_reclaim of NetBSD's procfs_vnops.c). Run by who
 * lets go of the last reference, or revokes, with the vnode locked.
 */
import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { ESRCH, kern, kfree } from '@smplab/proc';
import { V, VS_RECLAIMING } from '@smplab/vfs';
import { M_PFSNODE } from '../malloc-types.ts';
import { procfs_hashrem } from '../module/node-hash.ts';
import { PFS } from '../node/node-types.ts';
import { procfs, vtopfs } from '../procfs-kernel.ts';
import { nodeOf } from './node.ts';
import { procfs_proc_find, procfs_proc_lock, procfs_proc_unlock } from './proc-lock.ts';

/**
 * VOP_INACTIVE: the node of a process that is gone is of no further use. One that only execs is (the original
 * takes EBUSY for gone, and so has a live process lose its nodes).
 */
export function* procfs_inactive(k: Context, vp: number): Steps<number> {
  const { mp, pid, type, fd } = nodeOf(k, vp);
  // Something else may be open there the next time.
  if (type === PFS.fd && fd !== -1) return 1;
  if (pid === 0) return 0;
  if (procfs(k).asSeed['procfs-inactive-busy']) return yield* inactiveByLook(k, vp, mp, pid);
  const p = yield* procfs_proc_find(k, mp, pid);
  if (p === 0) return 1;
  yield* kern.prele(k, p);
  return 0;
}

/** Its look fails while the process execs. One vnode that is taken away then is not given up once more. */
function* inactiveByLook(k: Context, vp: number, mp: number, pid: number): Steps<number> {
  const p = yield* procfs_proc_lock(k, mp, pid, ESRCH);
  const isDying = k.peek(vp + V.v_state) === VS_RECLAIMING;
  if (p < 0 && !isDying) return 1;
  yield* procfs_proc_unlock(k, Math.max(p, 0));
  return 0;
}

/** VOP_RECLAIM. Whoever walks vnodes of the mount looks at v_data under v_interlock. */
export function* procfs_reclaim(k: Context, vp: number): Steps<number> {
  const pfs = vtopfs(k, vp);
  yield* spin_lock(k, vp + V.v_interlock);
  yield* k.storeRelaxed(vp + V.v_data, 0);
  yield* spin_unlock(k, vp + V.v_interlock);
  yield* procfs_hashrem(k, pfs);
  yield* kfree(k, M_PFSNODE, pfs);
  return 0;
}
