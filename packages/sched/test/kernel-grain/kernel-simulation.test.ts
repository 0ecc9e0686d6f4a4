import assert from 'node:assert/strict';
import {
  cfs,
  type CostModel,
  DEFAULT_COSTS,
  eevdf,
  fifo,
  fixedPriority,
  globalEdf,
  KernelSimulation,
  mlfq,
  Mutex,
  NO_COSTS,
  type Policy,
  PolicyError,
  type Program,
  ProgramError,
  roundRobin,
  Semaphore,
  Simulation,
  SimulationError,
  stride,
  symmetric,
  type Task,
  Token,
  Topology,
  type WorkloadHost,
} from '@smplab/sched';
import { describe, it } from 'mocha';

/** Who ran where, from when to when; moments are left out. */
type Run = readonly [cpu: number, task: string, from: number, to: number];

/** What a policy remembers of tasks is its own business. */
type AnyPolicy = Policy<never>;

interface Grain {
  readonly policy: () => Policy<unknown>;
  readonly topology?: Topology;
  readonly costs?: CostModel;
  readonly untilNs?: number;
}

function both(grain: Grain, load: (host: WorkloadHost) => void): [tasks: Run[], kernel: Run[]] {
  return [runsOf(Simulation, grain, load), runsOf(KernelSimulation, grain, load)];
}

function runsOf(
  Which: typeof Simulation<never> | typeof KernelSimulation<never>,
  { policy, topology = symmetric(2), costs = NO_COSTS, untilNs = 1e9 }: Grain,
  load: (host: WorkloadHost) => void,
): Run[] {
  const runs: Run[] = [];
  const open = new Map<number, [string, number]>();
  const sim = new Which({
    policy: policy() as AnyPolicy,
    topology,
    costs,
    listener: {
      switched(now, cpu, _from, to) {
        const [name, from] = open.get(cpu) ?? ['', now];
        if (now > from) add(runs, [cpu, name, from, now]);
        if (to === null) open.delete(cpu);
        else open.set(cpu, [to.name, now]);
      },
    },
  });
  load(sim);
  sim.run(untilNs);
  return runs.sort((a, b) => a[0] - b[0] || a[2] - b[2]);
}

/** A task that goes on at once where it stopped has run once. */
function add(runs: Run[], run: Run): void {
  const at = runs.findLastIndex(([cpu]) => cpu === run[0]);
  const last = runs[at];
  if (last?.[1] === run[1] && last[3] === run[2]) runs[at] = [run[0], run[1], last[2], run[3]];
  else runs.push(run);
}

/** Tasks that compute and sleep for random times; sleeps end at whole microseconds, as the kernel's do. */
function mixed(count: number) {
  return (host: WorkloadHost): void => {
    for (let at = 0; at < count; at++) {
      const random = host.random(`task ${at}`);
      host.spawn({
        name: `T${at}`,
        nice: (at * 7) % 5,
        priority: at,
        program: function* (t) {
          // So that no two have a slice from the same moment on.
          yield t.sleep(1000 * Math.ceil(random.uniform() * 5_000));
          for (;;) {
            yield t.compute(Math.ceil(1 + random.uniform() * 2e7));
            yield t.sleepUntil(1000 * Math.ceil(t.now / 1000 + 1 + random.uniform() * 15_000));
          }
        },
      });
    }
  };
}

/** Cores of two threads, each of which is half as fast while both are busy: no time is lost to rounding. */
function twoThreadsEach(cores: number): Topology {
  const cpus = Array.from({ length: 2 * cores }, (_, cpu) => ({ core: cpu >> 1 }));
  return new Topology({ name: 'threads', cpus, smtFactor: 0.5 });
}

const POLICIES: Readonly<Record<string, () => Policy<unknown>>> = {
  'round robin': () => roundRobin(),
  FIFO: () => fifo(),
  'fixed priorities': () => fixedPriority(),
  MLFQ: () => mlfq(),
  stride: () => stride(),
  CFS: () => cfs(),
  EEVDF: () => eevdf(),
};

describe('the grain kernel', () => {
  for (const [name, policy] of Object.entries(POLICIES)) {
    it(`gives the schedule of the grain tasks when nothing costs anything: ${name}, 1, 2 and 4 CPUs`, () => {
      for (const cpus of [1, 2, 4]) {
        const [tasks, kernel] = both({ policy, topology: symmetric(cpus) }, mixed(3 * cpus));
        assert.ok(tasks.length > 40, `${tasks.length} runs`);
        assert.deepEqual(kernel, tasks, `${cpus} CPUs`);
      }
    });
  }

  it('gives it with threads of a core that slow each other down', () => {
    const [tasks, kernel] = both({ policy: POLICIES['round robin'], topology: twoThreadsEach(4) }, mixed(20));
    assert.deepEqual(kernel, tasks);
  });

  it('gives it with jobs and deadlines', () => {
    const policy = (): Policy<unknown> => globalEdf();
    const [tasks, kernel] = both({ policy }, (host) => {
      // Whole microseconds, no two of which fall together.
      for (const [at, [work, period]] of [
        [3, 7.001],
        [3, 12.003],
        [5, 20.007],
        [2, 9.011],
      ].entries()) {
        host.spawn({
          name: `J${at}`,
          periodNs: period * 1e6,
          program: function* (t) {
            for (;;) {
              yield t.nextPeriod(period * 1e6);
              yield t.compute(work * 1e6 - at * 13);
            }
          },
        });
      }
    });
    assert.deepEqual(kernel, tasks);
  });

  it('gives it with locks that tasks wait for: a mutex, a semaphore, a token', () => {
    const [tasks, kernel] = both({ policy: POLICIES['round robin'], topology: symmetric(3) }, (host) => {
      const mutex = new Mutex('m', { order: 'fifo' });
      const semaphore = new Semaphore('s', 2);
      const token = new Token('t');
      for (let at = 0; at < 6; at++) {
        const random = host.random(`task ${at}`);
        const some = (): number => Math.ceil(1 + random.uniform() * 3e6);
        host.spawn({
          name: `T${at}`,
          program: function* (t) {
            for (;;) {
              yield t.compute(some());
              yield mutex.lock();
              yield t.compute(some());
              yield mutex.unlock();
              yield t.compute(some());
              yield semaphore.wait();
              yield t.compute(some());
              yield semaphore.post();
              yield t.compute(some());
              yield token.gettoken();
              yield t.compute(some());
              yield token.reltoken();
            }
          },
        });
      }
    });
    assert.ok(tasks.length > 100);
    assert.deepEqual(kernel, tasks);
  });

  it('runs tasks that are made while it runs, and says when they ended', () => {
    const load = (host: WorkloadHost): void => {
      for (let at = 1; at <= 20; at++) {
        host.at(at * 1_000_003, () => {
          host.spawn({
            name: `T${at}`,
            program: function* (t) {
              yield t.compute(3_000_000 + at);
            },
          });
        });
      }
    };
    const [tasks, kernel] = both({ policy: POLICIES['round robin'] }, load);
    assert.equal(new Set(tasks.map(([, name]) => name)).size, 20);
    assert.deepEqual(kernel, tasks);
  });

  it('takes more time for the same work where operations cost, and the same time every time', () => {
    const finish = (costs: CostModel): [number, number] => {
      const sim = new KernelSimulation({ policy: roundRobin(), topology: symmetric(2), costs });
      const tasks: Task[] = [];
      for (const at of [0, 1]) {
        const program: Program = function* (t) {
          for (let left = 100; left > 0; left--) {
            if (at === 1) yield t.suspend();
            yield t.compute(10_000);
            yield t.wake(tasks[1 - at]);
            if (at === 0) yield t.suspend();
          }
        };
        tasks.push(sim.spawn({ name: 'ab'[at], program }));
      }
      const [a, b] = tasks;
      sim.run(1e9);
      assert.equal(sim.tasks.size, 0);
      return [Math.max(a.endedAt, b.endedAt), sim.events];
    };
    const [free] = finish(NO_COSTS);
    const [costly, operations] = finish(DEFAULT_COSTS);
    assert.equal(free, 2_000_000);
    assert.ok(costly > 2_200_000, String(costly));
    assert.ok(costly < 4_000_000, String(costly));
    assert.deepEqual(finish(DEFAULT_COSTS), [costly, operations]);
  });

  it('names a policy that loses a task, and one that dispatches a task twice', () => {
    const one = (policy: Policy): KernelSimulation<null> => {
      const sim = new KernelSimulation({ policy, topology: symmetric(2), costs: NO_COSTS });
      sim.spawn({
        name: 'lost',
        program: function* (t) {
          yield t.compute(1e9);
        },
      });
      return sim;
    };
    const base = { name: 'bad', init: () => undefined, init_task: () => null, dequeue: () => undefined };
    const forgets = one({ ...base, enqueue: () => undefined, dispatch: () => null });
    assert.throws(() => forgets.run(Infinity), /PolicyError.*"bad" has lost task "lost"/s);
    let known: Task<null> | null = null;
    const twice = one({ ...base, enqueue: (task) => void (known = task), dispatch: () => known });
    twice.at(1000, () => twice.kick(1));
    assert.throws(
      () => twice.run(Infinity),
      new RegExp('dispatches task "lost" to CPU 1 at 1000 ns: it runs on CPU 0'),
    );
    assert.throws(() => twice.run(Infinity), PolicyError);
  });

  it('names a program that asks for what cannot be, or for ever', () => {
    const run = (program: Parameters<KernelSimulation<null>['spawn']>[0]['program']): void => {
      const sim = new KernelSimulation({ policy: roundRobin(), topology: symmetric(1) });
      sim.spawn({ name: 'p', program });
      sim.run(1e9);
    };
    assert.throws(
      () =>
        run(function* (t) {
          yield t.compute(-1);
        }),
      ProgramError,
    );
    assert.throws(
      () =>
        run(function* (t) {
          for (;;) yield t.compute(0);
        }),
      (error) => error instanceof SimulationError && error.message.startsWith('livelock: task "p"'),
    );
  });
});
