/** Owns how the tests of life/ explore: sampled schedules, and all within a bound of preemptions. */
import { explore } from '@smplab/explore';
import { type ExploresOptions, explores } from '@smplab/explore/mocha';
import assert from 'node:assert/strict';
import {
  type ProcessScenario,
  processScenario,
  type ProcessScenarioOptions,
} from '../../src/process-scenario.ts';
import type { Programs } from '../../src/user/image.ts';

/** Two CPUs; blocks that nobody gives back are found. */
export function scenario(
  name: string,
  programs: Programs,
  options: ProcessScenarioOptions = {},
): ProcessScenario {
  return processScenario(name, { cpus: 2, checkLeaks: true, ...options }, programs);
}

type Test = (this: ThisParameterType<ReturnType<typeof explores>>) => void;

/** Nothing is wrong in schedules taken at random, with few preemptions in turn, and by priorities. */
export function survives(program: ProcessScenario, schedules = 60): Test {
  const searches: ExploresOptions[] = [
    { strategy: 'random', schedules },
    { strategy: 'pct', schedules },
    { strategy: 'dfs', preemptions: 2, schedules },
  ];
  return function () {
    for (const each of searches) explores(program, each).call(this);
  };
}

/** One schedule: for behaviour that depends on none. */
export function once(program: ProcessScenario): Test {
  return explores(program, { strategy: 'random', schedules: 3 });
}

/** With the historical path one of the verdicts is found. */
export function finds(
  program: ProcessScenario,
  fix: string,
  verdicts: readonly string[],
  options: ExploresOptions = {},
): Test {
  return function () {
    this.timeout(0);
    const seeded = program.withSeed([fix]);
    const result = explore(seeded, { strategy: 'pct', schedules: 2000, shrink: false, ...options });
    assert.ok(verdicts.includes(result.verdict), `${result.verdict}: ${result.message}`);
  };
}
