/** Owns the system call with which a scenario says which pid is tried next. Run by the process that calls. */
import type { KernelBody } from '@smplab/machine';
import { kern } from '@smplab/proc';

/** Below 100 pids are given without regard to when they were used last. */
export const FIRST = 100;

/** Counting goes on from here: as it comes about by itself when the pids have gone round. */
export const nextPid: KernelBody = function* (k, pid) {
  yield* k.atomic_store_rel_int(kern.procs(k.context).g + kern.G.g_nextpid, pid);
};
