import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { fixedPriority } from '../../src/policy/urgency.ts';
import { RandomStream } from '../../src/random-stream.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MEAN_NS = 1_000_000;
const JOBS = 20_000;
const WARM_UP = 1_000;
const BATCHES = 20;

interface Class {
  /** Part of the CPU that it wants. */
  readonly load: number;
  /** Mean of its services in units of MEAN_NS, and whether they are all alike. */
  readonly mean: number;
  readonly isConstant?: boolean;
}

/** Mean response of each class of jobs on one CPU, the first the most urgent, and its standard error. */
function measure(classes: readonly Class[], isPreemptive: boolean): { mean: number; error: number }[] {
  const sim = new Simulation({
    policy: fixedPriority({ isPreemptive }),
    topology: symmetric(1),
    costs: NO_COSTS,
  });
  const responses: number[][] = classes.map(() => []);
  for (const [at, { load, mean, isConstant = false }] of classes.entries()) {
    const [gaps, services] = [new RandomStream(1, `gaps ${at}`), new RandomStream(1, `services ${at}`)];
    const arrive = (now: number): void => {
      const work = isConstant ? mean * MEAN_NS : services.exponential(mean * MEAN_NS);
      sim.spawn({
        name: `job of ${at}`,
        priority: at,
        *program(t) {
          yield t.compute(work);
          responses[at].push((t.now - now) / MEAN_NS);
        },
      });
      sim.at(now + gaps.exponential((mean * MEAN_NS) / load), arrive);
    };
    sim.at(0, arrive);
  }
  sim.run(JOBS * MEAN_NS * 2);
  return responses.map((all) => ofBatches(all.slice(WARM_UP)));
}

function ofBatches(values: readonly number[]): { mean: number; error: number } {
  const size = Math.floor(values.length / BATCHES);
  const average = (some: readonly number[]): number =>
    some.reduce((sum, each) => sum + each, 0) / some.length;
  const means = Array.from({ length: BATCHES }, (_, at) => average(values.slice(at * size, (at + 1) * size)));
  const mean = average(means);
  const variance = means.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (BATCHES - 1);
  return { mean, error: Math.sqrt(variance / BATCHES) };
}

/** The formula of M/G/1 with priorities (Cobham; preemptive resume): scheduling.md 4. */
function expected(classes: readonly Class[], at: number, isPreemptive: boolean): number {
  const loadUpTo = (count: number): number =>
    classes.slice(0, count).reduce((sum, { load }) => sum + load, 0);
  // lambda E[S^2] / 2: of exponential services load * mean, of constant ones half of it.
  const residual = ({ load, mean, isConstant = false }: Class): number =>
    load * mean * (isConstant ? 0.5 : 1);
  const heard = isPreemptive ? classes.slice(0, at + 1) : classes;
  const work = heard.reduce((sum, each) => sum + residual(each), 0);
  const [above, upTo] = [1 - loadUpTo(at), 1 - loadUpTo(at + 1)];
  return classes[at].mean / (isPreemptive ? above : 1) + work / (above * upTo);
}

describe('jobs of fixed priorities on one CPU', () => {
  const CASES: readonly (readonly [string, readonly Class[]])[] = [
    [
      'two alike',
      [
        { load: 0.4, mean: 1 },
        { load: 0.4, mean: 1 },
      ],
    ],
    [
      'short ones first',
      [
        { load: 0.3, mean: 0.5 },
        { load: 0.4, mean: 2, isConstant: true },
      ],
    ],
    [
      'three',
      [
        { load: 0.2, mean: 0.5 },
        { load: 0.2, mean: 1, isConstant: true },
        { load: 0.3, mean: 1 },
      ],
    ],
  ];
  for (const [name, classes] of CASES) {
    for (const isPreemptive of [true, false]) {
      it(`have the responses of theory, ${isPreemptive ? '' : 'not '}preempted: ${name}`, () => {
        for (const [at, found] of measure(classes, isPreemptive).entries()) {
          const theory = expected(classes, at, isPreemptive);
          assert.ok(
            Math.abs(found.mean - theory) < 6 * found.error,
            `class ${at}: ${found.mean} ± ${found.error}, not ${theory}`,
          );
          assert.ok(found.error < theory / 10, `class ${at}: ± ${found.error} says nothing`);
        }
      });
    }
  }

  it('are worked out by hand for two alike: 1.67 and 8.33 preempted', () => {
    const classes = CASES[0][1];
    assert.ok(Math.abs(expected(classes, 0, true) - 5 / 3) < 1e-9);
    assert.ok(Math.abs(expected(classes, 1, true) - 25 / 3) < 1e-9);
  });
});
