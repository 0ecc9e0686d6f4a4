/**
 * Owns the choice of a CPU for a new thread: the CPUs its mask allows, in turn (the rover of the seed's
 * user scheduler). Threads that run never move, so the mask of an lwp decides where the forks and lwps it
 * makes are placed; an exec stays where it is. Run by the thread that forks.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { TD } from '@smplab/lwkt';
import { EBUSY, EINVAL, ESRCH } from '../errno.ts';
import { curlwp, curproc, procs } from '../proc-kernel.ts';
import { G } from '../table/procglob.ts';
import { L } from '../table/lwp.ts';
import { P } from '../table/proc.ts';
import { lwp_find } from './lwp-find.ts';

const WORD_BITS = 32;

/** The CPU of a new thread whose mask is that of the lwp, if there is nothing to choose; else -1. */
export function onlyCpu(k: Context, lp: number): number {
  if (k.kernel.ncpus === 1) return 0;
  const low = lowMask(k, lp);
  const high = highMask(k, lp);
  const count = bitCount(low) + bitCount(high);
  if (count === 0) return k.cpu.cpuid;
  return count === 1 ? nthBit(low, high, 0) : -1;
}

/** The next one of several CPUs on which a new thread of the lwp may be. */
export function* placeLwp(k: Context, lp: number): Steps<number> {
  const low = lowMask(k, lp);
  const high = highMask(k, lp);
  const count = bitCount(low) + bitCount(high);
  const turn = yield* k.fetchadd(procs(k).g + G.g_rover, 1);
  const nth = (turn >>> 0) % count;
  return count === k.kernel.ncpus ? nth : nthBit(low, high, nth);
}

/**
 * Says on which CPUs the threads are placed that an lwp makes: `pid` -1 or 0 for the own process, `tid` -1
 * for the own lwp. EINVAL if the mask has no CPU of the machine, EBUSY if it lacks the CPU on which the lwp
 * itself stays (with `pid` 0, the mask is for its future children only and may).
 */
export function* sys_lwp_setaffinity(
  k: Context,
  pid: number,
  tid: number,
  mask: number,
  high = 0,
): Steps<number> {
  const { ncpus } = k.kernel;
  const low = mask & allowedLow(ncpus);
  const upper = high & allowedHigh(ncpus);
  if ((low | upper) === 0) return -EINVAL;
  const p = curproc(k);
  // Other processes are out of reach, as for an ordinary user of the original.
  if (pid > 0 && pid !== k.words[p + P.p_pid]) return -ESRCH;
  yield* k.gettoken(p + P.p_token);
  const lp = tid < 0 ? curlwp(k) : lwp_find(k, p, tid);
  const error = lp === 0 ? ESRCH : setMask(k, lp, low, upper, pid !== 0);
  yield* k.reltoken(p + P.p_token);
  return -error;
}

function setMask(k: Context, lp: number, low: number, high: number, forItself: boolean): number {
  const { words } = k;
  const cpuid = words[words[lp + L.lwp_thread] + TD.td_gd];
  const own = cpuid < WORD_BITS ? low & (1 << cpuid) : high & (1 << (cpuid - WORD_BITS));
  if (forItself && own === 0) return EBUSY;
  k.set(lp + L.lwp_cpumask, low);
  k.set(lp + L.lwp_cpumask + 1, high);
  return 0;
}

/** The CPUs of the machine that the mask of an lwp has, as two words. */
function lowMask(k: Context, lp: number): number {
  return k.words[lp + L.lwp_cpumask] & allowedLow(k.kernel.ncpus);
}

function highMask(k: Context, lp: number): number {
  return k.words[lp + L.lwp_cpumask + 1] & allowedHigh(k.kernel.ncpus);
}

function allowedLow(ncpus: number): number {
  return ncpus >= WORD_BITS ? -1 : (1 << ncpus) - 1;
}

function allowedHigh(ncpus: number): number {
  if (ncpus <= WORD_BITS) return 0;
  return ncpus >= 2 * WORD_BITS ? -1 : (1 << (ncpus - WORD_BITS)) - 1;
}

function bitCount(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function nthBit(low: number, high: number, nth: number): number {
  let left = nth;
  for (let rest = low; rest !== 0; rest &= rest - 1) {
    if (left-- === 0) return WORD_BITS - 1 - Math.clz32(rest & -rest);
  }
  for (let rest = high; rest !== 0; rest &= rest - 1) {
    if (left-- === 0) return 2 * WORD_BITS - 1 - Math.clz32(rest & -rest);
  }
  return 0;
}
