/**
 * Owns what operations see of the descriptors and directories of a process. Run by a thread that has
 * p_reflock of the process shared, or is the process itself. Guards: p_token keeps the table of descriptors
 * from being replaced, fd_spin guards what is in it.
 */
import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { curproc, FD, kern, NC, P } from '@smplab/proc';
import { KAUTH_REQ_PROCESS_CANSEE_OPENFILES, rootDirectory, vref } from '@smplab/vfs';
import { type NodeKind, kindOfFile } from '../module/descriptor-kind.ts';
import { canSee } from './visible.ts';

/** An open descriptor, and what its node is; an errno for a file that no node can stand for. */
export interface OpenDescriptor {
  readonly fd: number;
  readonly kind: NodeKind | number;
}

/** Whether somebody may see what a process has open. */
export function canSeeFiles(k: Context, cred: number, p: number): Steps<boolean> {
  return canSee(k, cred, p, KAUTH_REQ_PROCESS_CANSEE_OPENFILES);
}

/** Descriptors of a process in order, those below `most` (or all of them: -1). */
export function* openDescriptors(
  k: Context,
  mp: number,
  p: number,
  isShort: boolean,
): Steps<OpenDescriptor[]> {
  const found: OpenDescriptor[] = [];
  yield* inTable(k, p, function* (fdp) {
    const nfiles = k.get(fdp + FD.fd_nfiles);
    for (let fd = 0; fd < (isShort ? nfiles - 2 : nfiles); fd++) {
      const fp = k.get(kern.fdnode(k, fdp, fd) + kern.FDNODE_FP);
      if (fp !== 0) found.push({ fd, kind: kindOfFile(k, mp, fp) });
    }
  });
  return found;
}

/** A directory of a process (FD.fd_ncdir, FD.fd_nrdir), referenced; 0 if it has none any more. */
export function* directoryOf(k: Context, p: number, field: number): Steps<number> {
  let vp = 0;
  yield* inTable(k, p, function* (fdp) {
    const nch = k.get(fdp + field);
    vp = nch === 0 ? 0 : k.get(nch + NC.nc_vnode);
    if (vp !== 0) yield* vref(k, vp);
  });
  return vp;
}

/** The root of who runs this, referenced: that of the machine for a thread of the kernel. */
export function* callersRoot(k: Context): Steps<number> {
  const p = curproc(k);
  const vp = p === 0 ? 0 : yield* directoryOf(k, p, FD.fd_nrdir);
  if (vp !== 0) return vp;
  const root = rootDirectory(k);
  yield* vref(k, root);
  return root;
}

/** Runs `act` with the table of a process, if it has one, under fd_spin. */
function* inTable(k: Context, p: number, act: (fdp: number) => Steps<unknown>): Steps {
  yield* k.gettoken(p + P.p_token);
  const fdp = k.get(p + P.p_fd);
  if (fdp !== 0) {
    yield* spin_lock(k, fdp + FD.fd_spin);
    yield* act(fdp);
    yield* spin_unlock(k, fdp + FD.fd_spin);
  }
  yield* k.reltoken(p + P.p_token);
}
