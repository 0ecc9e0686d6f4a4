/**
 * Owns the oracle of traces (procfs.md 4, vi): a process is traced if and only if it has a tracer that is
 * there; at the end nobody is left stopped for a tracer that is gone, and nobody was given credentials by
 * exec whom somebody without them traces. It reads the words without locks, between steps.
 */
import type { Context, Kernel } from '@smplab/lwkt';
import { CR, kern } from '@smplab/proc';

/** A process of the table, as the oracle sees it. */
interface Seen {
  readonly p: number;
  readonly pid: number;
  readonly parent: number;
  readonly flags: number;
  readonly stat: number;
}

/** What is wrong at rest, a line each. */
export function checkTraces(kernel: Kernel): string[] {
  const { words } = kernel;
  const all = processes(kernel);
  const alive = new Set(all.filter(({ stat }) => stat !== kern.SZOMB).map(({ p }) => p));
  const problems: string[] = [];
  for (const { p, pid, parent, flags, stat } of all) {
    const isTraced = stat !== kern.SZOMB && (flags & kern.P_TRACED) !== 0;
    if (isTraced && stat === kern.SSTOP && !alive.has(parent))
      problems.push(`process ${pid} is stopped for a tracer that is gone`);
    const problem = stat === kern.SZOMB ? null : traceProblem(words, p);
    if (problem !== null) problems.push(problem);
  }
  return problems;
}

/**
 * Fails the run if a process that has just been attached to may not be traced like this. Under its p_token.
 */
export function checkTrace(k: Context, p: number): void {
  const problem = traceProblem(k.words, p);
  if (problem !== null) k.misuse('assertion', `procfs: ${problem}`);
}

/** Fails the run if `by` ends the trace of a process that another traces. Under its p_token. */
export function checkEndOfTrace(k: Context, p: number, by: number): void {
  const problem = traceProblem(k.words, p);
  if (problem !== null) k.misuse('assertion', `procfs: ${problem}`);
  const { words } = k;
  const tracer = words[p + kern.P.p_pptr];
  if (tracer === by) return;
  const pid = (each: number): number => (each === 0 ? 0 : words[each + kern.P.p_pid]);
  k.misuse(
    'assertion',
    `procfs: process ${pid(by)} ends the trace of process ${pid(p)}, whose tracer is process ${pid(tracer)}`,
  );
}

/** Fails the run if a process runs that somebody is told has stopped. Under its p_token. */
export function checkStopped(k: Context, p: number): void {
  if (kern.hasStopped(k, p)) return;
  k.misuse('assertion', `procfs: wait is over, and process ${k.words[p + kern.P.p_pid]} has not stopped`);
}

/** What is wrong with the trace of a process that is no zombie; null if nothing is, or it is not traced. */
function traceProblem(words: Int32Array, p: number): string | null {
  const pid = words[p + kern.P.p_pid];
  const oppid = words[p + kern.P.p_oppid];
  if ((words[p + kern.P.p_flags] & kern.P_TRACED) === 0)
    return oppid === 0 ? null : `process ${pid} is not traced, and has p_oppid ${oppid}`;
  if (oppid === 0) return `process ${pid} is traced, and p_oppid does not say whose child it was`;
  if (isRaised(words, p, words[p + kern.P.p_pptr]))
    return `process ${pid} has raised credentials, and is traced by others`;
  return null;
}

/** Whether an exec has raised the process above its tracer, who is not root. */
function isRaised(words: Int32Array, p: number, tracer: number): boolean {
  const own = words[p + kern.P.p_ucred];
  const other = tracer === 0 ? 0 : words[tracer + kern.P.p_ucred];
  if (own === 0 || other === 0 || words[other + CR.cr_uid] === 0) return false;
  return (
    (words[p + kern.P.p_flags] & kern.P_SUGID) !== 0 && words[own + CR.cr_uid] !== words[other + CR.cr_uid]
  );
}

function processes(kernel: Kernel): Seen[] {
  const { words } = kernel;
  const table = kernel.proc as kern.ProcKernel;
  const seen: Seen[] = [];
  for (let index = 0; index < table.hsize; index++) {
    let p = words[table.bucketAt(index) + kern.PRG.allproc];
    for (; p !== 0; p = words[p + kern.P.p_list]) {
      seen.push({
        p,
        pid: words[p + kern.P.p_pid],
        parent: words[p + kern.P.p_pptr],
        flags: words[p + kern.P.p_flags],
        stat: words[p + kern.P.p_stat],
      });
    }
  }
  return seen;
}
