/** Owns the profiling run: a random walk that counts steps, decisions and accesses by strand and location. */
import type { Execution } from '../engine/execution.ts';
import type { Program } from '../engine/program.ts';
import { READ_WRITE } from '../engine/footprint.ts';
import type { Strand } from '../engine/strand.ts';
import type { Profile, Strategy } from '../engine/strategy.ts';
import { RandomWalk } from './random-walk.ts';

/** Profiling runs; each strand's counts are those of the run in which it did most. */
const RUNS = 3;
/** Streams of random numbers no schedule uses. */
const STREAM = -1000;

class Profiler implements Strategy {
  readonly name = 'profile';
  readonly #walk: RandomWalk;
  decisions = 0;
  readonly counts: Map<number, number>[] = [];
  readonly steps: number[] = [];

  constructor(seed: number) {
    this.#walk = new RandomWalk(seed);
  }

  begin(index: number): boolean {
    this.decisions = 0;
    this.counts.length = 0;
    this.steps.length = 0;
    return this.#walk.begin(index);
  }

  pick(execution: Execution): number {
    this.decisions++;
    return this.#walk.pick(execution);
  }

  choose(count: number): number {
    return this.#walk.choose(count);
  }

  stepped(_execution: Execution, strand: Strand, location: number, access: number): void {
    const { index } = strand;
    this.steps[index] = (this.steps[index] ?? 0) + 1;
    if ((access & READ_WRITE) === 0 || location === 0) return;
    const counts = (this.counts[index] ??= new Map<number, number>());
    counts.set(location, (counts.get(location) ?? 0) + 1);
  }
}

/** The strategy of profiling run `run`, begun: for running it once more. */
export function profilingWalk(seed: number, run: number): Strategy {
  const walk = new RandomWalk(seed);
  walk.begin(STREAM - run);
  return walk;
}

/**
 * Runs the program a few times and counts. Depends on the program and the seed only. `onRun` is told the
 * number of each run before it starts.
 */
export function profileOf(
  execution: Execution,
  program: Program,
  seed: number,
  onRun?: (run: number) => void,
): Profile {
  const profiler = new Profiler(seed);
  const strandSteps = new Map<string, number>();
  const accesses = new Map<string, Map<number, number>>();
  let steps = 1;
  let decisions = 1;
  for (let run = 0; run < RUNS; run++) {
    onRun?.(run);
    profiler.begin(STREAM - run);
    execution.execute(program, profiler);
    steps = Math.max(steps, execution.steps);
    decisions = Math.max(decisions, profiler.decisions);
    for (let index = 0; index < execution.strandCount; index++) {
      const path = execution.strands[index].path;
      strandSteps.set(path, Math.max(strandSteps.get(path) ?? 0, profiler.steps[index] ?? 0));
      mergeCounts(accesses, path, profiler.counts[index]);
    }
  }
  return { steps, decisions, strandSteps, accesses };
}

function mergeCounts(
  accesses: Map<string, Map<number, number>>,
  path: string,
  counts: Map<number, number> | undefined,
): void {
  if (counts === undefined) return;
  let merged = accesses.get(path);
  if (merged === undefined) accesses.set(path, (merged = new Map<number, number>()));
  for (const [location, count] of counts) merged.set(location, Math.max(merged.get(location) ?? 0, count));
}
