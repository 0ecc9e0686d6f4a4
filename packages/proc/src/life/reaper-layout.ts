/**
 * Owns the layout of `struct sysreaper` (sys/sys/proc.h): who takes over the children of processes that exit.
 * Every process points at one; those that acquired reaping point at their own, which points at the one they
 * had before. Guards: r = its lock, a = atomic.
 *
 *     proc --p_reaper--> sysreap --r_parent--> sysreap of init      r_refs: one for each pointer
 *                                --r_p-------> the reaping process, 0 once it has given up
 */
import { atomic, flags, guardedBy, int32, nested, pointer, struct } from '@smplab/kmem';
import { Lock } from '@smplab/lwkt';

/** r_flags, as PROC_REAP_STATUS gives them. */
export const REAPER_STAT_OWNED = 1;
export const REAPER_STAT_REALINIT = 2;

export const Sysreap = struct('sysreap', {
  r_refs: atomic(int32),
  r_lock: nested(Lock),
  r_parent: guardedBy('r_lock', pointer('sysreap')),
  /** Cleared by its exit or release; looked at with `k.peek` where the process's own p_token is held. */
  r_p: atomic(pointer('proc')),
  r_flags: flags({ OWNED: REAPER_STAT_OWNED, REALINIT: REAPER_STAT_REALINIT }),
});

/** Word offsets. */
export const R = Sysreap.offsets;
