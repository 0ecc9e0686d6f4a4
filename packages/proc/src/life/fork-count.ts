/**
 * Owns the limits on the number of processes (fork1 of kern_fork.c): of the machine, whose last ones are for
 * root, and of each user. Counted before the process is made, so that racing forks cannot exceed them. Run by
 * the thread that forks, with its p_token.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { chgproccnt } from '../cred/uidinfo.ts';
import { CR, RLIMIT_NPROC } from '../cred/ucred.ts';
import { plimit_cur } from '../cred/plimit.ts';
import { procs } from '../proc-kernel.ts';
import { G } from '../table/procglob.ts';

/** Processes only root may have, at most, and as a part of all. */
const RESERVED = 10;
const RESERVED_PART = 10;

/** Counts one more process for the machine and the real user of the credentials; false if it is too many. */
export function* countProcess(k: Context, p1: number, cred: number): Steps<boolean> {
  const { g } = procs(k);
  const isRoot = k.get(cred + CR.cr_ruid) === 0;
  const maxproc = k.peek(g + G.g_maxproc);
  const reserved = isRoot ? 0 : Math.min(RESERVED, Math.floor(maxproc / RESERVED_PART));
  // The seed looks first and counts then, and racing forks can all pass: here who gets past the limit has
  // counted himself already.
  const before = yield* k.fetchadd(g + G.g_nprocs, 1);
  if (before < maxproc - reserved) {
    const limit = isRoot ? 0 : plimit_cur(k, p1, RLIMIT_NPROC);
    if (yield* chgproccnt(k, k.get(cred + CR.cr_ruidinfo), 1, limit)) return true;
  }
  yield* k.fetchadd(g + G.g_nprocs, -1);
  return false;
}

/** Counts one less. */
export function* uncountProcess(k: Context, cred: number): Steps {
  yield* chgproccnt(k, k.get(cred + CR.cr_ruidinfo), -1, 0);
  yield* k.fetchadd(procs(k).g + G.g_nprocs, -1);
}
