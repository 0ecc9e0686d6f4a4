/**
 * Owns revocation as of revision 1.112 (procfs_revoke_vnodes of NetBSD's procfs_subr.c before 1.117): each
 * mount has a hook of its own, which walks all vnodes of the mount when a process gets rights by exec. Run by
 * the thread that execs, which has p_reflock of the process alone.
 */
import type { Context, Steps } from '@smplab/lwkt';
import {
  V,
  vfs_resume,
  vfs_vnode_iterator_destroy,
  vfs_vnode_iterator_init,
  vfs_vnode_iterator_next,
  vgone,
  vrecycle,
} from '@smplab/vfs';
import { procfs } from '../procfs-kernel.ts';
import { PFS_NODE, PG } from '../procfs-layout.ts';
import { suspend } from './revoke.ts';

/** Revokes the nodes of a process on one mount. */
export function* procfs_revoke_vnodes(k: Context, mp: number, pid: number): Steps {
  const { g } = procfs(k);
  const marker = yield* vfs_vnode_iterator_init(k, mp);
  for (;;) {
    const vp = yield* vfs_vnode_iterator_next(k, marker, (each) => isOf(k, each, pid));
    if (vp === 0) break;
    if (yield* vrecycle(k, vp)) {
      yield* k.fetchadd(g + PG.pg_recycled, 1);
      continue;
    }
    const error = yield* suspend(k, mp);
    if (error === 0) yield* k.fetchadd(g + PG.pg_suspended, 1);
    yield* vgone(k, vp);
    yield* k.fetchadd(g + PG.pg_revoked, 1);
    if (error === 0) yield* vfs_resume(k, mp);
  }
  yield* vfs_vnode_iterator_destroy(k, marker);
}

/** procfs_revoke_selector; under v_interlock, which a node goes under. */
function isOf(k: Context, vp: number, pid: number): boolean {
  const pfs = k.peek(vp + V.v_data);
  return pfs !== 0 && k.words[pfs + PFS_NODE.pfs_pid] === pid;
}
