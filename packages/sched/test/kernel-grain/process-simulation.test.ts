import assert from 'node:assert/strict';
import { processScenario, type Programs } from '@smplab/proc';
import {
  type CostModel,
  DEFAULT_COSTS,
  eevdf,
  fixedPriority,
  NO_COSTS,
  type Policy,
  ProcessSimulation,
  roundRobin,
  symmetric,
} from '@smplab/sched';
import { describe, it } from 'mocha';

const SIGKILL = 9;
const SIGUSR1 = 30;

interface Given {
  readonly cpus?: number;
  readonly policy?: Policy<never>;
  readonly costs?: CostModel;
}

function simulate(
  programs: Programs,
  { cpus = 2, policy, costs = NO_COSTS }: Given = {},
): ProcessSimulation<never> {
  const scenario = processScenario('test', {}, programs);
  return new ProcessSimulation({
    scenario,
    policy: policy ?? (roundRobin() as unknown as Policy<never>),
    topology: symmetric(cpus),
    costs,
  });
}

describe('processes in virtual time', () => {
  it('compute side by side, as many as there are CPUs, and end when their work is done', () => {
    for (const [cpus, end] of [
      [1, 40_000_000],
      [2, 20_000_000],
      [4, 10_000_000],
    ]) {
      const sim = simulate(
        {
          '/bin/sh': {
            *main(u) {
              for (let at = 0; at < 4; at++) yield* u.fork('child', at);
              for (let at = 0; at < 4; at++) yield* u.wait();
            },
            *child(u) {
              yield* u.compute(10_000_000);
            },
          },
        },
        { cpus },
      );
      sim.run(Infinity);
      assert.equal(sim.machine.now, end);
      assert.equal(sim.tasks.size, 0);
      assert.deepEqual(
        sim.ended.map(({ runNs }) => runNs),
        [10_000_000, 10_000_000, 10_000_000, 10_000_000, 0],
      );
    }
  });

  it('have the CPU as the policy gives it: equals have equal shares', () => {
    const sim = simulate(
      {
        '/bin/sh': {
          *main(u) {
            for (const at of [1, 2, 3]) yield* u.fork('child', at);
            yield* u.wait();
          },
          *child(u, at) {
            // The one that works in small pieces gets no more, and no less.
            for (;;) yield* u.compute(at === 1 ? 10_000 : 1e9);
          },
        },
      },
      { cpus: 1, policy: eevdf() as unknown as Policy<never> },
    );
    sim.run(2e9);
    const shares = [...sim.tasks].slice(1).map(({ runNs }) => runNs / 2e9);
    for (const share of shares) assert.ok(Math.abs(share - 1 / 3) < 0.005, String(shares));
  });

  it('take signals while they compute', () => {
    const seen: number[] = [];
    const sim: ProcessSimulation<never> = simulate({
      '/bin/sh': {
        *main(u) {
          const pid = yield* u.fork('child');
          yield* u.compute(5_500_000);
          yield* u.kill(pid, SIGUSR1);
          yield* u.compute(5_000_000);
          yield* u.kill(pid, SIGKILL);
          yield* u.wait4(pid);
          seen.push(sim.now);
        },
        *child(u) {
          yield* u.sigaction(SIGUSR1, 'caught');
          yield* u.compute(1e12);
        },
        *caught() {
          seen.push(sim.now);
        },
      },
    });
    sim.run(1e9);
    assert.deepEqual(seen, [6_000_000, 11_000_000]);
  });

  it('run the same every time, and take longer where the kernel takes time', () => {
    const run = (costs: CostModel): [end: number, operations: number, hash: number] => {
      const sim = simulate(
        {
          '/bin/sh': {
            *main(u) {
              for (let at = 0; at < 6; at++) yield* u.fork('parent', at);
              for (let at = 0; at < 6; at++) yield* u.wait();
            },
            *parent(u) {
              for (let left = 5; left > 0; left--) {
                yield* u.fork('child', left);
                yield* u.compute(20_000);
                yield* u.wait();
              }
            },
            *child(u, work) {
              yield* u.compute(7_000 * work);
            },
          },
        },
        { cpus: 4, costs },
      );
      sim.run(Infinity);
      assert.equal(sim.ended.length, 37);
      return [sim.machine.now, sim.machine.operations, sim.machine.execution.recorder.rolling];
    };
    const costly = run(DEFAULT_COSTS);
    assert.deepEqual(run(DEFAULT_COSTS), costly);
    const [free] = run(NO_COSTS);
    assert.ok(free >= (6 * 5 * 20_000) / 4 && free < 600_000, String(free));
    assert.ok(costly[0] > 1.2 * free, `${free} ${costly[0]}`);
  });

  it('are let in by their urgency: the policy decides, not the run queue of the kernel', () => {
    const order: string[] = [];
    const policy = fixedPriority({ isPreemptive: false }) as unknown as Policy<never>;
    const sim = simulate(
      {
        '/bin/sh': {
          *main(u) {
            for (const at of [1, 2, 3]) yield* u.fork('child', at);
            for (let left = 3; left > 0; left--) yield* u.wait();
          },
          *child(u, at: number) {
            order.push(`begin ${at}`);
            yield* u.compute(1_000_000);
            order.push(`end ${at}`);
          },
        },
      },
      { cpus: 1, policy },
    );
    sim.run(Infinity);
    assert.deepEqual(order, ['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3']);
  });
});
