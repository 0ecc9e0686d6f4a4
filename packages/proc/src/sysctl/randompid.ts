/**
 * Owns kern.randompid (sysctl_kern_randompid, seed lines 134-167): how far apart new pids may lie. The word
 * is read by proc_makepid without a lock. Runs in the thread that asks.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { procs } from '../proc-kernel.ts';
import { G } from '../table/procglob.ts';
import { sysctl_handle_value } from './handlers.ts';
import type { SysctlOid } from './oid.ts';
import type { SysctlReq } from './request.ts';

/** Room left below PID_MAX. */
const ROOM = 100;
/** The least modulus that is worth its name. */
const LEAST = 100;

/** sysctl_kern_randompid: what is written is clamped. */
export function* sysctl_kern_randompid(
  k: Context,
  _oid: SysctlOid,
  _name: readonly number[],
  req: SysctlReq,
): Steps<number> {
  const location = procs(k).g + G.g_randompid;
  const { error, written } = yield* sysctl_handle_value(k, req, yield* k.loadRelaxed(location));
  if (written !== null) yield* k.storeRelaxed(location, clampRandompid(written, k.kernel.limits.pidMax));
  return error;
}

/** Out of range: the most; 0 and 1: none; too small: 100. */
export function clampRandompid(pid: number, pidMax: number): number {
  if (pid < 0 || pid > pidMax - ROOM) return pidMax - ROOM;
  if (pid < 2) return 0;
  return Math.max(pid, LEAST);
}
