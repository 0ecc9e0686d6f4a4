/**
 * Owns getting a file of another process (fd_getfile2 of NetBSD kern/kern_descrip.c). Run by any thread that
 * has p_reflock of the process shared, so that its table of descriptors is not taken down; p_token keeps it
 * from being replaced (rfork), fd_spin guards the entries.
 */
import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { FD, kern, P } from '@smplab/proc';

/** The file of a descriptor of a process, held (closef gives it back); 0 if there is none. */
export function* fd_getfile2(k: Context, p: number, fd: number): Steps<number> {
  yield* k.gettoken(p + P.p_token);
  const fdp = k.get(p + P.p_fd);
  let fp = 0;
  if (fdp !== 0) {
    yield* spin_lock(k, fdp + FD.fd_spin);
    const node = kern.fdnode(k, fdp, fd);
    fp = node === 0 ? 0 : k.get(node + kern.FDNODE_FP);
    if (fp !== 0) yield* kern.fhold(k, fp);
    yield* spin_unlock(k, fdp + FD.fd_spin);
  }
  yield* k.reltoken(p + P.p_token);
  return fp;
}
