/**
 * Owns finding a process by its pid (seed lines 441-564). Run by any thread, without requirements. p_stat is
 * looked at under the token of the bucket alone: it becomes SZOMB under that token, and no other change
 * matters here.
 */
import { type Context, lwkt_gettoken_shared, type Steps } from '@smplab/lwkt';
import { listFirst, listNext } from '../queue.ts';
import { curproc, procs } from '../proc-kernel.ts';
import { phold } from './hold.ts';
import { P, SZOMB } from './proc.ts';
import { PRG } from './procglob.ts';

/** A process that is no zombie, held; 0 if there is none. One that is being forked (SIDL) is found. */
export function* pfind(k: Context, pid: number): Steps<number> {
  const own = curproc(k);
  if (isSelf(k, own, pid)) {
    yield* phold(k, own);
    return own;
  }
  return yield* search(k, pid, false, true);
}

/** As pfind, without a hold: an address to compare with one in hand, and nothing else. */
export function* pfindn(k: Context, pid: number): Steps<number> {
  const own = curproc(k);
  if (isSelf(k, own, pid)) return own;
  return yield* search(k, pid, false, false);
}

/** A zombie, held; 0 if there is none. */
export function* zpfind(k: Context, pid: number): Steps<number> {
  const own = curproc(k);
  // The seed gives the current process, which is no zombie while it runs (audit 19).
  if (procs(k).asSeed['zpfind-curproc'] && isSelf(k, own, pid)) {
    yield* phold(k, own);
    return own;
  }
  return yield* search(k, pid, true, true);
}

function isSelf(k: Context, own: number, pid: number): boolean {
  return own !== 0 && k.get(own + P.p_pid) === pid;
}

function* search(k: Context, pid: number, zombies: boolean, holds: boolean): Steps<number> {
  const prg = procs(k).bucketOf(pid);
  yield* lwkt_gettoken_shared(k, prg + PRG.proc_token);
  let p = listFirst(k, prg + PRG.allproc);
  while (p !== 0 && !((k.peek(p + P.p_stat) === SZOMB) === zombies && k.get(p + P.p_pid) === pid)) {
    p = listNext(k, p, P.p_list);
  }
  if (p !== 0 && holds) yield* phold(k, p);
  yield* k.reltoken(prg + PRG.proc_token);
  return p;
}
