import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DEFAULT_COSTS, NO_COSTS } from '../../src/cost-model.ts';
import { type Policy, PolicyError } from '../../src/policy/policy.ts';
import { fifo, roundRobin } from '../../src/policy/round-robin.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { SimulationError } from '../../src/simulation/simulation-core.ts';
import type { Program, Task } from '../../src/task/task.ts';
import { bigLittle, desktop, symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;

function computing(...parts: readonly number[]): Program {
  return function* (t) {
    for (const ms of parts) yield t.compute(ms * MS);
  };
}

function simulate(cpus: number, policy: Policy = fifo()): Simulation<null> {
  return new Simulation({ policy, topology: symmetric(cpus), costs: NO_COSTS });
}

describe('a simulation', () => {
  it('runs tasks in virtual time, each on a CPU of its own as long as there are enough', () => {
    const sim = simulate(2);
    const tasks = [3, 5, 4].map((ms) => sim.spawn({ name: `${ms} ms`, program: computing(ms) }));
    sim.run(Infinity);
    assert.deepEqual(
      tasks.map(({ endedAt }) => endedAt / MS),
      [3, 5, 7],
    );
    assert.deepEqual(
      tasks.map(({ waitNs }) => waitNs / MS),
      [0, 0, 3],
    );
    assert.deepEqual(
      sim.cpus.map(({ busyNs }) => busyNs / MS),
      [7, 5],
    );
  });

  it('knows who has made a task: the one that ran, or nobody', () => {
    const sim = simulate(1);
    const parent = sim.spawn({
      name: 'parent',
      *program(t) {
        yield t.compute(MS);
        sim.spawn({ name: 'child', program: computing(1) });
        sim.at(5 * MS, () => void sim.spawn({ name: 'orphan', program: computing(1) }));
      },
    });
    sim.run(Infinity);
    const [, child, orphan] = sim.ended;
    assert.deepEqual([parent.parent, child.parent, orphan.parent], [null, parent, null]);
  });

  it('lets who wakes run anywhere, if all CPUs that it may run on have gone off', () => {
    const sim = simulate(2);
    const pinned = sim.spawn({
      name: 'pinned',
      affinity: [1],
      *program(t) {
        yield t.sleep(2 * MS);
        yield t.compute(MS);
      },
    });
    sim.at(MS, () => sim.offline(1));
    sim.run(Infinity);
    assert.deepEqual([pinned.endedAt, pinned.lastCpu], [3 * MS, 0]);
  });

  it('takes turns by quanta', () => {
    const sim = simulate(1, roundRobin({ quantumNs: MS }));
    const order: string[] = [];
    const listener = {
      switched: (_now: number, _cpu: number, _from: Task | null, to: Task | null) =>
        order.push(to?.name ?? '-'),
    };
    const watched = new Simulation({
      policy: roundRobin({ quantumNs: MS }),
      topology: symmetric(1),
      costs: NO_COSTS,
      listener,
    });
    for (const name of ['a', 'b']) watched.spawn({ name, program: computing(2) });
    watched.run(Infinity);
    assert.deepEqual(order, ['a', 'b', 'a', 'b', '-']);
    assert.equal(sim.events, 0);
  });

  it('gives the same events to the nanosecond every time', () => {
    const trace = (): string[] => {
      const events: string[] = [];
      const sim = new Simulation({
        policy: roundRobin({ quantumNs: MS }),
        topology: desktop(),
        listener: {
          switched: (now, cpu, from, to) => events.push(`${now} ${cpu} ${from?.name} ${to?.name}`),
        },
      });
      for (let at = 0; at < 40; at++) {
        sim.spawn({
          name: `${at}`,
          *program(t) {
            for (let left = 20; left > 0; left--) {
              yield t.compute((at % 7) * 300_000 + 1);
              yield t.sleep((at % 5) * 200_000);
            }
          },
        });
      }
      sim.run(Infinity);
      return events;
    };
    const first = trace();
    assert.ok(first.length > 500);
    assert.deepEqual(trace(), first);
  });

  it('takes time for switches, messages and cold caches, as the costs say', () => {
    const costs = {
      ...NO_COSTS,
      contextSwitchNs: 10,
      ipiNs: 100,
      migrationNs: { ...NO_COSTS.migrationNs, cache: 1000 },
    };
    const sim = new Simulation({ policy: fifo(), topology: symmetric(2), costs });
    const sleeper = sim.spawn({
      name: 'sleeper',
      *program(t) {
        yield t.compute(1000);
        yield t.suspend();
        yield t.compute(1000);
      },
    });
    sim.spawn({
      name: 'waker',
      *program(t) {
        yield t.compute(5000);
        yield t.wake(sleeper);
        yield t.compute(10_000);
      },
    });
    sim.run(Infinity);
    // Switched to at 0, woken at 5,010 by the other CPU; its own CPU last ran itself.
    assert.equal(sleeper.endedAt, 10 + 5000 + 100 + 1000);
    assert.equal(sim.cpus[0].switches, 1);
    const moved = new Simulation({ policy: fifo(), topology: symmetric(2), costs });
    const mover = moved.spawn({
      name: 'mover',
      *program(t) {
        yield t.compute(1000);
        yield t.sleep(1000);
        yield t.compute(1000);
      },
    });
    moved.at(1500, () => moved.spawn({ name: 'here', affinity: [0], program: computing(1) }));
    moved.run(Infinity);
    assert.deepEqual([mover.migrations, mover.endedAt], [1, 10 + 1000 + 1000 + 10 + 1000 + 1000]);
  });

  it('is slower on slow CPUs, and where two threads share a core', () => {
    const little = new Simulation({ policy: fifo(), topology: bigLittle(), costs: NO_COSTS });
    const slow = little.spawn({ name: 'slow', affinity: [5], program: computing(4) });
    little.run(Infinity);
    assert.equal(slow.endedAt, 10 * MS);
    const shared = new Simulation({ policy: fifo(), topology: desktop(), costs: NO_COSTS });
    const [long, short] = [6, 3].map((ms, cpu) =>
      shared.spawn({ name: `${ms}`, affinity: [cpu], program: computing(ms) }),
    );
    shared.run(Infinity);
    // 3 ms of work take 5 at 0.6; the other has done 3 by then, and does 3 more alone.
    assert.deepEqual([short.endedAt / MS, long.endedAt / MS], [5, 8]);
  });

  it('measures CPUs that are idle while tasks wait', () => {
    const sim = simulate(2);
    for (const name of ['a', 'b']) sim.spawn({ name, affinity: [0], program: computing(3) });
    sim.run(Infinity);
    assert.deepEqual([sim.load.wastedNs / MS, sim.load.waitingNs / MS, sim.load.mostWaiting], [3, 3, 2]);
  });

  it('moves tasks away from a CPU that goes off, and uses it again when it is back', () => {
    const sim = simulate(2);
    const tasks = [4, 4, 4].map((ms) => sim.spawn({ name: `${ms}`, program: computing(ms) }));
    sim.at(MS, () => sim.offline(1));
    sim.at(6 * MS, () => sim.online(1));
    sim.run(Infinity);
    assert.deepEqual(
      tasks.map(({ endedAt }) => endedAt / MS),
      [4, 9, 8],
    );
    assert.throws(() => sim.online(1), /CPU 1 is on already/);
  });

  it('ends at a time, with all that was done up to then', () => {
    const sim = simulate(1);
    const task = sim.spawn({ name: 'long', program: computing(100) });
    sim.run(30 * MS);
    assert.deepEqual([sim.now, task.runNs], [30 * MS, 30 * MS]);
    sim.run(200 * MS);
    assert.equal(task.endedAt, 100 * MS);
  });
});

describe('a policy that', () => {
  const forever: Program = function* (t) {
    for (;;) yield t.compute(MS);
  };

  function caught(change: Partial<Policy>, message: RegExp, cpus = 2): void {
    const policy: Policy = { ...fifo(), name: 'bad', ...change };
    assert.throws(
      () => {
        const sim = simulate(cpus, policy);
        for (const name of ['a', 'b']) sim.spawn({ name, affinity: [0], program: forever });
        sim.run(10 * MS);
      },
      (error: Error) => error instanceof PolicyError && message.test(error.message),
    );
  }

  it('loses a task is told which', () => {
    caught(
      { enqueue: () => undefined, dispatch: () => null },
      /"bad" has lost task "a": it waits since 0 ns/,
    );
  });

  it('dispatches a task twice is told which', () => {
    let first: Task<null> | null = null;
    const change: Partial<Policy> = {
      select_cpu: (task) => task.id - 1,
      enqueue: (task) => void (first ??= task),
      dispatch: () => first,
    };
    const sim = simulate(2, { ...fifo(), name: 'bad', ...change });
    for (const name of ['a', 'b']) sim.spawn({ name, program: forever });
    const message = /"bad" dispatches task "a" to CPU 1 at 0 ns: it runs on CPU 0/;
    assert.throws(() => sim.run(10 * MS), { name: PolicyError.name, message });
  });

  it('runs a task where it may not run is told where', () => {
    caught({ select_cpu: () => 1 }, /"bad" selects CPU 1 for task "a" at 0 ns, which may not run there/);
    caught({ select_cpu: () => 7 }, /"bad" selects CPU 7 for task "a" at 0 ns: there is none, or it is off/);
    const queue: Task<null>[] = [];
    caught(
      {
        enqueue: (task) => void queue.push(task),
        dispatch: (cpu) => (cpu === 0 ? (queue.shift() ?? null) : null),
        running: (task) => void (task.affinity = new Set([1])),
        tickNs: MS,
        tick: (task) => void (task.slice = 0),
      },
      /"bad" dispatches to CPU 0 for task "a" at \d+ ns, which may not run there/,
    );
  });
});

describe('a program that', () => {
  it('never lets time pass is a livelock, and named', () => {
    const sim = simulate(1);
    const spins: Program = function* (t) {
      for (;;) yield t.compute(0);
    };
    sim.spawn({ name: 'spinner', program: spins });
    assert.throws(() => sim.run(MS), {
      name: SimulationError.name,
      message: /livelock: task "spinner" asks for ever at 0 ns/,
    });
  });

  it('only ever gives way is a livelock, too', () => {
    const sim = simulate(1);
    const yields: Program = function* (t) {
      for (;;) yield t.yield();
    };
    sim.spawn({ name: 'a', program: yields });
    assert.throws(() => sim.run(MS), /livelock: tasks take turns on CPU 0 at 0 ns/);
  });

  it('asks for negative time is told so', () => {
    const sim = simulate(1);
    sim.spawn({ name: 'bad', program: computing(-1) });
    assert.throws(() => sim.run(MS), /task "bad": computation of -1000000 ns: a number from 0 is needed/);
  });
});

describe('costs', () => {
  it('are those of a machine of today unless others are given', () => {
    assert.equal(new Simulation({ policy: fifo(), topology: symmetric(1) }).costs, DEFAULT_COSTS);
  });
});
