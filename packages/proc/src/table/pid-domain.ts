/**
 * Owns the stamps that keep an id from being used again too soon (pid_doms, seed lines 68-79 and 119-132):
 * for each domain the low byte of the second in which a pid, group id or session id of it was last given
 * back. The number of domains is a multiple of the number of buckets, so all ids of a domain share a bucket:
 * its proc_token guards the stamp.
 */
import type { Context } from '@smplab/lwkt';
import { procs, time_second } from '../proc-kernel.ts';
import { G } from './procglob.ts';

/** An id of the domain is free again. The caller holds the proc_token of its bucket. */
export function stampReuse(k: Context, id: number): void {
  const stamp = stampOf(k, id);
  const now = time_second(k) & 0xff;
  // Not written again: that would only move the cache line.
  if (k.get(stamp) !== now) k.set(stamp, now);
}

/** Whether an id of the domain was given back a moment ago. The caller holds the proc_token of its bucket. */
export function isTooSoon(k: Context, id: number): boolean {
  return isRecent(k, k.get(stampOf(k, id)));
}

/** The same without the token, for a first look: a stamp may be set right after it. */
export function looksTooSoon(k: Context, id: number): boolean {
  return isRecent(k, k.peek(stampOf(k, id)));
}

/** Eight bits of seconds: an old stamp looks recent again for a while every 256 seconds. */
function isRecent(k: Context, stamp: number): boolean {
  const delta = ((time_second(k) - stamp) << 24) >> 24;
  return delta >= 0 && delta <= k.kernel.limits.piddomDelay;
}

function stampOf(k: Context, id: number): number {
  const { words } = k;
  const { g } = procs(k);
  return words[g + G.g_pid_doms] + (id % words[g + G.g_domains]);
}
