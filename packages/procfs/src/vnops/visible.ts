/**
 * Owns who sees what: which rows of the table a mount and a process have (pt_valid of NetBSD's
 * procfs_vnops.c), and whether kauth lets somebody see a process. Lookup, readdir and getattr all ask here,
 * so that they agree (NetBSD PR 53299). Run by any thread that keeps the process from going away.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { kern, P } from '@smplab/proc';
import { KAUTH_PROCESS_CANSEE, KAUTH_REQ_PROCESS_CANSEE_ENTRY, kauth_authorize_process } from '@smplab/vfs';
import type { NodeRow } from '../node/node-table.ts';
import { mountFlags } from '../procfs-kernel.ts';
import { PROCFSMNT_LINUXCOMPAT } from '../procfs-layout.ts';

/** Whether a mount has a row, for a process (0 for rows about the machine) that neither execs nor exits. */
export function isShown(k: Context, mp: number, row: NodeRow, p: number): boolean {
  if (row.isLinux && (mountFlags(k, mp) & PROCFSMNT_LINUXCOMPAT) === 0) return false;
  return row.needs.every((need) => {
    // This machine has none.
    if (need === 'fpregs') return false;
    const isSystem = (k.peek(p + P.p_flags) & kern.P_SYSTEM) !== 0;
    return need === 'user' ? !isSystem : k.peek(p + P.p_textnch) !== 0;
  });
}

/** Whether somebody may see a process. */
export function* canSee(
  k: Context,
  cred: number,
  p: number,
  what = KAUTH_REQ_PROCESS_CANSEE_ENTRY,
): Steps<boolean> {
  return (yield* kauth_authorize_process(k, cred, KAUTH_PROCESS_CANSEE, p, what)) === 0;
}
