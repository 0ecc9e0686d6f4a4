/**
 * Owns pipes (NetBSD sys/kern/sys_pipe.c, without direct writes, which share pages): pipe2(2), and the
 * operations of their files. Run in the thread of the call, which holds the file: while an operation runs its
 * end stays open, so the pipe is there. Guards: pipe_spin. Bytes are copied under it; nothing blocks there.
 *
 * A wakeup is sent only to who said that it sleeps (PIPE_WANTR, PIPE_WANTW), which it says under pipe_spin
 * together with its interlock: whoever makes its condition true comes after that.
 */
import {
  type Context,
  functionNumber,
  type Kernel,
  PCATCH,
  PINTERLOCKED,
  type Registry,
  spin_init,
  spin_lock,
  spin_unlock,
  type Steps,
  tsleep,
  tsleep_interlock,
  wakeup,
} from '@smplab/lwkt';
import {
  bootFileops,
  DTYPE_PIPE,
  EAGAIN,
  EINVAL,
  ENOTTY,
  EPIPE,
  F,
  FIOASYNC,
  FIONBIO,
  fmake,
  FNONBLOCK,
  FNOSIGPIPE,
  FREAD,
  FWRITE,
  kfree,
  kmalloc,
  O_CLOEXEC,
  O_NONBLOCK,
  UF_EXCLOSE,
  uioResid,
} from '@smplab/proc';
import { M_PIPE } from '../malloc-types.ts';
import { bootDescriptorGlobals, type DescriptorOptions, descriptors, DG } from './descriptor-globals.ts';
import { knote } from './knote.ts';
import { type PairResult, publishPair, reservePair } from './pair.ts';
import {
  FIONREAD,
  FIONSPACE,
  FIONWRITE,
  PI,
  Pipe,
  PIPE_BUF,
  PIPE_ENDS,
  PIPE_SIZE,
  PIPE_WANTR,
  PIPE_WANTW,
} from './pipe-layout.ts';
import { RB, ringCount, ringFrom, ringInit, ringSpace, ringTo, ringWords } from './ring.ts';

/** EPIPE without SIGPIPE (sys/fcntl.h). */
export const O_NOSIGPIPE = FNOSIGPIPE;

/** Lays out the operations of pipes, while the machine boots. */
export function bootPipes(
  kernel: Kernel,
  g: number,
  { pipeBytes = PIPE_SIZE }: DescriptorOptions = {},
): void {
  const dg = bootDescriptorGlobals(kernel, g);
  kernel.words[dg + DG.dg_pipesize] = pipeBytes;
  kernel.words[dg + DG.dg_pipeops] = bootFileops(kernel, {
    read: functionNumber('pipe_read'),
    write: functionNumber('pipe_write'),
    ioctl: functionNumber('pipe_ioctl'),
    close: functionNumber('pipe_close'),
  });
}

/** Makes them known to a realm. */
export function registerPipes(registry: Registry): void {
  registry.register('pipe_read', pipe_read);
  registry.register('pipe_write', pipe_write);
  registry.register('pipe_ioctl', pipe_ioctl);
  registry.register('pipe_close', pipe_close);
}

/** pipe2: two descriptors, one to read from and one to write to; 0 or the negative errno. */
export function* sys_pipe2(k: Context, flags: number, result: PairResult): Steps<number> {
  if ((flags & ~(O_CLOEXEC | O_NONBLOCK | O_NOSIGPIPE)) !== 0) return -EINVAL;
  const error = yield* reservePair(k, result);
  if (error !== 0) return error;
  const files = yield* pipe_files(k, flags & (O_NONBLOCK | O_NOSIGPIPE));
  yield* publishPair(k, result, files, (flags & O_CLOEXEC) === 0 ? 0 : UF_EXCLOSE);
  return 0;
}

/** A pipe, as the file to read from and the one to write to, with one reference each. */
export function* pipe_files(k: Context, modes: number): Steps<readonly [number, number]> {
  const dg = descriptors(k);
  const pipe = yield* pipe_create(k, k.words[dg + DG.dg_pipesize]);
  const ops = k.words[dg + DG.dg_pipeops];
  const rf = yield* fmake(k, DTYPE_PIPE, FREAD | modes, ops);
  k.words[rf + F.f_data] = pipe;
  const wf = yield* fmake(k, DTYPE_PIPE, FWRITE | modes, ops);
  k.words[wf + F.f_data] = pipe;
  return [rf, wf];
}

/** A pipe with both ends open that nobody can find yet. */
function* pipe_create(k: Context, size: number): Steps<number> {
  const pipe = yield* kmalloc(k, M_PIPE, Pipe.size + ringWords(size));
  spin_init(k, pipe + PI.pipe_spin, 'pipe');
  ringInit(k, pipe + PI.pipe_ring, pipe + Pipe.size, size);
  k.words[pipe + PI.pipe_state] = PIPE_ENDS;
  return pipe;
}

/** What there is, at once; waits for a first byte while somebody can write one, else it is the end. */
function* pipe_read(k: Context, fp: number, uio: number): Steps<number> {
  const pipe = k.get(fp + F.f_data);
  const ring = pipe + PI.pipe_ring;
  if (uioResid(k, uio) === 0) return 0;
  for (;;) {
    yield* spin_lock(k, pipe + PI.pipe_spin);
    if (ringCount(k, ring) > 0) {
      ringTo(k, ring, uio, uioResid(k, uio));
      yield* unlockAndWake(k, pipe, PIPE_WANTW, PI.pipe_wcv);
      return 0;
    }
    const isOver = (k.get(pipe + PI.pipe_state) & FWRITE) === 0;
    if (isOver || (k.peek(fp + F.f_flag) & FNONBLOCK) !== 0) {
      yield* spin_unlock(k, pipe + PI.pipe_spin);
      return isOver ? 0 : EAGAIN;
    }
    const error = yield* unlockAndSleep(k, pipe, PIPE_WANTR, PI.pipe_rcv, 'piperd');
    if (error !== 0) return error;
  }
}

/** All of it, waiting for room; what is not longer than PIPE_BUF goes in one piece or not at all. */
function* pipe_write(k: Context, fp: number, uio: number): Steps<number> {
  const pipe = k.get(fp + F.f_data);
  const ring = pipe + PI.pipe_ring;
  const total = uioResid(k, uio);
  const least = total <= Math.min(PIPE_BUF, k.words[ring + RB.rb_size]) ? total : 1;
  for (;;) {
    yield* spin_lock(k, pipe + PI.pipe_spin);
    const isBroken = (k.get(pipe + PI.pipe_state) & FREAD) === 0;
    if (!isBroken && ringSpace(k, ring) >= least) {
      ringFrom(k, ring, uio, ringSpace(k, ring));
      yield* unlockAndWake(k, pipe, PIPE_WANTR, PI.pipe_rcv);
      if (uioResid(k, uio) === 0) return 0;
      continue;
    }
    if (isBroken || (k.peek(fp + F.f_flag) & FNONBLOCK) !== 0) {
      yield* spin_unlock(k, pipe + PI.pipe_spin);
      return isBroken ? EPIPE : EAGAIN;
    }
    const error = yield* unlockAndSleep(k, pipe, PIPE_WANTW, PI.pipe_wcv, 'pipewr');
    if (error !== 0) return error;
  }
}

/** Gives pipe_spin back, and wakes those of the other side who said that they sleep. */
function* unlockAndWake(k: Context, pipe: number, want: number, ident: number): Steps {
  const state = k.get(pipe + PI.pipe_state);
  if ((state & want) !== 0) k.set(pipe + PI.pipe_state, state & ~want);
  yield* knote(k, pipe + (want === PIPE_WANTR ? PI.pipe_rklist : PI.pipe_wklist));
  yield* spin_unlock(k, pipe + PI.pipe_spin);
  if ((state & want) !== 0) yield* wakeup(k, pipe + ident);
}

/** Gives pipe_spin back and sleeps until something has changed: 0, EINTR or ERESTART. */
function* unlockAndSleep(
  k: Context,
  pipe: number,
  want: number,
  ident: number,
  wmesg: string,
): Steps<number> {
  k.set(pipe + PI.pipe_state, k.get(pipe + PI.pipe_state) | want);
  yield* tsleep_interlock(k, pipe + ident);
  yield* spin_unlock(k, pipe + PI.pipe_spin);
  return yield* tsleep(k, pipe + ident, PCATCH | PINTERLOCKED, wmesg);
}

/** Modes of the file, bytes in the pipe, room in it. SIGIO is not sent: FIOASYNC is no mode. */
function* pipe_ioctl(k: Context, fp: number, cmd: number, block: number): Steps<number> {
  if (cmd === FIONBIO) return 0;
  if (cmd === FIOASYNC) return k.words[block] === 0 ? 0 : ENOTTY;
  if (cmd !== FIONREAD && cmd !== FIONWRITE && cmd !== FIONSPACE) return ENOTTY;
  const pipe = k.get(fp + F.f_data);
  yield* spin_lock(k, pipe + PI.pipe_spin);
  const ring = pipe + PI.pipe_ring;
  k.words[block] = cmd === FIONSPACE ? ringSpace(k, ring) : ringCount(k, ring);
  yield* spin_unlock(k, pipe + PI.pipe_spin);
  return 0;
}

/** An end is closed: the other one hears of it, or frees the pipe when it was closed before. */
function* pipe_close(k: Context, fp: number): Steps<number> {
  const pipe = k.get(fp + F.f_data);
  yield* spin_lock(k, pipe + PI.pipe_spin);
  const state = k.get(pipe + PI.pipe_state) & ~(k.peek(fp + F.f_flag) & PIPE_ENDS);
  k.set(pipe + PI.pipe_state, state & PIPE_ENDS);
  // Under the lock: once it is given back, the other end may free the pipe.
  if ((state & PIPE_WANTR) !== 0) yield* wakeup(k, pipe + PI.pipe_rcv);
  if ((state & PIPE_WANTW) !== 0) yield* wakeup(k, pipe + PI.pipe_wcv);
  for (const list of [PI.pipe_rklist, PI.pipe_wklist]) yield* knote(k, pipe + list);
  yield* spin_unlock(k, pipe + PI.pipe_spin);
  if ((state & PIPE_ENDS) === 0) yield* kfree(k, M_PIPE, pipe);
  return 0;
}
