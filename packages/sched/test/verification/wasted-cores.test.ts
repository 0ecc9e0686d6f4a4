import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { IdleChecker } from '../../src/metrics/idle-checker.ts';
import { cfs, type CfsOptions } from '../../src/policy/cfs.ts';
import type { FairBugs } from '../../src/policy/fair-bugs.ts';
import type { Fair } from '../../src/policy/fair-entity.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import type { Program, Task } from '../../src/task/task.ts';
import { bulldozer } from '../../src/topology/presets.ts';
import { make } from '../../src/workload/make.ts';

const MS = 1_000_000;
/** A tick of 250 Hz. */
const OPTIONS: CfsOptions = { tickNs: 4 * MS, balanceTicks: 2 };

interface Machine {
  readonly sim: Simulation<Fair>;
  readonly checker: IdleChecker;
}

function machine(bugs: FairBugs, options: CfsOptions = {}): Machine {
  const checker = new IdleChecker({ cpus: 64, periodNs: 200 * MS, watchNs: 50 * MS });
  const policy = cfs({ ...OPTIONS, ...options, bugs });
  const sim = new Simulation({ policy, topology: bulldozer(), costs: NO_COSTS, listener: checker });
  return { sim, checker };
}

function work(ns: number): Program {
  return function* (t) {
    yield t.compute(ns);
  };
}

const forever: Program = work(1e15);

interface Result {
  /** Until all that was to be done is done, ns. */
  readonly ns: number;
  /** Part of the CPUs that was wasted meanwhile. */
  readonly wasted: number;
  readonly reports: number;
}

/** Runs until tasks have ended. */
function runUntil({ sim, checker }: Machine, isDone: (ended: number) => boolean): Result {
  let until = sim.now;
  while (!isDone(sim.ended.length)) {
    until += 5 * MS;
    assert.ok(until < 10_000 * MS, 'it does not end');
    sim.run(until);
  }
  checker.upTo(sim.now);
  const ns = Math.max(...sim.ended.map(({ endedAt }) => endedAt));
  return { ns, wasted: sim.load.wastedNs / (64 * sim.now), reports: checker.reports.length };
}

/** What a bug costs: the time with it for one without it. */
function compare(
  run: (bugs: FairBugs) => Result,
  bugs: FairBugs,
): { factor: number; sound: Result; bad: Result } {
  const [sound, bad] = [run({}), run(bugs)];
  return { factor: bad.ns / sound.ns, sound, bad };
}

/** 192 files of 100 ms, 64 at a time, from one terminal, and two R from two others. */
function makeAndR(bugs: FairBugs): Result {
  const built = machine(bugs);
  const { sim } = built;
  // In the middle of their nodes, as if by chance.
  for (const cpu of [27, 44]) {
    const r = sim.spawn({ name: `R-${cpu}`, group: `R-${cpu}`, affinity: [cpu], program: forever });
    sim.run(sim.now + MS);
    (r as Task).affinity = null;
  }
  const files = 192;
  make({ jobs: 64, files, compile: 100 * MS, reads: 0, linkNs: 0, group: 'make' }).start(sim);
  return runUntil(built, (ended) => ended === files + 1);
}

/** 16 threads of 200 ms, made by a thread on node 1, that may run on nodes 1 and 2. */
function pinned(bugs: FairBugs): Result {
  const built = machine(bugs);
  const { sim } = built;
  const affinity = Array.from({ length: 16 }, (_, at) => 8 + at);
  sim.spawn({
    name: 'lu',
    affinity,
    *program(t) {
      for (let at = 0; at < 16; at++) {
        yield t.compute(MS / 10);
        sim.spawn({ name: `lu-${at}`, affinity, program: work(200 * MS) });
      }
    },
  });
  return runUntil(built, (ended) => ended === 17);
}

/** 100 queries: a thread wakes 16 workers of 1 ms on its node, and waits for them all. */
function queries(bugs: FairBugs): Result {
  // The balancer off: it looks too rarely to see queues that last a millisecond.
  const built = machine(bugs, { balanceTicks: 0 });
  const { sim } = built;
  const node = [0, 1, 2, 3, 4, 5, 6, 7];
  let left = 0;
  const master = sim.spawn({
    name: 'master',
    affinity: [0],
    *program(t) {
      yield t.sleep(50 * MS);
      for (const worker of workers) worker.affinity = null;
      for (let query = 0; query < 100; query++) {
        left = workers.length;
        for (const worker of workers) yield t.wake(worker);
        yield t.suspend();
      }
    },
  });
  const workers: readonly Task[] = Array.from({ length: 16 }, (_, at) =>
    sim.spawn({
      name: `worker-${at}`,
      affinity: node,
      *program(t) {
        yield t.compute(MS);
        for (let query = 0; query < 100; query++) {
          yield t.suspend();
          yield t.compute(MS);
          if (--left === 0) yield t.wake(master);
        }
      },
    }),
  );
  return runUntil(built, (ended) => ended === 17);
}

/** A CPU goes off and comes back; then a thread of node 0 makes 32 of 200 ms. */
function offAndOn(bugs: FairBugs): Result {
  const built = machine(bugs);
  const { sim } = built;
  sim.at(MS, () => sim.offline(63));
  sim.at(2 * MS, () => sim.online(63));
  sim.spawn({
    name: 'lu',
    *program(t) {
      yield t.sleep(5 * MS);
      for (let at = 0; at < 32; at++) {
        yield t.compute(MS / 10);
        sim.spawn({ name: `lu-${at}`, program: work(200 * MS) });
      }
    },
  });
  return runUntil(built, (ended) => ended === 33);
}

describe('a decade of wasted cores (Lozi et al., EuroSys 2016), on 64 CPUs of 8 nodes', () => {
  it('Group Imbalance: nodes with an R look busy to make with 64 threads (published: 13 % longer)', () => {
    const { factor, sound, bad } = compare(makeAndR, { groupImbalance: true });
    assert.ok(factor > 1.13, `${factor}`);
    assert.ok(bad.wasted > 0.1, `${bad.wasted}`);
    assert.ok(sound.wasted < 0.01, `${sound.wasted}`);
    assert.ok(bad.reports > 0);
    assert.equal(sound.reports, 0);
  });

  it('Group Construction: threads pinned to nodes two hops apart stay on one (published: 27 times)', () => {
    const { factor, sound, bad } = compare(pinned, { groupConstruction: true });
    // Twice without locks to spin on.
    assert.ok(factor > 1.9, `${factor}`);
    assert.ok(bad.wasted > 8 * sound.wasted && bad.wasted > 0.1, `${bad.wasted} ${sound.wasted}`);
    assert.ok(bad.reports > 0);
    assert.equal(sound.reports, 0);
  });

  it('Overload on Wakeup: who is woken stays on the node of who wakes it (published: 22 %)', () => {
    const { factor, sound, bad } = compare(queries, { overloadOnWakeup: true });
    assert.ok(factor > 1.22, `${factor}`);
    assert.ok(bad.wasted > 0.04 && sound.wasted < 0.01, `${bad.wasted} ${sound.wasted}`);
  });

  it('Missing Domains: a CPU was off, and threads stay on the node of their parent (published: 138)', () => {
    const { factor, sound, bad } = compare(offAndOn, { missingDomains: true });
    // 32 threads on 8 CPUs instead of 64; all 64 beyond a factor of 4 comes from locks.
    assert.ok(factor > 3.5, `${factor}`);
    assert.ok(bad.wasted > 0.3 && sound.wasted < 0.01, `${bad.wasted} ${sound.wasted}`);
    assert.ok(bad.reports > 0);
    assert.equal(sound.reports, 0);
  });
});
