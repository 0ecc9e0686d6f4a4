/**
 * Owns regs (procfs_doregs): the registers of the first lwp of a process, sixteen words, which are also read
 * while it runs, and written while it is stopped. fpregs and dbregs: this machine has no such registers. Run
 * by the thread that reads or writes. Guards: p_token keeps the lwp, and a process that is stopped as it is.
 *
 * An lwp that runs on another CPU changes its registers as it likes: that CPU is made to stand still while
 * they are read (lwkt_cpusync), and then they are what they are between two instructions of the program.
 */
import {
  type Context,
  Cpusync,
  lwkt_cpusync_deinterlock,
  lwkt_cpusync_init,
  lwkt_cpusync_interlock,
  type Steps,
  TD,
} from '@smplab/lwkt';
import { EBUSY, EINVAL, EOPNOTSUPP, ESRCH, kern, P, U, uiomove, uioResid, uioTake } from '@smplab/proc';
import { M_PFSREGS } from '../malloc-types.ts';
import { procfs } from '../procfs-kernel.ts';
import type { Transfer } from './transfer.ts';

const { fill_regs, hasStopped, kfree, kmalloc, L, set_regs, SZOMB, TRAPFRAME_WORDS, WORD_BYTES } = kern;

/** st_size of regs. */
export const REGS_BYTES = TRAPFRAME_WORDS * WORD_BYTES;

/** fpregs and dbregs. */
export function* procfs_doabsent(): Steps<number> {
  return EOPNOTSUPP;
}

export function* procfs_doregs(k: Context, { p, uio, isWrite }: Transfer): Steps<number> {
  const offset = k.words[uio + U.uio_offset];
  if (offset < 0 || offset > REGS_BYTES) return EINVAL;
  const count = Math.min(uioResid(k, uio), REGS_BYTES - offset);
  const error = yield* isWrite ? write(k, p, uio, count) : read(k, p, uio, count);
  if (error === 0) k.words[uio + U.uio_offset] = 0;
  return error;
}

/** The first lwp; 0 for a zombie, which waits for its parent with one that runs no more. Holds p_token. */
function threadOf(k: Context, p: number): number {
  return k.peek(p + P.p_stat) === SZOMB ? 0 : k.get(p + P.p_lwp_tree);
}

function* read(k: Context, p: number, uio: number, count: number): Steps<number> {
  // Before the token, which waiting for memory would cost it.
  const cs = yield* kmalloc(k, M_PFSREGS, Cpusync.size);
  yield* k.gettoken(p + P.p_token);
  const lp = threadOf(k, p);
  const isTorn = procfs(k).asSeed['procfs-torn-regs'];
  const registers = lp === 0 ? null : yield* isTorn ? readOneByOne(k, lp) : readStanding(k, lp, cs);
  yield* k.reltoken(p + P.p_token);
  yield* kfree(k, M_PFSREGS, cs);
  if (registers === null) return ESRCH;
  const offset = k.words[uio + U.uio_offset];
  uiomove(k, uio, bytesOf(registers).subarray(offset, offset + count));
  return 0;
}

function* write(k: Context, p: number, uio: number, count: number): Steps<number> {
  yield* k.gettoken(p + P.p_token);
  const lp = threadOf(k, p);
  let error = lp === 0 ? ESRCH : hasStopped(k, p) ? 0 : EBUSY;
  if (error === 0) error = yield* change(k, p, lp, uio, count);
  yield* k.reltoken(p + P.p_token);
  return error;
}

/** What is not written stays as it is. The process is stopped, and the caller holds p_token. */
function* change(k: Context, p: number, lp: number, uio: number, count: number): Steps<number> {
  const offset = k.words[uio + U.uio_offset];
  const bytes = bytesOf(fill_regs(k, lp));
  bytes.set(uioTake(k, uio, count), offset);
  const registers = new Int32Array(bytes.buffer, bytes.byteOffset, TRAPFRAME_WORDS);
  if (procfs(k).asSeed['procfs-unfrozen-regs']) return yield* changeLate(k, p, lp, registers);
  // From the look at its state up to here nobody else has had p_token: it is stopped still.
  return set_regs(k, lp, registers);
}

/** Whoever continues or kills the process comes in between. The caller holds p_token, for nothing. */
function* changeLate(k: Context, p: number, lp: number, registers: Int32Array): Steps<number> {
  yield* k.reltoken(p + P.p_token);
  for (let at = 0; at < TRAPFRAME_WORDS; at++) {
    yield* k.storeRelaxed(lp + L.lwp_trapframe + at, registers[at]);
  }
  yield* k.gettoken(p + P.p_token);
  // What a debugger would see as registers of two moments.
  if (!hasStopped(k, p)) k.misuse('assertion', `procfs_doregs: process ${p} went on while they were written`);
  return 0;
}

/** As the README of 1993 does on a machine with one CPU. The caller holds p_token. */
function* readOneByOne(k: Context, lp: number): Steps<Int32Array> {
  const registers = new Int32Array(TRAPFRAME_WORDS);
  for (let at = 0; at < TRAPFRAME_WORDS; at++) {
    registers[at] = yield* k.loadRelaxed(lp + L.lwp_trapframe + at);
  }
  return registers;
}

/** The caller holds p_token: it keeps the lwp, and nothing from here on sleeps. */
function* readStanding(k: Context, lp: number, cs: number): Steps<Int32Array> {
  const td = k.get(lp + L.lwp_thread);
  for (;;) {
    const owner = k.peek(td + TD.td_gd);
    const bit = 1 << (owner & 31);
    lwkt_cpusync_init(k, cs, owner < 32 ? bit : 0, 0, 0, owner < 32 ? 0 : bit);
    yield* lwkt_cpusync_interlock(k, cs);
    // This CPU runs the reader, that of the lwp nothing: unless it has moved meanwhile.
    const registers = k.peek(td + TD.td_gd) === owner ? fill_regs(k, lp) : null;
    yield* lwkt_cpusync_deinterlock(k, cs);
    if (registers !== null) return registers;
  }
}

function bytesOf(registers: Int32Array): Uint8Array {
  return new Uint8Array(registers.buffer, registers.byteOffset, registers.byteLength);
}
