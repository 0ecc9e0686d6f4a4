/**
 * Owns the judgement of a run that reached its step limit: livelock or just long. From there the run goes on
 * fairly (round robin, whatever the strategy wanted) for a while, and the states it goes through are counted:
 * if shared memory and pending operations take only few states again and again, nothing is getting done.
 */
import type { Execution } from '../engine/execution.ts';
import type { Strand } from '../engine/strand.ts';
import { probe } from './probe.ts';

/**
 * Fair steps that are looked at, and the number of different states that still counts as going in circles.
 */
const WINDOW_STEPS = 2000;
const CIRCLING_STATES = WINDOW_STEPS / 4;

/** Records `livelock` or `step-limit`. */
export function judgeStepLimit(execution: Execution): void {
  const limit = execution.steps;
  const spinning = new Set<Strand>();
  const states = circling(execution, spinning);
  const names = [...spinning].sort((a, b) => a.index - b.index).map((strand) => strand.path);
  const rest = { strand: null, stack: null };
  if (states === null) {
    execution.fail('step-limit', `the run was given up after ${limit} steps, still making progress`, {
      ...rest,
      place: 'limit',
      details: ['raise the limit with --max-steps if the scenario is meant to be this long'],
    });
    return;
  }
  execution.fail(
    'livelock',
    `${names.join(', ')} ${names.length === 1 ? 'steps' : 'step'} for ever without getting anywhere`,
    {
      ...rest,
      place: names.join(),
      details: [
        `after ${limit} steps, ${WINDOW_STEPS} more fair ones went through ` +
          `${states === 1 ? 'one state' : `${states} different states`} only`,
      ],
    },
  );
}

/** Number of states the next steps go round in, or null if there is progress. */
function circling(execution: Execution, spinning: Set<Strand>): number | null {
  return probe<number | null>(execution, null, () => {
    const seen = new Set<number>();
    let last = -1;
    for (let step = 0; step < WINDOW_STEPS; step++) {
      const count = execution.refreshEnabled();
      if (count === 0) return null;
      const enabled = execution.enabled.slice(0, count);
      const next = enabled.find((strand) => strand.index > last) ?? enabled[0];
      last = next.index;
      spinning.add(next);
      execution.step(next);
      if (execution.failure !== null) return null;
      seen.add(stateHash(execution));
    }
    return seen.size <= CIRCLING_STATES ? seen.size : null;
  });
}

/**
 * Hash of the words of the run and of every pending operation; local variables of threads are not part of it.
 */
export function stateHash(execution: Execution): number {
  let hash = 0x811c9dc5;
  const { words, top } = execution;
  for (let word = 0; word < top; word++) hash = Math.imul(hash ^ words[word], 0x01000193) ^ (hash >>> 15);
  for (const strand of execution.liveStrands()) {
    const operation = strand.pending;
    if (operation === null) continue;
    for (const value of [
      strand.index,
      operation.kind.code,
      operation.location,
      operation.b,
      operation.waitLocation,
    ]) {
      hash = Math.imul(hash ^ value, 0x01000193) ^ (hash >>> 15);
    }
  }
  return hash;
}
