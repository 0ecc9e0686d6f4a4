/**
 * Owns access(2) (do_sys_accessat of NetBSD kern/vfs_syscalls.c): whether the real user and group, not the
 * effective ones, may read, write or execute a file. Runs in the thread of the call.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { callResult, CR, crdup, crfree, EINVAL } from '@smplab/proc';
import { ND_FOLLOW } from '../name/nameidata.ts';
import { do_sys_lookup } from '../name/path-calls.ts';
import { VEXEC, VREAD, VWRITE } from '../vnode/vnode-ops-layout.ts';
import { VOP_ACCESS } from '../vnode/vnode-ops.ts';
import { vrele } from '../vnode/vref.ts';
import { asCaller } from './looker.ts';

/** What is asked for; none of them: whether the file is there. */
const X_OK = 1;
const W_OK = 2;
const R_OK = 4;
const ALL = R_OK | W_OK | X_OK;

/** access: 0 or the negative errno. */
export function* sys_access(k: Context, path: string, mode: number): Steps<number> {
  if ((mode & ~ALL) !== 0) return -EINVAL;
  const accmode =
    ((mode & R_OK) === 0 ? 0 : VREAD) |
    ((mode & W_OK) === 0 ? 0 : VWRITE) |
    ((mode & X_OK) === 0 ? 0 : VEXEC);
  const error = yield* asCaller(k, function* ({ cred, ...places }) {
    const real = yield* crdup(k, cred);
    k.words[real + CR.cr_uid] = k.words[real + CR.cr_ruid];
    // The effective group is the first of the groups as well.
    for (const gid of [CR.cr_gid, CR.cr_groups]) k.words[real + gid] = k.words[real + CR.cr_rgid];
    const vp = yield* do_sys_lookup(k, { cred: real, ...places }, path, ND_FOLLOW);
    let refused = vp < 0 ? -vp : 0;
    if (vp > 0 && accmode !== 0) refused = yield* VOP_ACCESS(k, vp, accmode, real);
    if (vp > 0) yield* vrele(k, vp);
    yield* crfree(k, real);
    return refused;
  });
  return callResult(error);
}
