/**
 * Owns fsync(2) (sys_fsync of NetBSD kern/vfs_syscalls.c): what has been written to a file is kept, as far as
 * its file system keeps anything. Runs in the thread of the call, which holds the file.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { callResult, closef, EINVAL, F, FWRITE, holdfp } from '@smplab/proc';
import { VOP_FSYNC } from '../vnode/vnode-ops.ts';
import { vnodeOf } from './stat.ts';

const FSYNC_WAIT = 1;

/** fsync of a file that is open for writing: 0 or the negative errno; EINVAL for what is no file. */
export function* sys_fsync(k: Context, fd: number): Steps<number> {
  const fp = yield* holdfp(k, fd, FWRITE);
  if (fp < 0) return fp;
  const vp = vnodeOf(k, fp);
  const error = vp === 0 ? EINVAL : yield* VOP_FSYNC(k, vp, FSYNC_WAIT, k.words[fp + F.f_cred]);
  yield* closef(k, fp);
  return callResult(error);
}
