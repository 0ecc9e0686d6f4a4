/**
 * Owns what the clock counts (statclock of sys/kern/kern_clock.c, loadav of kern_synch.c): each tick is
 * charged to the thread it found on its CPU and to that CPU, as user or as system time; every five seconds
 * the load of the CPU goes into its averages. Touches words of its own CPU only; no step. Others look, and
 * what they see is of a moment ago.
 *
 * A CPU that has nothing to do gets no ticks: its idle time is what is left of the time, and its averages are
 * brought up to date by whoever asks, with nobody running in the samples that were left out.
 */
import type { Context } from './context.ts';
import type { Cpu } from './cpu.ts';
import { GD, LOAD_TERMS } from './globaldata.ts';
import type { Kernel } from './kernel.ts';
import type { MachineLimits } from './limits.ts';
import { TD, TDF_SYSTEM } from './thread.ts';

/** One in the averages of the load (FSCALE). */
export const LOAD_SCALE = 1 << 11;
/** LOAD_SCALE / e^(5 seconds / 1, 5, 15 minutes). */
const LOAD_DECAYS = [1884, 2014, 2037] as const;
const LOAD_SECONDS = 5;
/** Samples after which nothing is left of any load. */
const LOAD_FORGOTTEN = 20_000;

/** What a CPU has done since boot, in ticks. */
export interface CpuTicks {
  readonly user: number;
  readonly system: number;
  readonly idle: number;
}

/** The tick of the first sample. */
export function firstSample({ hz }: MachineLimits): number {
  return LOAD_SECONDS * hz;
}

/** One tick of a CPU. */
export function statclock(cpu: Cpu): void {
  const { gd } = cpu;
  const { words } = cpu.kernel;
  const td = words[gd + GD.gd_curthread];
  if (td !== words[gd + GD.gd_idlethread]) {
    const isUser = words[td + TD.td_lwp] !== 0 && words[td + TD.td_incall] === 0;
    words[gd + (isUser ? GD.gd_cp_user : GD.gd_cp_sys)]++;
    words[td + (isUser ? TD.td_uticks : TD.td_sticks)]++;
  }
  const { ticks } = cpu.kernel;
  const next = words[gd + GD.gd_loadnext];
  const period = LOAD_SECONDS * cpu.kernel.limits.hz;
  if (ticks - next < 0) return;
  const missed = Math.floor((ticks - next) / period);
  const running = runnable(words, gd) * LOAD_SCALE;
  for (let term = 0; term < LOAD_TERMS; term++) {
    const at = gd + GD.gd_loadavg + term;
    words[at] = sampled(decayed(words[at], term, missed), term, running);
  }
  words[gd + GD.gd_loadnext] = next + (missed + 1) * period;
}

/** Threads of a CPU that run or want to, without the helpers of the kernel. */
function runnable(words: Int32Array, gd: number): number {
  let count = 0;
  for (let td = words[gd + GD.gd_tdrunq]; td !== 0; td = words[td + TD.td_threadq]) {
    if ((words[td + TD.td_flags] & TDF_SYSTEM) === 0) count++;
  }
  return count;
}

function sampled(load: number, term: number, running: number): number {
  const decay = LOAD_DECAYS[term];
  return Math.floor((load * decay + running * (LOAD_SCALE - decay)) / LOAD_SCALE);
}

/** An average after samples in which nobody ran. */
function decayed(load: number, term: number, samples: number): number {
  if (samples > LOAD_FORGOTTEN) return 0;
  let now = load;
  for (let at = 0; at < samples && now > 0; at++) now = sampled(now, term, 0);
  return now;
}

/** What a CPU has done until now. Called on any CPU. */
export function cpuTicks(k: Context, cpuid: number): CpuTicks {
  const gd = k.kernel.gdOf(cpuid);
  const user = k.peek(gd + GD.gd_cp_user);
  const system = k.peek(gd + GD.gd_cp_sys);
  return { user, system, idle: Math.max(0, k.kernel.ticks - user - system) };
}

/** Averages of the machine until now: the sum of those of its CPUs. Called on any CPU. */
export function loadAverages(k: Context): number[] {
  const { kernel } = k;
  const sums = Array.from<number>({ length: LOAD_TERMS }).fill(0);
  for (let cpuid = 0; cpuid < kernel.ncpus; cpuid++) {
    const gd = kernel.gdOf(cpuid);
    const missed = missedSamples(kernel, k.peek(gd + GD.gd_loadnext));
    for (let term = 0; term < LOAD_TERMS; term++) {
      sums[term] += decayed(k.peek(gd + GD.gd_loadavg + term), term, missed);
    }
  }
  return sums;
}

function missedSamples({ ticks, limits }: Kernel, next: number): number {
  return ticks - next < 0 ? 0 : Math.floor((ticks - next) / (LOAD_SECONDS * limits.hz)) + 1;
}
