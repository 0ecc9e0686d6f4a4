/**
 * Owns duplicating descriptors (kern_dup of sys/kern/kern_descrip.c): dup, dup2 and the commands of fcntl
 * that do the same. Runs in the thread of the call. Guards: fd_spin from the look at the old descriptor to
 * the new one being in place; the file that was there before is closed after it.
 */
import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { EBADF, EBUSY, EINVAL } from '../errno.ts';
import { curfd, fdalloc, fdgrow, fdlimit, fdnode, fsetfd, holdfp } from './fdnode.ts';
import { closef, fhold } from './file.ts';
import { FD, FDNODE_FLAGS, FDNODE_FP, UF_RESERVED } from './filedesc-layout.ts';
import { fdclosed } from './vnode-hooks.ts';

/** The lowest free descriptor. */
export function sys_dup(k: Context, fd: number): Steps<number> {
  return dupFrom(k, fd, 0, 0);
}

/** A given descriptor, which is closed first; the same one if both are the same. */
export function sys_dup2(k: Context, fd: number, to: number): Steps<number> {
  return dupTo(k, fd, to, 0);
}

/** The lowest free descriptor from `least` on: EINVAL beyond the limit. */
export function* dupFrom(k: Context, fd: number, least: number, flags: number): Steps<number> {
  const fp = yield* holdfp(k, fd, 0);
  if (fp < 0) return fp;
  const to = Number.isInteger(least) && least >= 0 ? yield* fdalloc(k, least) : -EINVAL;
  if (to < 0) {
    yield* closef(k, fp);
    return to;
  }
  yield* fsetfd(k, to, fp, flags);
  return to;
}

/** A given descriptor: EBADF beyond the limit, EBUSY while another call is about to fill it. */
export function* dupTo(k: Context, fd: number, to: number, flags: number): Steps<number> {
  if (!Number.isInteger(to) || to < 0 || to >= (yield* fdlimit(k))) return -EBADF;
  const fdp = curfd(k);
  // An open descriptor first: the table does not grow for nothing.
  const fp = yield* holdfp(k, fd, 0);
  if (fp < 0) return fp;
  yield* closef(k, fp);
  yield* fdgrow(k, fdp, to);
  yield* spin_lock(k, fdp + FD.fd_spin);
  const { error, closed } = yield* replace(k, fdp, fd, to, flags);
  yield* spin_unlock(k, fdp + FD.fd_spin);
  if (closed !== 0) yield* fdclosed(k, closed, to);
  if (closed !== 0) yield* closef(k, closed);
  return error === 0 ? to : -error;
}

/** Under fd_spin: the file of one descriptor into another; gives the file that was there. */
function* replace(
  k: Context,
  fdp: number,
  fd: number,
  to: number,
  flags: number,
): Steps<{ error: number; closed: number }> {
  const source = fdnode(k, fdp, fd);
  const target = fdnode(k, fdp, to);
  const fp = source === 0 ? 0 : k.get(source + FDNODE_FP);
  if (fp === 0) return { error: EBADF, closed: 0 };
  if ((k.get(target + FDNODE_FLAGS) & UF_RESERVED) !== 0) return { error: EBUSY, closed: 0 };
  if (source === target) return { error: 0, closed: 0 };
  yield* fhold(k, fp);
  const closed = k.get(target + FDNODE_FP);
  k.set(target + FDNODE_FP, fp);
  k.set(target + FDNODE_FLAGS, flags);
  return { error: 0, closed };
}
