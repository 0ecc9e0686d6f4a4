/**
 * Owns what procfs says about itself to kauth (procfs_listener_cb, seed 000 lines 584-614): what a node lets
 * everybody do who could open it, and what only the real user of a process that never had other rights.
 * Run by whoever asks, who keeps the process from going away; takes p_spin for its credentials.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { kern, P } from '@smplab/proc';
import { KAUTH_PROCESS_PROCFS, KAUTH_RESULT_ALLOW, KAUTH_RESULT_DEFER, kauth_cred_getuid } from '@smplab/vfs';
import { rowOf } from '../node/node-table.ts';
import { mountProfile } from '../procfs-kernel.ts';
import { PFS_NODE } from '../procfs-layout.ts';

/** ALLOW, or DEFER to other listeners. `pfs` is the node. */
export function* procfs_listener_cb(
  k: Context,
  cred: number,
  action: number,
  _cookie: number,
  p: number,
  pfs: number,
): Steps<number> {
  if (action !== KAUTH_PROCESS_PROCFS) return KAUTH_RESULT_DEFER;
  const { words } = k;
  const row = rowOf(mountProfile(k, words[pfs + PFS_NODE.pfs_mount]), words[pfs + PFS_NODE.pfs_type]);
  if (row?.isGuarded !== true) return KAUTH_RESULT_ALLOW;
  const target = yield* kern.proc_ucred_hold(k, p);
  const isUser = target !== 0 && kauth_cred_getuid(k, cred) === kauth_cred_getuid(k, target);
  yield* kern.proc_ucred_drop(k, target);
  const isPlain = ((yield* k.load(p + P.p_flags)) & kern.P_SUGID) === 0;
  return isUser && isPlain ? KAUTH_RESULT_ALLOW : KAUTH_RESULT_DEFER;
}
