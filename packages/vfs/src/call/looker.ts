/**
 * Owns who looks paths up in a system call: the process's credentials and directories, as they are when the
 * call begins, held until it ends. Guards: fd_spin of the table, which other threads may share.
 */
import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { crfree, curcred_hold, curfd, FD, NC } from '@smplab/proc';
import type { Looker } from '../name/nameidata.ts';
import { vref, vrele } from '../vnode/vref.ts';

/** Runs `act` for the current process; gives what that gives. */
export function* asCaller<T>(k: Context, act: (who: Looker) => Steps<T>): Steps<T> {
  const cred = yield* curcred_hold(k);
  const fdp = curfd(k);
  yield* spin_lock(k, fdp + FD.fd_spin);
  const root = yield* directoryOf(k, fdp + FD.fd_nrdir);
  const cwd = yield* directoryOf(k, fdp + FD.fd_ncdir);
  yield* spin_unlock(k, fdp + FD.fd_spin);
  const answer = yield* act({ cred, root, cwd });
  yield* vrele(k, cwd);
  yield* vrele(k, root);
  yield* crfree(k, cred);
  return answer;
}

/** The vnode of a directory of the table, with one more reference; under fd_spin. */
function* directoryOf(k: Context, field: number): Steps<number> {
  const vp = k.get(k.get(field) + NC.nc_vnode);
  yield* vref(k, vp);
  return vp;
}
