/**
 * Owns looking ahead: letting a run that is over go on for some steps, to see what it would have done,
 * without leaving anything behind in its record. Strategies, observers and the race detector do not notice.
 * The words of the run are not restored: whatever a report says about them is taken before.
 */
import type { Execution } from '../engine/execution.ts';

/**
 * Runs `body`, which may step strands; failures during it are forgotten. Gives what `body` gives, `fallback`
 * if it throws.
 */
export function probe<T>(execution: Execution, fallback: T, body: () => T): T {
  const { recorder, observer, steps, previous, racesSeen } = execution;
  const { decisionCount, traceLength } = recorder;
  const races = racesSeen.races.length;
  const strands = execution.strands.slice(0, execution.strandCount);
  const ownSteps = strands.map((strand) => strand.ownSteps);
  execution.observer = null;
  execution.isProbing = true;
  let result = fallback;
  try {
    result = body();
  } catch (error) {
    execution.caught(error);
  }
  execution.isProbing = false;
  execution.observer = observer;
  execution.failure = null;
  execution.steps = steps;
  execution.previous = previous;
  execution.current = null;
  recorder.decisionCount = decisionCount;
  recorder.traceLength = traceLength;
  racesSeen.races.length = races;
  execution.strandCount = strands.length;
  for (const [index, strand] of strands.entries()) strand.ownSteps = ownSteps[index];
  return result;
}
