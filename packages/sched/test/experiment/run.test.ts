import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { cellsOf } from '../../src/experiment/levels.ts';
import { runOnce } from '../../src/experiment/run.ts';
import type { RunResult } from '../../src/experiment/run-result.ts';
import { ExperimentError, type ExperimentSpec } from '../../src/experiment/spec.ts';
import { TaskQueue } from '../../src/policy/task-queue.ts';

const read = (path: string): never => assert.fail(`nothing reads ${path}`);

/** The only run of a spec with one combination of levels. */
function run(spec: Omit<ExperimentSpec, 'name'>): RunResult {
  const named = { name: 'tried', costs: 'none', machine: 1, policy: 'fifo', ...spec } as const;
  const plan = { index: 0, cell: 0, repetition: 1, seed: 1 };
  return runOnce(named, cellsOf(named.factors ?? {})[0], plan, read);
}

const hog = (
  host: Parameters<Extract<ExperimentSpec['workload'], (...args: never[]) => unknown>>[0],
): void => {
  host.spawn({
    name: 'hog',
    *program(t) {
      for (;;) yield t.compute(10);
    },
  });
};

describe('a run of an experiment', () => {
  it('measures what it should, by hand', () => {
    // One CPU, first come first served: a runs 0..30, b 30..50, and both sleep 50 then.
    const { values, tasks, measuredNs } = run({
      durationNs: 100,
      workload(host) {
        for (const [name, ns] of [
          ['a', 30],
          ['b', 20],
        ] as const)
          host.spawn({
            name,
            *program(t) {
              yield t.compute(ns);
              yield t.sleep(50);
              yield t.compute(5);
            },
          });
      },
    });
    assert.equal(measuredNs, 100);
    // a: 30 and from 80 to 85; b: 20, and would go on at 100.
    assert.deepEqual(
      tasks.map(({ name, runNs, waitNs, sleepNs }) => [name, runNs, waitNs, sleepNs]),
      [
        ['a', 35, 0, 50],
        ['b', 20, 30, 50],
      ],
    );
    assert.equal(values['utilisation'], 55);
    assert.equal(values['queue.mean'], 0.3);
    assert.equal(values['wait.longest'], 30);
    assert.equal(values['response.mean'], 85);
    assert.equal(values['wakeup.p99'], 0);
    assert.equal(values['makespan'], null);
    assert.equal(values['wasted'], 0);
  });

  it('forgets the warm-up, also in percentiles', () => {
    const spec: Omit<ExperimentSpec, 'name'> = {
      durationNs: 1000,
      workload(host) {
        const work = function* (t: { compute: (ns: number) => never; sleepUntil: (at: number) => never }) {
          yield t.sleepUntil(10);
          yield t.compute(400);
          yield t.sleepUntil(600);
          yield t.compute(100);
        };
        host.spawn({ name: 'first', program: work as never });
        host.spawn({ name: 'second', program: work as never });
      },
    };
    const whole = run(spec);
    assert.deepEqual([whole.values['wakeup.p99'], whole.values['utilisation']], [400, 99]);
    // second runs from 410 to 910, and first, which woke at 600, from there on.
    const late = run({ ...spec, warmupNs: 500 });
    assert.deepEqual([late.measuredNs, late.values['utilisation']], [500, 100]);
    assert.deepEqual(
      ['wakeup.p50', 'wakeup.p99', 'wait.longest'].map((name) => late.values[name]),
      [310, 310, 310],
    );
    assert.deepEqual(
      late.tasks.map(({ name, runNs, waitNs }) => [name, runNs, waitNs]),
      [
        ['first', 90, 310],
        ['second', 410, 0],
      ],
    );
  });

  it('knows jobs: responses, slack, misses, and how late they are', () => {
    // Jobs of 6 every 10 with a deadline of 5: each is done after 6, and 1 late.
    const { values } = run({
      durationNs: 35,
      workload: (host) => {
        host.spawn({
          name: 'late',
          *program(t) {
            for (;;) {
              yield t.nextPeriod(10, 5);
              yield t.compute(6);
            }
          },
        });
      },
    });
    assert.deepEqual(
      ['response.p50', 'slack.p99', 'tardiness.max'].map((name) => values[name]),
      [6, -1, 1],
    );
    // 3 done and late, and the fourth, released at 30, has until 35.
    assert.equal(values['misses'], 3);
  });

  it('has slack from the low side, and a task with jobs once for each', () => {
    // Jobs of 2, 4, 6, 8 and 10 every 20: slack 18, 16, 14, 12 and 10.
    const { values } = run({
      workload: (host) => {
        host.spawn({
          name: 'grows',
          *program(t) {
            for (let ns = 2; ns <= 10; ns += 2) {
              yield t.nextPeriod(20);
              yield t.compute(ns);
            }
          },
        });
      },
    });
    assert.deepEqual(
      ['slack.p50', 'slack.p90', 'slack.p99', 'slack.mean', 'response.p99', 'response.mean'].map(
        (name) => values[name],
      ),
      [14, 10, 10, 14, 10, 6],
    );
    assert.equal(Math.round(Number(values['throughput'])), Math.round((5 / 90) * 1e9));
  });

  it('ends when a finite workload has, if nothing is said', () => {
    const { values, measuredNs } = run({
      workload(host) {
        host.at(50, () =>
          host.spawn({
            name: 'a',
            *program(t) {
              yield t.compute(25);
            },
          }),
        );
        host.spawn({
          name: 'b',
          *program(t) {
            yield t.compute(10);
          },
        });
      },
    });
    assert.deepEqual([measuredNs, values['makespan'], values['throughput']], [75, 75, (2 / 75) * 1e9]);
  });

  it('shares: Jain and lag of who was there throughout', () => {
    // First come first served and no slices: the hog that came first has all of it.
    const { values, findings } = run({
      durationNs: 100,
      workload(host) {
        hog(host);
        hog(host);
      },
    });
    assert.deepEqual([values['fairness'], values['lag']], [0.5, 50]);
    assert.match(findings[0].message, /^task "hog" waited 100 ns for a CPU: all that was measured$/);
  });

  it('names who waits longer than the bound, and since when', () => {
    const workload = (host: Parameters<typeof hog>[0]): void => {
      hog(host);
      host.at(20, () => hog(host));
    };
    const { findings } = run({ durationNs: 100, starvationNs: 50, workload });
    assert.deepEqual(findings, [
      { verdict: 'starvation', message: 'task "hog" waited 80.0 ns for a CPU, from 20 ns on' },
    ]);
    assert.deepEqual(run({ durationNs: 100, starvationNs: 90, workload }).findings, []);
  });

  it('has as findings what policies must not do, and time that stands still', () => {
    const queue = new TaskQueue();
    const loses = {
      name: 'forgetful',
      init: () => undefined,
      init_task: () => null,
      enqueue: () => undefined,
      dequeue: () => undefined,
      dispatch: () => queue.takeFor(0),
    };
    const lost = run({ policy: () => loses, durationNs: 100, workload: hog });
    assert.equal(lost.findings[0].verdict, 'policy-error');
    assert.match(lost.findings[0].message, /"forgetful" has lost task "hog"/);
    const still = run({
      durationNs: 100,
      workload: (host) => {
        host.spawn({
          name: 'still',
          *program(t) {
            for (;;) yield t.compute(0);
          },
        });
      },
    });
    assert.deepEqual([still.findings[0].verdict, still.values], ['livelock', {}]);
  });

  it('refuses an end before the warm-up, and a workload without end and without a time', () => {
    assert.throws(() => run({ durationNs: 10, warmupNs: 10, workload: hog }), ExperimentError);
    const sleeper = {
      workload: (host: Parameters<typeof hog>[0]) => {
        host.spawn({
          name: 's',
          *program(t) {
            for (;;) yield t.sleep(1e12);
          },
        });
      },
    };
    assert.throws(() => run(sleeper), /there is no end to this workload/);
  });

  it('measures what its author wants, and what its workload knows', () => {
    const { values, further } = run({
      metrics: [{ name: 'events', unit: '1', measure: ({ simulation }) => simulation.events }],
      workload: { name: 'schbench', options: { workers: 1, work: 1000 } },
      durationNs: 1e7,
    });
    assert.ok(Number(values['events']) > 0);
    assert.ok(
      further.some(({ name }) => name.includes('wakeup')),
      further.map(({ name }) => name).join(', '),
    );
  });
});
