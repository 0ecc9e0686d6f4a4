/**
 * Owns walking all processes and lwps (seed lines 1242-1384). A callback may block: the token of the bucket
 * is then lost for a while, but the process it was called for is held and stays where it is on the list, and
 * others enter at the head only. So each process that is there from the beginning of a scan to its end is
 * visited exactly once; those made after it began have a higher serial and are left out, so that a scan ends
 * however fast processes fork. Run by any thread, without requirements.
 */
import { type Context, type Steps } from '@smplab/lwkt';
import { listFirst, listNext } from '../queue.ts';
import { procs } from '../proc-kernel.ts';
import { lwphold, lwprele, phold, prele } from './hold.ts';
import { L } from './lwp.ts';
import { P, SIDL, SZOMB } from './proc.ts';
import { G, PRG } from './procglob.ts';

/** A negative answer ends the scan. */
export type ScanCallback = (k: Context, object: number) => Steps<number>;

/** Which processes a scan visits, and how many at most. */
interface Selection {
  readonly zombies: boolean;
  readonly embryos: boolean;
  /** Serials from here on are younger than the scan; null: there is no such rule. */
  readonly serial: number | null;
  limit: number;
}

/** Calls back for each process that is neither a zombie nor still being forked, with the process held. */
export function* allproc_scan(k: Context, callback: ScanCallback): Steps {
  const selection = yield* selectionOf(k, false);
  const { g, asSeed } = procs(k);
  // The number of processes when it began, and some more: a process may be missed for it (audit 20).
  if (asSeed['scan-limit']) selection.limit = (yield* k.load(g + G.g_nprocs)) + k.kernel.ncpus;
  yield* scanBuckets(k, selection, callback);
}

/** Calls back for each lwp of such processes, with the process and the lwp held. */
export function* alllwp_scan(k: Context, callback: ScanCallback): Steps {
  const selection = yield* selectionOf(k, false);
  yield* scanBuckets(k, selection, (context, p) => scanLwps(context, p, callback));
}

/** Calls back for each zombie, with it held. */
export function* zombproc_scan(k: Context, callback: ScanCallback): Steps {
  const selection = yield* selectionOf(k, true);
  yield* scanBuckets(k, selection, callback);
}

function* selectionOf(k: Context, zombies: boolean): Steps<Selection> {
  const { g, asSeed } = procs(k);
  // Before 2011-10-26, and in the seed, what is forked meanwhile is visited if it lies ahead.
  const chases = asSeed['scan-chases-forks'] || asSeed['scan-limit'];
  const serial = chases ? null : yield* k.load(g + G.g_procserial);
  return { zombies, embryos: asSeed['scan-embryo'], serial, limit: Infinity };
}

function* scanBuckets(k: Context, selection: Selection, visit: ScanCallback): Steps {
  const table = procs(k);
  for (let index = 0; index < table.hsize; index++) {
    const prg = table.bucketAt(index);
    // Without the token: who enters an empty bucket right now has a higher serial.
    if (k.peek(prg + PRG.allproc) === 0) continue;
    yield* k.gettoken(prg + PRG.proc_token);
    const ends = yield* scanBucket(k, prg, selection, visit);
    yield* k.reltoken(prg + PRG.proc_token);
    if (ends) return;
  }
}

/** True if the scan is over. */
function* scanBucket(k: Context, prg: number, selection: Selection, visit: ScanCallback): Steps<boolean> {
  for (let p = listFirst(k, prg + PRG.allproc); p !== 0; p = listNext(k, p, P.p_list)) {
    if (!isSelected(k, p, selection)) continue;
    yield* phold(k, p);
    const answer = yield* visit(k, p);
    // With the token held it stays on the list even when this was the last hold.
    yield* prele(k, p);
    if (answer < 0 || --selection.limit < 0) return true;
  }
  return false;
}

function isSelected(k: Context, p: number, { zombies, embryos, serial }: Selection): boolean {
  // It becomes SZOMB under the token of the bucket; SIDL ends without it, and then it may go either way.
  const stat = k.peek(p + P.p_stat);
  if ((stat === SZOMB) !== zombies || (stat === SIDL && !embryos)) return false;
  return serial === null || ((k.get(p + P.p_serial) - serial) | 0) < 0;
}

/** The lwps the process has now; its last answer. The process is held. */
function* scanLwps(k: Context, p: number, callback: ScanCallback): Steps<number> {
  const { asSeed } = procs(k);
  // Before 2013-10-23 the list was walked without the token that guards it (P22).
  const locks = !asSeed['alllwp-unlocked'];
  if (locks) yield* k.gettoken(p + P.p_token);
  const last = locks ? lastTid(k, p) : Infinity;
  let answer = 0;
  let lp = locks ? listFirst(k, p + P.p_lwp_tree) : yield* k.loadRelaxed(p + P.p_lwp_tree);
  while (lp !== 0 && k.get(lp + L.lwp_tid) <= last) {
    yield* lwphold(k, lp);
    answer = yield* callback(k, lp);
    yield* lwprele(k, lp);
    // The seed goes on, and forgets that it was to stop (audit 7).
    if (answer < 0 && !asSeed['alllwp-scan-stop']) break;
    lp = locks ? listNext(k, lp, L.lwp_list) : yield* k.loadRelaxed(lp + L.lwp_list);
  }
  if (locks) yield* k.reltoken(p + P.p_token);
  return answer;
}

/** The highest thread id now; 0 without lwps. Lwps are listed in the order of their ids. */
function lastTid(k: Context, p: number): number {
  let last = 0;
  for (let lp = listFirst(k, p + P.p_lwp_tree); lp !== 0; lp = listNext(k, lp, L.lwp_list)) {
    last = k.get(lp + L.lwp_tid);
  }
  return last;
}
