/**
 * Owns the layout of texts that processes share by count (struct pargs of sys/sys/proc.h): a title for ps, or
 * the arguments and environment of an exec, each text ended by a NUL. Not changed once another process can
 * see it. Guard of the count: atomic.
 */
import { atomic, int32, struct } from '@smplab/kmem';

export const Pargs = struct('pargs', {
  ar_ref: atomic(int32),
  /** Bytes of a title, or of the arguments, NULs included. */
  ar_length: int32,
  /** How many texts are arguments, and how many environment. */
  ar_argc: int32,
  ar_envc: int32,
  /** Bytes of the environment, which follows the arguments. */
  ar_envlength: int32,
});

/** Word offsets; the bytes follow at AR_ARGS. */
export const AR = Pargs.offsets;
export const AR_ARGS = Pargs.size;
