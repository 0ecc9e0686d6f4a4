/**
 * Owns the units in which Linux tells time and memory to programs: USER_HZ ticks of a hundredth of a second,
 * kilobytes of 1024 bytes; the machine has its own rate of ticks and size of pages. Pure.
 */
import type { Context } from '@smplab/lwkt';
import { kern } from '@smplab/proc';

/** What sysconf(_SC_CLK_TCK) gives on Linux. */
export const USER_HZ = 100;
const KILOBYTE = 1024;

/** Ticks of the machine as Linux tells them (jiffies_to_clock_t). */
export function userTicks(k: Context, ticks: number): number {
  return Math.floor((ticks * USER_HZ) / k.kernel.limits.hz);
}

/** Seconds with two digits behind the point. */
export function secondsText(k: Context, ticks: number): string {
  const hundredths = userTicks(k, ticks);
  return `${Math.floor(hundredths / USER_HZ)}.${String(hundredths % USER_HZ).padStart(2, '0')}`;
}

/** Bytes of a page. */
export function pageBytes(k: Context): number {
  return k.kernel.limits.pageWords * kern.WORD_BYTES;
}

/** Bytes as kilobytes. */
export function kilobytes(bytes: number): number {
  return Math.floor(bytes / KILOBYTE);
}
