/** Owns how the tests run a body: along every interleaving, or along the first one only. */
import assert from 'node:assert/strict';
import { Execution, type ExecutionOptions } from '../src/engine/execution.ts';
import type { Strategy } from '../src/engine/strategy.ts';
import type { Failure } from '../src/engine/verdict.ts';
import { scenario, type ScenarioBody } from '../src/scenario.ts';
import { DepthFirst } from '../src/strategies/depth-first.ts';

const MAXIMUM_RUNS = 50_000;

/** What all interleavings of a body came to. */
export interface Exhausted {
  readonly runs: number;
  /** Interleavings by verdict. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** The first failure of each verdict. */
  readonly failures: ReadonlyMap<string, Failure>;
  /** Every different message of a failure. */
  readonly messages: ReadonlySet<string>;
  /** Data races, such as `t1 writes, t2 reads`: earlier access first. */
  readonly races: readonly string[];
}

/** Runs every interleaving of the body. */
export function exhaust(body: ScenarioBody, options: ExecutionOptions = {}): Exhausted {
  const execution = new Execution(options);
  const strategy: Strategy = new DepthFirst();
  const program = scenario('test', body);
  const verdicts: Record<string, number> = {};
  const failures = new Map<string, Failure>();
  const messages = new Set<string>();
  const races = new Set<string>();
  let runs = 0;
  for (; strategy.begin(runs); runs++) {
    assert.ok(runs < MAXIMUM_RUNS, 'too many interleavings for a test');
    execution.execute(program, strategy);
    const verdict = execution.failure?.verdict ?? 'none';
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    if (execution.failure !== null) messages.add(execution.failure.message);
    if (execution.failure !== null && !failures.has(verdict)) failures.set(verdict, execution.failure);
    for (const race of execution.racesSeen.races) {
      const side = (strand: number, writes: boolean): string =>
        `${execution.strands[strand].label} ${writes ? 'writes' : 'reads'}`;
      const first = side(race.firstStrand, race.firstWrites);
      races.add(`${first}, ${side(race.secondStrand, race.secondWrites)}`);
    }
  }
  return { runs, verdicts, failures, messages, races: [...races].sort() };
}

/** Lets the oldest strand that can move go first. */
export class OldestFirst implements Strategy {
  readonly name = 'oldest first';

  begin(): boolean {
    return true;
  }

  pick(): number {
    return 0;
  }

  choose(): number {
    return 0;
  }
}

/** Runs the body once, oldest strand first; its failure, null if there is none. */
export function runOnce(body: ScenarioBody, options: ExecutionOptions = {}): Failure | null {
  const execution = new Execution(options);
  execution.execute(scenario('test', body), new OldestFirst());
  return execution.failure;
}

/** Fails unless the body, run once, ends with the verdict and a message that all patterns match. */
export function endsWith(verdict: string, body: ScenarioBody, ...patterns: RegExp[]): Failure {
  const failure = runOnce(body);
  assert.equal(failure?.verdict ?? 'none', verdict, failure?.message);
  for (const pattern of patterns) assert.match(failure?.message ?? '', pattern);
  return failure!;
}
