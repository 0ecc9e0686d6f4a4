/**
 * Owns asking kauth whether somebody may open, read or write a node of a process: at open, and again at each
 * read and write, as the process may have other rights by then. Run by a thread that looks at the process.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { FREAD, FWRITE } from '@smplab/proc';
import {
  KAUTH_PROCESS_PROCFS,
  KAUTH_REQ_PROCESS_PROCFS_READ,
  KAUTH_REQ_PROCESS_PROCFS_RW,
  KAUTH_REQ_PROCESS_PROCFS_WRITE,
  kauth_authorize_process,
} from '@smplab/vfs';
import type { PfsNode } from './node.ts';

/** 0 or EPERM; `mode` is FREAD, FWRITE or both. */
export function authorize(k: Context, node: PfsNode, p: number, mode: number, cred: number): Steps<number> {
  return kauth_authorize_process(k, cred, KAUTH_PROCESS_PROCFS, p, node.pfs, requestOf(mode));
}

function requestOf(mode: number): number {
  if ((mode & FWRITE) === 0) return KAUTH_REQ_PROCESS_PROCFS_READ;
  return (mode & FREAD) === 0 ? KAUTH_REQ_PROCESS_PROCFS_WRITE : KAUTH_REQ_PROCESS_PROCFS_RW;
}
