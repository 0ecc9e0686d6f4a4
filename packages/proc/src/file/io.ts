/**
 * Owns read, write and ioctl (sys/kern/sys_generic.c): they find the file of a descriptor, hold it, and call
 * the operations of what it stands for. Runs in the thread of the call, with no lock held meanwhile.
 */
import { type Context, EINTR, ERESTART, type Steps } from '@smplab/lwkt';
import { EINVAL, EPIPE, EWOULDBLOCK } from '../errno.ts';
import { FN_KSIGNAL } from '../functions.ts';
import { kfree, kmalloc, M_TEMP } from '../malloc-types.ts';
import { curproc } from '../proc-kernel.ts';
import { fsetfdflags, holdfp } from './fdnode.ts';
import { closef } from './file.ts';
import {
  F,
  FASYNC,
  FIOASYNC,
  FIOCLEX,
  FIONBIO,
  FIONCLEX,
  FNONBLOCK,
  FNOSIGPIPE,
  FREAD,
  FWRITE,
  IOCTL_WORDS,
  UF_EXCLOSE,
} from './filedesc-layout.ts';
import { fo_ioctl, fo_read, fo_write } from './file-ops.ts';
import { result as resultOf } from './io-result.ts';
import { UIO_MAX, uioBytes, uioFill, uioFree, uioMake, uioResid } from './uio.ts';

const SIGPIPE = 13;

/** What a read brings. */
export interface ReadResult {
  bytes?: Uint8Array;
}

/** read: up to `count` bytes; as many as there were. A read of more than UIO_MAX bytes is short. */
export function* sys_read(k: Context, fd: number, count: number, result: ReadResult): Steps<number> {
  if (!Number.isInteger(count) || count < 0) return -EINVAL;
  const fp = yield* holdfp(k, fd, FREAD);
  if (fp < 0) return fp;
  const uio = yield* uioMake(k, Math.min(count, UIO_MAX));
  let error = yield* fo_read(k, fp, uio);
  result.bytes = uioBytes(k, uio);
  if (result.bytes.length > 0 && isInterruption(error)) error = 0;
  yield* uioFree(k, uio);
  yield* closef(k, fp);
  return error === 0 ? result.bytes.length : resultOf(error);
}

/** write: how many bytes went. */
export function* sys_write(k: Context, fd: number, bytes: Uint8Array): Steps<number> {
  const fp = yield* holdfp(k, fd, FWRITE);
  if (fp < 0) return fp;
  let done = 0;
  let error: number;
  for (;;) {
    const part = bytes.subarray(done, done + UIO_MAX);
    const uio = yield* uioFill(k, part);
    error = yield* fo_write(k, fp, uio);
    const left = uioResid(k, uio);
    yield* uioFree(k, uio);
    done += part.length - left;
    if (error !== 0 || left > 0 || done >= bytes.length) break;
  }
  // Whether it signals never changes.
  const signals = error === EPIPE && (k.peek(fp + F.f_flag) & FNOSIGPIPE) === 0;
  yield* closef(k, fp);
  if (done > 0 && isInterruption(error)) error = 0;
  if (signals) yield* k.call(FN_KSIGNAL, curproc(k), SIGPIPE);
  return error === 0 ? done : resultOf(error);
}

/** What has been moved counts, if there is any. */
function isInterruption(error: number): boolean {
  return error === EINTR || error === ERESTART || error === EWOULDBLOCK;
}

/** ioctl: `data` goes in and comes out, IOCTL_WORDS words of it at most. */
export function* sys_ioctl(k: Context, fd: number, cmd: number, data: number[] = []): Steps<number> {
  if (data.length > IOCTL_WORDS) return -EINVAL;
  if (cmd === FIOCLEX || cmd === FIONCLEX) {
    return yield* fsetfdflags(k, fd, cmd === FIOCLEX ? UF_EXCLOSE : 0);
  }
  const fp = yield* holdfp(k, fd, 0);
  if (fp < 0) return fp;
  const error = yield* fileIoctl(k, fp, cmd | 0, data);
  yield* closef(k, fp);
  return resultOf(error);
}

/** The same for a file that the caller holds: 0 or an errno. */
export function* fileIoctl(k: Context, fp: number, cmd: number, data: number[]): Steps<number> {
  const mode = cmd === FIONBIO ? FNONBLOCK : cmd === FIOASYNC ? FASYNC : 0;
  if (mode !== 0) yield* setMode(k, fp, mode, (data[0] ?? 0) !== 0);
  const block = yield* kmalloc(k, M_TEMP, IOCTL_WORDS);
  data.forEach((word, at) => (k.words[block + at] = word));
  const error = yield* fo_ioctl(k, fp, cmd, block);
  for (let at = 0; at < data.length; at++) data[at] = k.words[block + at];
  yield* kfree(k, M_TEMP, block);
  return error;
}

function* setMode(k: Context, fp: number, mode: number, isOn: boolean): Steps {
  if (isOn) yield* k.or(fp + F.f_flag, mode);
  else yield* k.and(fp + F.f_flag, ~mode);
}
