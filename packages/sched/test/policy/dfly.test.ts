import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { dfly } from '../../src/policy/dfly.ts';
import type { Dfly } from '../../src/policy/dfly-estimate.ts';
import {
  DFLY_FORK_BEST,
  DFLY_FORK_CURRENT,
  DFLY_FORK_SIMPLE,
  DFLY_IDLE_PULL,
  DFLY_PUSH,
  DFLY_PUSH_MORE,
  DFLY_ROVER,
  type DflyOptions,
} from '../../src/policy/dfly-options.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import type { Program, Task } from '../../src/task/task.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;

function machine(cpus: number, options: DflyOptions = {}): Simulation<Dfly> {
  return new Simulation({ policy: dfly(options), topology: symmetric(cpus), costs: NO_COSTS });
}

const works = (ms: number): Program =>
  function* (t) {
    yield t.compute(ms * MS);
  };

/** A task on CPU 0 that makes others after 1 ms, and works on for a second. */
function forking(sim: Simulation<Dfly>, children: number, ms = 1000): Task<Dfly>[] {
  const made: Task<Dfly>[] = [];
  const parent = sim.spawn({
    name: 'parent',
    affinity: [0],
    *program(t) {
      yield t.compute(MS);
      for (let at = 0; at < children; at++) made.push(sim.spawn({ name: `child ${at}`, program: works(ms) }));
      yield t.compute(1000 * MS);
    },
  });
  sim.run(1.5 * MS);
  assert.equal(parent.cpu, 0);
  return made;
}

describe('usched_dfly', () => {
  it('places forked threads by features: best queue, the parent’s CPU, CPUs in turn', () => {
    const placed = (features: number): number[] =>
      forking(machine(4, { features }), 3).map(({ data }) => data.qcpu);
    // The parent has counted for nothing yet: its CPU, 40 - 200, and idle ones, -160; a tie stays.
    assert.deepEqual(placed(DFLY_FORK_BEST), [0, 1, 2]);
    assert.deepEqual(placed(DFLY_FORK_CURRENT), [0, 0, 0]);
    // The parent was the first, from CPU 1 on.
    assert.deepEqual(placed(DFLY_FORK_SIMPLE), [2, 3, 1]);
    // Without any, beside the parent as long as nobody waits there.
    assert.deepEqual(placed(0), [0, 1, 2]);
  });

  it('charges forks: 32 to the parent, and the child begins with 2048 more than it', () => {
    const sim = machine(1, { features: DFLY_FORK_CURRENT });
    const children = forking(sim, 3);
    assert.deepEqual(
      children.map(({ data }) => data.estcpu),
      [2048, 2080, 2112],
    );
    assert.equal([...sim.tasks][0].data.estcpu, 96);
  });

  it('gives turns of 100 ms to who never gets worse', () => {
    const sim = machine(1);
    const tasks = ['a', 'b'].map((name) => sim.spawn({ name, priority: 50, program: works(1000) }));
    sim.run(250 * MS);
    assert.deepEqual(
      tasks.map(({ runNs }) => runNs),
      [150 * MS, 100 * MS],
    );
  });

  it('preempts at once, on any CPU, who is worse by a queue; by more with fast_resched', () => {
    const latency = (options: DflyOptions): number => {
      const sim = machine(2, options);
      for (const cpu of [0, 1]) sim.spawn({ name: `batch ${cpu}`, affinity: [cpu], program: works(2000) });
      const waking = sim.spawn({
        name: 'waking',
        affinity: [1],
        *program(t) {
          yield t.sleepUntil(505 * MS);
          yield t.compute(MS);
        },
      });
      sim.run(1000 * MS);
      return waking.endedAt - 506 * MS;
    };
    assert.equal(latency({}), 0);
    // Not by as much as that: with the next tick, as if the turn of the other were over.
    assert.equal(latency({ fastResched: 128 }), 15 * MS);
  });

  it('puts who is preempted behind those of its queue; alone in there it is the first', () => {
    const sim = machine(1);
    const tasks = [0, 1, 2].map((at) =>
      sim.spawn({ name: `${at}`, nice: at === 2 ? 10 : 0, program: works(10) }),
    );
    sim.spawn({
      name: 'urgent',
      priority: 0,
      *program(t) {
        yield t.sleepUntil(5 * MS);
        yield t.compute(MS);
      },
    });
    sim.run(Infinity);
    // 0 has 5 ms, then it is 1's turn, and 0 has its other 5; 2 is of another queue.
    assert.deepEqual(
      tasks.map(({ endedAt }) => endedAt / MS),
      [21, 16, 31],
    );
  });

  it('pulls the worst thread to a CPU that has run out of work (0x01)', () => {
    const ran = (features: number): number => {
      const sim = machine(2, { features: features | DFLY_FORK_CURRENT });
      sim.spawn({ name: 'short', affinity: [1], program: works(5) });
      forking(sim, 2, 50);
      sim.run(30 * MS);
      return sim.cpus[1].busyNs / MS;
    };
    assert.equal(ran(0), 5);
    assert.equal(ran(DFLY_IDLE_PULL), 30);
  });

  it('counts who is pulled where it is then', () => {
    const policy = dfly({ features: DFLY_IDLE_PULL | DFLY_FORK_CURRENT });
    const sim = new Simulation({ policy, topology: symmetric(2), costs: NO_COSTS });
    const children = forking(sim, 1);
    assert.deepEqual(
      children.map(({ data }) => data.qcpu),
      [0],
    );
    // The parent, charged for a fork, with 32 / 32, and the child; and nobody.
    assert.deepEqual([policy.loadOf(0), policy.loadOf(1)], [40 + 0 + 64 + 40, -160]);
    sim.spawn({ name: 'short', affinity: [1], program: works(1) });
    sim.run(3 * MS);
    assert.equal(children[0].data.qcpu, 1);
    // 'short' has ended and counts no more.
    assert.deepEqual([policy.loadOf(0), policy.loadOf(1)], [40, 64 + 40]);
  });

  it('pushes who wakes where it cannot run at once (0x02)', () => {
    const endedAt = (features: number): number => {
      const sim = machine(2, { features: features | DFLY_FORK_CURRENT });
      const sleeper = sim.spawn({
        name: 'sleeper',
        *program(t) {
          yield t.sleepUntil(30 * MS);
          yield t.compute(MS);
        },
      });
      sim.run(MS);
      sim.spawn({ name: 'urgent', priority: 0, affinity: [0], program: works(100) });
      sim.run(Infinity);
      return sleeper.endedAt / MS;
    };
    assert.equal(endedAt(0), 102);
    assert.equal(endedAt(DFLY_PUSH), 31);
  });

  it('pushes whose turn is over, or has got worse (0x08)', () => {
    const first = (features: number): number => {
      const sim = machine(2, { features: features | DFLY_FORK_CURRENT });
      for (const name of ['a', 'b']) sim.spawn({ name, program: works(1000) });
      sim.run(500 * MS);
      return sim.cpus[1].busyNs / MS;
    };
    assert.equal(first(0), 0);
    // After three ticks the first is a queue worse, but 0 + 40 - 200 is as good as -160. After three of its
    // own so is the second; the first counts 984 / 32 = 30 more by then.
    assert.equal(first(DFLY_PUSH_MORE), 500 - 120);
  });

  it('roves: every 8 ticks the CPU in turn takes the worst of the most loaded (0x04)', () => {
    const sim = machine(2, { features: DFLY_ROVER | DFLY_FORK_CURRENT });
    sim.spawn({ name: 'other', affinity: [1], program: works(1000) });
    const children = forking(sim, 3);
    const on = (cpu: number): number => children.filter(({ data }) => data.qcpu === cpu).length;
    sim.run(159 * MS);
    assert.equal(on(1), 0);
    sim.run(161 * MS);
    assert.equal(on(1), 1);
  });

  it('sends who yields behind all others of its CPU', () => {
    const order: string[] = [];
    const sim = machine(1);
    for (const [name, nice] of [
      ['better', -20],
      ['worse', 10],
    ] as const) {
      sim.spawn({
        name,
        nice,
        *program(t) {
          if (nice < 0) yield t.yield();
          order.push(name);
          yield t.compute(MS);
        },
      });
    }
    sim.run(Infinity);
    assert.deepEqual(order, ['worse', 'better']);
  });

  it('forgets where a thread was woken from when its turn is over', () => {
    const sim = machine(2, { features: DFLY_FORK_CURRENT | DFLY_PUSH_MORE });
    const waking = sim.spawn({
      name: 'waking',
      affinity: [1],
      *program(t) {
        yield t.suspend();
        yield t.compute(200 * MS);
      },
    });
    sim.spawn({
      name: 'waker',
      affinity: [0],
      *program(t) {
        yield t.compute(5 * MS);
        yield t.wake(waking);
      },
    });
    sim.run(50 * MS);
    assert.equal(waking.data.wakeFrom, 0);
    sim.run(150 * MS);
    assert.equal(waking.data.wakeFrom, -1);
  });

  it('counts who sleeps for its CPU until the second after it fell asleep', () => {
    const policy = dfly();
    const sim = new Simulation({ policy, topology: symmetric(1), costs: NO_COSTS });
    sim.spawn({
      name: 'sleeper',
      *program(t) {
        yield t.compute(400 * MS);
        yield t.sleep(1200 * MS);
        yield t.compute(MS);
      },
    });
    sim.spawn({
      name: 'clock',
      *program(t) {
        for (;;) {
          yield t.compute(MS / 10);
          yield t.sleep(50 * MS);
        }
      },
    });
    sim.run(990 * MS);
    const before = policy.loadOf(0);
    sim.run(1060 * MS);
    const after = policy.loadOf(0);
    // The load of a thread that ran for 400 ms, and 40 for its being there.
    assert.ok(before - after > 40 + 100, `${before}, ${after}`);
  });
});
