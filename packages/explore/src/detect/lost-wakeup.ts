/**
 * Owns the verdict `lost-wakeup`: nobody can move, and a thread sleeps on a condition although, woken now, it
 * would go on. That is found out by waking it and letting it step alone: if it goes back to sleep, what it
 * waits for really is missing (a deadlock); if it leaves, its wakeup came too early or never. Runs at the end
 * of a run that is given up anyway.
 */
import type { Execution } from '../engine/execution.ts';
import type { Operation } from '../engine/operation.ts';
import type { Strand } from '../engine/strand.ts';
import { probe } from './probe.ts';
import { describeWait, sleepsOn } from './wait-graph.ts';

/** Steps a woken sleeper is watched for. */
const PATIENCE = 64;

/** Records `lost-wakeup` and returns true if one of the stuck strands is the victim of one. */
export function findLostWakeup(execution: Execution, stuck: readonly Strand[]): boolean {
  const waits = stuck.map((strand) => describeWait(execution, strand));
  for (const sleeper of stuck) {
    const cond = sleepsOn(execution, sleeper);
    if (cond === null || !wouldGoOn(execution, sleeper)) continue;
    execution.fail(
      'lost-wakeup',
      `${sleeper.path} sleeps on ${cond} for ever, though it would go on if it were woken`,
      { strand: sleeper.path, stack: null, details: waits, place: `wait ${cond}` },
    );
    return true;
  }
  return false;
}

function wouldGoOn(execution: Execution, sleeper: Strand): boolean {
  const name = sleepsOn(execution, sleeper);
  return probe(execution, true, () => {
    const pending = sleeper.pending as Operation;
    pending.kind.rouse?.(execution, pending);
    for (let step = 0; step < PATIENCE && execution.failure === null; step++) {
      if (sleeper.ended || sleeper.pending === null) return true;
      if (!execution.isEnabled(sleeper.pending)) return step > 0;
      execution.step(sleeper);
      if (sleepsOn(execution, sleeper) === name) return false;
    }
    return true;
  });
}
