/**
 * Owns moving bytes between a process and the kernel: a uio is a block of kernel memory with room for the
 * bytes, so that file operations, which get words only, can run on any CPU. Runs in the thread of the call; a
 * uio is seen by nobody else.
 *
 *     sys_read:  uioMake(n)      -> fo_read(k, fp, uio): uiomove ... -> uioBytes
 *     sys_write: uioFill(bytes)  -> fo_write(k, fp, uio): uioTake ...
 */
import { readBytes, writeBytes } from '@smplab/kmem';
import type { Context, Steps } from '@smplab/lwkt';
import { kfree, kmalloc, M_TEMP } from '../malloc-types.ts';
import { U, UIO_DATA } from './filedesc-layout.ts';

/** Bytes that one uio moves at most: longer writes are several, longer reads are short. */
export const UIO_MAX = 16_384;

/** A uio with room for so many bytes. */
export function* uioMake(k: Context, count: number): Steps<number> {
  const uio = yield* kmalloc(k, M_TEMP, UIO_DATA + ((count + 3) >> 2));
  k.words[uio + U.uio_resid] = count;
  return uio;
}

/** A uio that carries bytes. */
export function* uioFill(k: Context, bytes: Uint8Array): Steps<number> {
  const uio = yield* uioMake(k, bytes.length);
  writeBytes(k.kernel.memory, uio + UIO_DATA, bytes);
  return uio;
}

/** What a read has brought. */
export function uioBytes(k: Context, uio: number): Uint8Array {
  return readBytes(k.kernel.memory, uio + UIO_DATA, k.words[uio + U.uio_done]);
}

export function* uioFree(k: Context, uio: number): Steps {
  yield* kfree(k, M_TEMP, uio);
}

/** For fo_read: gives bytes to the process; as many as there is room for, which is returned. */
export function uiomove(k: Context, uio: number, bytes: Uint8Array): number {
  const count = Math.min(bytes.length, k.words[uio + U.uio_resid]);
  const done = k.words[uio + U.uio_done];
  writeBytes(k.kernel.memory, uio + UIO_DATA, bytes.subarray(0, count), done);
  moved(k, uio, count);
  return count;
}

/** For fo_write: takes the next bytes of the process, `most` of them at most. */
export function uioTake(k: Context, uio: number, most = UIO_MAX): Uint8Array {
  const count = Math.min(most, k.words[uio + U.uio_resid]);
  const bytes = readBytes(k.kernel.memory, uio + UIO_DATA, count, k.words[uio + U.uio_done]);
  moved(k, uio, count);
  return bytes;
}

/** For fo_write: gives the last bytes it took back. */
export function uioUntake(k: Context, uio: number, count: number): void {
  moved(k, uio, -count);
}

/** Bytes still to be moved. */
export function uioResid(k: Context, uio: number): number {
  return k.words[uio + U.uio_resid];
}

function moved(k: Context, uio: number, count: number): void {
  k.words[uio + U.uio_resid] -= count;
  k.words[uio + U.uio_done] += count;
}
