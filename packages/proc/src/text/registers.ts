/**
 * Owns what a debugger gets at of an lwp that is stopped: its registers (fill_regs, set_regs of the
 * platform). Run by the debugger's thread, which holds the process. What it writes counts with the next
 * instruction.
 */
import type { Context } from '@smplab/lwkt';
import { EINVAL } from '../errno.ts';
import { procs } from '../proc-kernel.ts';
import { L, TF_PC, TRAPFRAME_WORDS } from '../table/lwp.ts';
import { P } from '../table/proc.ts';

/** The registers r0 to r13, sp and pc of a stopped lwp; those of a generator program say nothing. */
export function fill_regs(k: Context, lp: number): Int32Array {
  const frame = lp + L.lwp_trapframe;
  // Its own thread alone changes them, and stands still.
  return k.words.slice(frame, frame + TRAPFRAME_WORDS);
}

/**
 * Sets all registers of a stopped lwp: 0, or EINVAL. Where a generator program goes on is not in registers:
 * its lwp takes only what it has already.
 */
export function set_regs(k: Context, lp: number, registers: ArrayLike<number>): number {
  if (registers.length !== TRAPFRAME_WORDS) return EINVAL;
  const frame = lp + L.lwp_trapframe;
  if (!isText(k, lp)) {
    const now = k.words.subarray(frame, frame + TRAPFRAME_WORDS);
    return now.every((value, at) => value === registers[at]) ? 0 : EINVAL;
  }
  k.words.set(registers, frame);
  return 0;
}

/** Sets the program counter only. */
export function set_pc(k: Context, lp: number, pc: number): number {
  const registers = fill_regs(k, lp);
  registers[TF_PC] = pc;
  return set_regs(k, lp, registers);
}

function isText(k: Context, lp: number): boolean {
  const image = k.peek(k.words[lp + L.lwp_proc] + P.p_image);
  return procs(k).images.find(image)?.text !== undefined;
}
