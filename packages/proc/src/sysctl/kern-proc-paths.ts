/**
 * Owns kern.proc.cwd and kern.proc.pathname (seed lines 1765-1847): where a process stands, and what it runs.
 * Runs in the thread that asks. A path object is held before anything blocks: that of the table of
 * descriptors under p_token and fd_spin, the text under p_token.
 *
 * With `cwd-fdfree` and `pathname-unlocked` pointers are used as the seed does: without what guards them.
 */
import { type Context, lwkt_gettoken_shared, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { EINVAL, ENOENT, ESRCH } from '../errno.ts';
import { FD } from '../file/filedesc-layout.ts';
import { cache_copy, cache_drop, cache_fullpath } from '../file/nchandle.ts';
import { curproc, procs } from '../proc-kernel.ts';
import { pfind } from '../table/find.ts';
import { prele } from '../table/hold.ts';
import { P } from '../table/proc.ts';
import { findAndLock, mayLook } from './kern-proc-args.ts';
import type { SysctlOid } from './oid.ts';
import { SYSCTL_OUT, type SysctlReq } from './request.ts';

/** The pid that stands for the caller itself in kern.proc.pathname. */
const SELF = -1;
const encoder = new TextEncoder();

/** sysctl_kern_proc_cwd: silence, not an error, for a process that is not there or not to be looked at. */
export function* sysctl_kern_proc_cwd(
  k: Context,
  _oid: SysctlOid,
  name: readonly number[],
  req: SysctlReq,
): Steps<number> {
  if (name.length !== 1) return EINVAL;
  const p = yield* findAndLock(k, name[0], false);
  if (p === 0) return 0;
  let error = 0;
  if ((yield* mayLook(k, p)) && req.oldptr !== null) {
    const nch = yield* cwdOf(k, p);
    if (nch !== 0) error = yield* outPath(k, p, nch, req);
  }
  yield* k.reltoken(p + P.p_token);
  yield* prele(k, p);
  return error;
}

/** The current directory, held; 0 for a process that has given its descriptors up. */
function* cwdOf(k: Context, p: number): Steps<number> {
  const fdp = k.get(p + P.p_fd);
  if (fdp === 0) return 0;
  // The table may be shared with other processes, whose p_token we do not have.
  const isGuarded = !procs(k).asSeed['cwd-fdfree'];
  if (isGuarded) yield* spin_lock(k, fdp + FD.fd_spin);
  let nch = k.get(fdp + FD.fd_ncdir);
  if (nch !== 0) nch = yield* cache_copy(k, nch);
  if (isGuarded) yield* spin_unlock(k, fdp + FD.fd_spin);
  return nch;
}

/** sysctl_kern_proc_pathname: ESRCH for a process that is not there. */
export function* sysctl_kern_proc_pathname(
  k: Context,
  _oid: SysctlOid,
  name: readonly number[],
  req: SysctlReq,
): Steps<number> {
  if (name.length !== 1) return EINVAL;
  const p = name[0] === SELF ? curproc(k) : yield* pfind(k, name[0]);
  if (p === 0) return ESRCH;
  const isGuarded = !procs(k).asSeed['pathname-unlocked'];
  if (isGuarded) yield* lwkt_gettoken_shared(k, p + P.p_token);
  const error = yield* outText(k, p, req, isGuarded);
  if (isGuarded) yield* k.reltoken(p + P.p_token);
  if (name[0] !== SELF) yield* prele(k, p);
  return error;
}

function* outText(k: Context, p: number, req: SysctlReq, isGuarded: boolean): Steps<number> {
  const nch = k.get(p + P.p_textnch);
  // A process of the kernel, or one that has given its text up on its way out.
  if (nch === 0 && isGuarded) return ENOENT;
  return yield* outPath(k, p, yield* cache_copy(k, nch), req);
}

/** Gives the path of an object, as the process sees it; gives the hold on it back. */
function* outPath(k: Context, p: number, nch: number, req: SysctlReq): Steps<number> {
  const result: { path?: string } = {};
  const error = yield* cache_fullpath(k, p, nch, result);
  yield* cache_drop(k, nch);
  if (error !== 0) return error;
  return yield* SYSCTL_OUT(k, req, encoder.encode(`${result.path ?? ''}\0`));
}
