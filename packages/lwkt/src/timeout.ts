/**
 * Owns timeouts of sleeping threads: a list of each CPU in order of deadline, and the clock interrupt, which
 * starts the thread that runs what is due (softclock.ts). A thread has one timeout. Touched by the owning CPU
 * only.
 */
import { tailq } from '@smplab/kmem';
import type { Context } from './context.ts';
import type { Cpu } from './cpu.ts';
import { GD, RQF_IPIQ } from './globaldata.ts';
import { FN_SOFTCLOCK } from './internal.ts';
import { TDPRI_SOFT_TIMER } from './priority.ts';
import { enqueue, lwkt_schedulerclock, type Td } from './run-queue.ts';
import { statclock } from './statclock.ts';
import { TD, TDF_TIMEOUT_ARMED, Thread } from './thread.ts';
import { bootThread } from './thread-init.ts';

const timeoutq = tailq(Thread, 'td_timeoutq');

/** Arms the timeout of the current thread, `ticks` from now. */
export function timeoutArm(k: Context, ticks: number): void {
  const { words, td, cpu } = k;
  const { memory } = k.kernel;
  const deadline = k.kernel.ticks + Math.max(1, ticks);
  words[td + TD.td_deadline] = deadline;
  words[td + TD.td_flags] |= TDF_TIMEOUT_ARMED;
  const head = cpu.gd + GD.gd_timeouts;
  let at = words[head];
  while (at !== 0 && words[at + TD.td_deadline] - deadline <= 0) at = words[at + TD.td_timeoutq];
  if (at === 0) timeoutq.insertTail(memory, head as never, td as Td);
  else timeoutq.insertBefore(memory, at as Td, td as Td);
  publishNext(cpu);
}

/** Disarms the timeout of a thread of this CPU; true if it was armed. */
export function timeoutCancel(k: Context, td: number): boolean {
  const { words } = k;
  if ((words[td + TD.td_flags] & TDF_TIMEOUT_ARMED) === 0) return false;
  words[td + TD.td_flags] &= ~TDF_TIMEOUT_ARMED;
  timeoutq.remove(k.kernel.memory, (k.cpu.gd + GD.gd_timeouts) as never, td as Td);
  publishNext(k.cpu);
  return true;
}

/** Makes the thread that runs timeouts, the first time a CPU needs one. */
export function softclockEnsure(k: Context): void {
  const { words, cpu } = k;
  if (words[cpu.gd + GD.gd_softclock] !== 0) return;
  const options = { pri: TDPRI_SOFT_TIMER, name: 'softclock', isSystem: true };
  words[cpu.gd + GD.gd_softclock] = bootThread(k.kernel, cpu.cpuid, FN_SOFTCLOCK, options);
}

/** Tells whoever drives the clock when it is needed next. */
function publishNext(cpu: Cpu): void {
  const { words } = cpu.kernel;
  const first = words[cpu.gd + GD.gd_timeouts];
  words[cpu.gd + GD.gd_nexttimo] = first === 0 ? -1 : words[first + TD.td_deadline];
}

/** Whether a timeout of the CPU is due. */
export function isTimeoutDue(cpu: Cpu): boolean {
  const { words } = cpu.kernel;
  const first = words[cpu.gd + GD.gd_timeouts];
  return first !== 0 && words[first + TD.td_deadline] - cpu.kernel.ticks <= 0;
}

/**
 * The clock interrupt of a CPU, after the time went on: who runs is charged with the tick, the head of the
 * run queue gives way to its equals, waiting passive messages are taken, and softclock runs if a timeout is
 * due. Touches words of its own CPU only; no step.
 */
export function hardclock(cpu: Cpu): void {
  const { words } = cpu.kernel;
  words[cpu.gd + GD.gd_cnt_ticks]++;
  statclock(cpu);
  lwkt_schedulerclock(cpu);
  if (words[cpu.gd + GD.gd_passive] !== 0) {
    words[cpu.gd + GD.gd_passive] = 0;
    words[cpu.gd + GD.gd_reqflags] |= RQF_IPIQ;
  }
  const softclock = words[cpu.gd + GD.gd_softclock];
  if (softclock === 0 || !isTimeoutDue(cpu)) return;
  enqueue(cpu, softclock);
  // Until softclock has taken what is due, no further tick is needed for it.
  words[cpu.gd + GD.gd_nexttimo] = -1;
}
