/**
 * The errors of kmem. Operating errors (no memory, a bad argument, a foreign dump file) are `KmemError` with
 * a code to switch on; broken kernel invariants are `KernelPanic`, whose text is unique and prints the
 * values. Holds no state; usable on any thread.
 */

/** What a `KmemError` is about. The names follow errno where one fits. */
export type KmemErrorCode =
  /** The memory is full and may not grow further, or a type's limit is reached. */
  | 'ENOMEM'
  /** An argument or a declaration makes no sense. */
  | 'EINVAL'
  /** A word index lies outside the memory. */
  | 'EFAULT'
  /** A fixed-size table (names, arenas) is full. */
  | 'ENOSPC'
  /** The buffer or file was not made by kmem, is cut short, or is damaged. */
  | 'EFTYPE'
  /** A named thing does not exist. */
  | 'ENOENT';

/** An error the caller can act on; `code` says which kind. */
export class KmemError extends Error {
  override readonly name: string = 'KmemError';
  readonly code: KmemErrorCode;

  constructor(code: KmemErrorCode, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** A broken invariant of the kernel under test. Nothing may be resumed after it. */
export class KernelPanic extends Error {
  override readonly name: string = 'KernelPanic';

  constructor(message: string) {
    super(`panic: ${message}`);
  }
}
