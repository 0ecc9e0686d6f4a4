/**
 * Owns the system call __sysctl(2) (kern_sysctl.c): finds the entry, decides who may write, runs the handler,
 * and tells the caller how much there was. Runs in the thread that asks.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { PRIV_SYSCTL_WRITE, PRIV_SYSCTL_WRITEJAIL, priv_check_cred } from '../cred/privilege.ts';
import { proc_ucred_drop, proc_ucred_hold } from '../cred/ucred-life.ts';
import { EAGAIN, EINVAL, EISDIR, ENOENT, ENOMEM, EPERM } from '../errno.ts';
import { curproc, procs } from '../proc-kernel.ts';
import {
  CTL_MAXNAME,
  CTLFLAG_ANYBODY,
  CTLFLAG_PRISON,
  CTLFLAG_WR,
  isPlainNode,
  name2oid,
  sysctl_find_oid,
  type SysctlOid,
  withAdded,
} from './oid.ts';
import { type OldBuffer, SysctlReq } from './request.ts';
import { SYSCTL_ROOT } from './tree.ts';

/** Where a call leaves what it gives. */
export interface SysctlResult {
  /** Bytes given; without a buffer, bytes there are. */
  oldlen: number;
  /** Bytes there would have been, as far as the handler came: more than `oldlen` with ENOMEM. */
  needed?: number;
  /** What was given; with ENOMEM what did fit. */
  bytes: Uint8Array;
}

/**
 * __sysctl: `old` is the room for the answer, null to ask for its length; `newBytes` is written, or null. 0,
 * or the negative errno.
 */
export function* sys___sysctl(
  k: Context,
  mib: readonly number[],
  old: OldBuffer,
  newBytes: Uint8Array | null,
  result: SysctlResult,
): Steps<number> {
  if (mib.length < 2 || mib.length > CTL_MAXNAME) return -EINVAL;
  for (;;) {
    const req = new SysctlReq(rootOf(k), old, newBytes);
    const error = yield* sysctl_root(k, mib, req);
    if (error === EAGAIN) continue;
    if (error !== 0 && error !== ENOMEM) return -error;
    result.oldlen = old === null ? req.oldidx : Math.min(req.oldidx, old.length);
    result.needed = req.oldidx;
    result.bytes = req.bytes;
    return error === 0 ? 0 : -error;
  }
}

/** sysctl_root: finds the entry, checks the right to write, runs its handler. */
function* sysctl_root(k: Context, name: readonly number[], req: SysctlReq): Steps<number> {
  const found = sysctl_find_oid(req.root, name);
  if ('error' in found) return found.error;
  const { oid, rest } = found;
  if (isPlainNode(oid)) return EISDIR;
  if (req.newptr !== null) {
    const error = yield* checkWriter(k, oid);
    if (error !== 0) return error;
  }
  return oid.oid_handler === null ? EINVAL : yield* oid.oid_handler(k, oid, rest, req);
}

/** Most entries are for root to write, and for root of a jail only where they say so. */
function* checkWriter(k: Context, oid: SysctlOid): Steps<number> {
  if ((oid.oid_kind & CTLFLAG_WR) === 0) return EPERM;
  const p = curproc(k);
  if ((oid.oid_kind & CTLFLAG_ANYBODY) !== 0 || p === 0) return 0;
  const privilege = (oid.oid_kind & CTLFLAG_PRISON) !== 0 ? PRIV_SYSCTL_WRITEJAIL : PRIV_SYSCTL_WRITE;
  const cr = yield* proc_ucred_hold(k, p);
  const error = priv_check_cred(k, cr, privilege);
  yield* proc_ucred_drop(k, cr);
  return error;
}

/** sysctl__children, with what packages above have added. */
function rootOf(k: Context): readonly SysctlOid[] {
  const { sysctls } = procs(k);
  return sysctls.length === 0 ? SYSCTL_ROOT : withAdded(SYSCTL_ROOT, sysctls);
}

/** The numbers of a name such as `kern.proc.pid`, or null (ENOENT). No system call: the tree is constant. */
export function sysctlnametomib(name: string, root = SYSCTL_ROOT): readonly number[] | null {
  return name2oid(root, name);
}

/** sysctlbyname(3); numbers may follow, as in `sysctlbyname(k, 'kern.proc.pid', [7], ...)`. */
export function* sysctlbyname(
  k: Context,
  name: string,
  further: readonly number[],
  old: OldBuffer,
  newBytes: Uint8Array | null,
  result: SysctlResult,
): Steps<number> {
  const mib = sysctlnametomib(name, rootOf(k));
  if (mib === null) return -ENOENT;
  return yield* sys___sysctl(k, [...mib, ...further], old, newBytes, result);
}
