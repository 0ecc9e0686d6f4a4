import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { lwkt, TDPRI, tdpriOf } from '../../src/policy/lwkt.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { type Program, Task } from '../../src/task/task.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;
/** Of a thread that has this priority in LWKT. */
const priorityOf = (tdpri: number): number => TDPRI.MAX - tdpri;

function machine(cpus: number): Simulation<unknown> {
  return new Simulation<unknown>({ policy: lwkt(), topology: symmetric(cpus), costs: NO_COSTS });
}

const works = (ms: number): Program =>
  function* (t) {
    yield t.compute(ms * MS);
  };

describe('LWKT', () => {
  it('has priorities 0 to 31: those below 32 are counted from the top, the others are of users', () => {
    const of = (priority: number): number =>
      tdpriOf(new Task(1, 0, null, { name: 'a', priority, *program() {} }));
    assert.deepEqual([0, 2, 31, 50, 100, 140].map(of), [31, 29, 0, 8, 6, 4]);
  });

  it('never moves a thread, even with another CPU idle', () => {
    const sim = machine(2);
    const parent = sim.spawn({
      name: 'parent',
      *program(t) {
        yield t.compute(MS);
        for (const name of ['a', 'b']) sim.spawn({ name, program: works(95) });
      },
    });
    sim.run(Infinity);
    assert.deepEqual(
      sim.ended.map(({ name, lastCpu, endedAt }) => [name, lastCpu, endedAt]),
      [
        ['parent', parent.lastCpu, MS],
        ['a', parent.lastCpu, 186 * MS],
        ['b', parent.lastCpu, 191 * MS],
      ],
    );
    assert.equal(sim.cpus[1 - parent.lastCpu].busyNs, 0);
  });

  it('gives threads of nobody the CPU with the fewest; so it does for all, if it is told to', () => {
    const sim = machine(3);
    for (const name of ['a', 'b', 'c', 'd']) sim.spawn({ name, program: works(1) });
    sim.run(10 * MS);
    assert.deepEqual(
      new Map(sim.ended.map(({ name, lastCpu }) => [name, lastCpu])),
      new Map([
        ['a', 0],
        ['b', 1],
        ['c', 2],
        ['d', 0],
      ]),
    );
    sim.spawn({ name: 'long', program: works(5) });
    sim.run(sim.now + MS);
    const [e, f, g] = ['e', 'f', 'g'].map((name) => sim.spawn({ name, program: works(1) }));
    assert.deepEqual([e.cpu, f.cpu, g.cpu], [1, 2, 0]);
    const placing = new Simulation({
      policy: lwkt({ placement: 'least' }),
      topology: symmetric(2),
      costs: NO_COSTS,
    });
    placing.spawn({
      name: 'parent',
      *program(t) {
        placing.spawn({ name: 'child', program: works(1) });
        yield t.compute(MS);
      },
    });
    placing.run(Infinity);
    assert.deepEqual(
      placing.ended.map(({ lastCpu }) => lastCpu),
      [0, 1],
    );
  });

  it('has equals take turns with each tick, and who is less urgent wait for all of them', () => {
    const sim = machine(1);
    const tasks = [100, 100, 140].map((priority, at) =>
      sim.spawn({ name: 'abc'[at], priority, program: works(100) }),
    );
    sim.run(55 * MS);
    assert.deepEqual(
      tasks.map(({ runNs }) => runNs),
      [30 * MS, 25 * MS, 0],
    );
    sim.run(300 * MS);
    assert.equal(tasks[2].endedAt, 300 * MS);
  });

  it('has a more urgent thread wait for a tick, and an interrupt not at all', () => {
    const sim = machine(1);
    const batch = sim.spawn({ name: 'batch', program: works(100) });
    const wakes = (tdpri: number, at: number): Task =>
      sim.spawn({
        name: `${tdpri}`,
        priority: priorityOf(tdpri),
        *program(t) {
          yield t.sleepUntil(at * MS);
          yield t.compute(MS);
        },
      });
    const daemon = wakes(TDPRI.KERN_DAEMON, 12);
    const interrupt = wakes(TDPRI.INT_LOW, 35);
    sim.run(Infinity);
    // The tick of 20 ms.
    assert.equal(daemon.endedAt, 21 * MS);
    assert.equal(interrupt.endedAt, 36 * MS);
    assert.equal(batch.endedAt, 102 * MS);
  });

  it('lets whom an interrupt has stopped go on before its equals', () => {
    const sim = machine(1);
    const [first, second] = ['first', 'second'].map((name) => sim.spawn({ name, program: works(8) }));
    sim.spawn({
      name: 'interrupt',
      priority: priorityOf(TDPRI.INT_HIGH),
      *program(t) {
        yield t.sleepUntil(5 * MS);
        yield t.compute(MS);
      },
    });
    sim.run(Infinity);
    assert.deepEqual([first.endedAt, second.endedAt], [9 * MS, 17 * MS]);
    assert.equal(first.preemptions, 1);
  });
});
