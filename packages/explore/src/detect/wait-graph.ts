/**
 * Owns deadlock detection: who waits for whom, read off the conditions of pending operations. A strand is
 * doomed when it is blocked on something that only certain strands can give and one of those is doomed or has
 * ended; a doomed strand is reported as soon as there is one, even while others go on. Runs on the thread
 * that holds the execution.
 */
import { ALWAYS } from '../engine/condition.ts';
import type { Execution } from '../engine/execution.ts';
import type { Strand } from '../engine/strand.ts';
import type { FailureParticulars } from '../engine/verdict.ts';

/**
 * After a step of the strand: whether it closed a cycle, doomed another, or ended holding what others wait
 * for.
 */
export function findDeadlock(execution: Execution, strand: Strand): void {
  if (execution.failure !== null || execution.isProbing) return;
  const isSuspicious =
    strand.ended || execution.othersWait ? anyMayBeDoomed(execution) : mayBeDoomed(execution, strand);
  if (!isSuspicious) return;
  const doomed = doomedStrands(execution);
  if (doomed.length > 0) execution.fail('deadlock', ...describeDeadlock(execution, doomed));
}

/** What the strand sleeps on without having been woken; null if it does not. */
export function sleepsOn(execution: Execution, strand: Strand): string | null {
  const operation = strand.pending;
  return operation?.kind.sleepsOn?.(execution, operation) ?? null;
}

/**
 * The strands without which the strand's pending operation cannot become enabled; empty when it is, or anyone
 * may help.
 */
function blockers(execution: Execution, strand: Strand): Strand[] {
  const operation = strand.pending;
  if (operation === null || operation.comparison === ALWAYS || operation.kind.holders === undefined)
    return [];
  if (execution.isEnabled(operation)) return [];
  return operation.kind.holders(execution, operation).map((index) => execution.strands[index]);
}

/**
 * A cheap first look, taken after every step that waits: false means that the strand is certainly not doomed.
 */
function mayBeDoomed(execution: Execution, strand: Strand): boolean {
  const operation = strand.pending;
  if (operation === null || operation.comparison === ALWAYS) return false;
  const { holders, holder } = operation.kind;
  if (holders === undefined || execution.isEnabled(operation)) return false;
  if (holder === undefined) return holders(execution, operation).length > 0;
  const index = holder(execution, operation);
  if (index < 0) return false;
  const blocker = execution.strands[index];
  return blocker.ended || (blocker.pending !== null && blocker.pending.comparison !== ALWAYS);
}

function anyMayBeDoomed(execution: Execution): boolean {
  for (let index = 0; index < execution.strandCount; index++) {
    if (mayBeDoomed(execution, execution.strands[index])) return true;
  }
  return false;
}

/** The largest set of blocked strands each of which waits for an ended strand or for another of the set. */
function doomedStrands(execution: Execution): Strand[] {
  let doomed = execution.liveStrands().filter((strand) => blockers(execution, strand).length > 0);
  for (;;) {
    const before = doomed;
    doomed = before.filter((strand) =>
      blockers(execution, strand).some((blocker) => blocker.ended || before.includes(blocker)),
    );
    if (doomed.length === before.length) return doomed;
  }
}

/** Message and particulars of a deadlock of strands that can never move again. */
export function describeDeadlock(
  execution: Execution,
  stuck: readonly Strand[],
): [string, FailureParticulars] {
  const cycle = cycleAmong(execution, stuck);
  const details = (cycle ?? stuck).map((strand) => describeWait(execution, strand));
  const names = (cycle ?? stuck).map((strand) => strand.path);
  const others = execution
    .liveStrands()
    .filter((strand) => !stuck.includes(strand) && canMove(execution, strand)).length;
  let message = `${list(names)} ${names.length === 1 ? 'waits' : 'wait'} for ever`;
  if (cycle !== null && cycle.length > 1) message = `${list(names)} wait for each other`;
  else if (cycle !== null) message = `${names[0]} waits for itself`;
  if (others > 0) message += ` (${others} other ${others === 1 ? 'thread' : 'threads'} could go on)`;
  const place = (cycle ?? stuck).map((strand) => describePlace(strand)).sort();
  return [message, { strand: null, stack: null, details, place: place.join() }];
}

function canMove(execution: Execution, strand: Strand): boolean {
  return (
    strand.pending !== null && (strand.pending.comparison === ALWAYS || execution.isEnabled(strand.pending))
  );
}

/** A wait-for cycle among the strands, starting with the oldest strand on it; null if there is none. */
function cycleAmong(execution: Execution, strands: readonly Strand[]): Strand[] | null {
  for (const start of strands) {
    const path: Strand[] = [];
    let strand: Strand | undefined = start;
    while (strand !== undefined && !path.includes(strand)) {
      path.push(strand);
      strand = blockers(execution, strand).find((blocker) => strands.includes(blocker) && !blocker.ended);
    }
    if (strand === start) return path;
  }
  return null;
}

/** `main/t1 waits in b.lock(), held by main/t2`; what the program says of its own strands goes first. */
export function describeWait(execution: Execution, strand: Strand): string {
  const own = execution.program?.describeWait?.(execution, strand) ?? null;
  if (own !== null) return own;
  const operation = strand.pending;
  if (operation === null) return `${strand.path} is asleep`;
  const cond = sleepsOn(execution, strand);
  if (cond !== null) return `${strand.path} sleeps in ${cond}.wait(), not signalled`;
  const holding = blockers(execution, strand);
  const what = `${strand.path} waits in ${operation.describe()}`;
  if (holding.length === 0 || operation.kind.label === 'join') return what;
  const holders = holding.map((holder) => holder.path + (holder.ended ? ' (which has ended)' : ''));
  return `${what}, held by ${list(holders)}`;
}

function describePlace(strand: Strand): string {
  return `${strand.path}:${strand.pending === null ? '' : strand.pending.describe()}`;
}

/** `a`, `a and b`, `a, b and c`. */
function list(names: readonly string[]): string {
  const last = names[names.length - 1];
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
