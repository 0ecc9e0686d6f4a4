/**
 * Owns the end of a process in the table (seed lines 1101-1155): it becomes a zombie, which lookups do not
 * find, and later leaves the table. Both wait for those who hold it, and look again with the token of the
 * bucket held, which everyone needs who finds it there. Run by the exiting thread and by its reaper, each
 * with p_token of the process held.
 */
import { type Context, type Steps } from '@smplab/lwkt';
import { listRemove } from '../queue.ts';
import { procs } from '../proc-kernel.ts';
import { PSTALL } from './hold.ts';
import { stampReuse } from './pid-domain.ts';
import { P, SZOMB } from './proc.ts';
import { PRG } from './procglob.ts';

/**
 * Makes the exiting process a zombie: it stays on the list, lookups pass it by. The caller holds p_token.
 * (dsched_exit_proc, which the seed calls at the end, is of the disk scheduler: nothing to do here.)
 */
export function* proc_move_allproc_zombie(k: Context, p: number): Steps {
  const prg = procs(k).bucketOf(k.get(p + P.p_pid));
  yield* PSTALL(k, p, 'reap1', 0);
  yield* k.gettoken(prg + PRG.proc_token);
  yield* PSTALL(k, p, 'reap1a', 0);
  k.set(p + P.p_stat, SZOMB);
  yield* k.reltoken(prg + PRG.proc_token);
}

/**
 * Takes the zombie out of the table and away from its parent, whose p_token the caller holds as well. The
 * reaper has PLOCK_ZOMB, and one hold that goes with it; the seed's reaper has given that hold back (audit
 * 6).
 */
export function* proc_remove_zombie(k: Context, p: number): Steps {
  const own = procs(k).asSeed['reap-keeps-hold'] ? 0 : 1;
  const pid = k.get(p + P.p_pid);
  const prg = procs(k).bucketOf(pid);
  yield* PSTALL(k, p, 'reap2', own);
  yield* k.gettoken(prg + PRG.proc_token);
  yield* PSTALL(k, p, 'reap2a', own);
  listRemove(k, p, P.p_list);
  listRemove(k, p, P.p_sibling);
  k.set(p + P.p_pptr, 0);
  stampReuse(k, pid);
  yield* k.reltoken(prg + PRG.proc_token);
}
