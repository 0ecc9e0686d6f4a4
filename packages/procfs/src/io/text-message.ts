/**
 * Owns taking a short text that is written to a node in one piece (vfs_getuserstr of procfs_subr.c), as ctl
 * and the notes do. Run by the thread that writes.
 */
import type { Context } from '@smplab/lwkt';
import { EINVAL, U, uioResid, uioTake } from '@smplab/proc';
import { EMSGSIZE } from '@smplab/vfs';

/** The text without the newline at its end; an errno if it is too long, or not the first that is written. */
export function takeMessage(k: Context, uio: number, most: number): string | number {
  if (k.words[uio + U.uio_offset] !== 0) return EINVAL;
  if (uioResid(k, uio) > most) return EMSGSIZE;
  return String.fromCharCode(...uioTake(k, uio)).replace(/\n$/, '');
}
