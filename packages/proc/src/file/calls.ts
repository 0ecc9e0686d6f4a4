/**
 * Owns the list of system calls about descriptors and paths, in one place for the user facade and for tests.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { EBADF } from '../errno.ts';
import { fdlimit, ftakefd } from './fdnode.ts';
import { closef } from './file.ts';
import { result as resultOf } from './io-result.ts';
import { fdclosed } from './vnode-hooks.ts';

export { sys_chdir, sys_chroot, sys_getcwd } from './directory.ts';
export { sys_dup, sys_dup2 } from './dup.ts';
export { sys_fcntl } from './fcntl.ts';
export { type ReadResult, sys_ioctl, sys_read, sys_write } from './io.ts';
export { sys_open } from './open.ts';

/** close: the descriptor is free again, also when the close of the file itself fails. */
export function* sys_close(k: Context, fd: number): Steps<number> {
  const fp = yield* ftakefd(k, fd);
  if (fp === 0) return -EBADF;
  yield* fdclosed(k, fp, fd);
  return resultOf(yield* closef(k, fp));
}

/** getdtablesize: descriptors the process may have. */
export function sys_getdtablesize(k: Context): Steps<number> {
  return fdlimit(k);
}
