import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_COSTS } from '../../src/cost-model.ts';
import { IdleChecker } from '../../src/metrics/idle-checker.ts';
import { roundRobin } from '../../src/policy/round-robin.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { Task } from '../../src/task/task.ts';
import { symmetric } from '../../src/topology/presets.ts';

const MS = 1_000_000;

function taskOf(name: string, affinity?: readonly number[]): Task {
  return new Task(1, 0, null, { name, *program() {}, ...(affinity === undefined ? {} : { affinity }) });
}

/** CPU 0 runs a task from 0 on; another waits from a time on, and CPU 1 takes it at another time. */
function waits(fromMs: number, untilMs: number, affinity?: readonly number[]): IdleChecker {
  const checker = new IdleChecker({ cpus: 2 });
  const [runs, waiting] = [taskOf('runs'), taskOf('waits', affinity)];
  checker.created(0, runs);
  checker.switched(0, 0, null, runs, false);
  checker.created(fromMs * MS, waiting);
  checker.switched(untilMs * MS, 1, null, waiting, false);
  checker.upTo(3000 * MS);
  return checker;
}

describe('the checker of Wasted Cores', () => {
  it('reports a CPU that is idle at both looks while somebody waits who may run there', () => {
    const { reports } = waits(900, 1200);
    assert.deepEqual(reports, [
      { fromNs: 1000 * MS, untilNs: 1100 * MS, idleCpus: [1], task: 'waits', waitsOn: 0, waiting: 1 },
    ]);
  });

  it('lets pass what is mended within 100 ms, or lasts between looks', () => {
    assert.deepEqual(waits(900, 1050).reports, []);
    assert.deepEqual(waits(1010, 1990).reports, []);
  });

  it('reports once for each second that it lasts', () => {
    assert.equal(waits(900, 2500).reports.length, 2);
  });

  it('knows where tasks may run, and which CPUs are off', () => {
    assert.deepEqual(waits(900, 1200, [0]).reports, []);
    const checker = new IdleChecker({ cpus: 2 });
    checker.setOnline(0, 1, false);
    const [runs, waiting] = [taskOf('runs'), taskOf('waits')];
    checker.created(0, runs);
    checker.switched(0, 0, null, runs, false);
    checker.created(0, waiting);
    checker.upTo(1500 * MS);
    assert.deepEqual(checker.reports, []);
    checker.setOnline(1500 * MS, 1, true);
    checker.upTo(2500 * MS);
    assert.equal(checker.reports.length, 1);
  });

  it('takes who is preempted for waiting, and who sleeps or has ended for not', () => {
    const checker = new IdleChecker({ cpus: 2, periodNs: 10 * MS, watchNs: MS });
    const [a, b] = [taskOf('a'), taskOf('b')];
    checker.created(0, a);
    checker.created(0, b);
    checker.switched(0, 0, null, a, false);
    checker.switched(MS, 0, a, b, true);
    checker.upTo(15 * MS);
    assert.equal(checker.reports.length, 1);
    checker.switched(15 * MS, 0, b, a, false);
    checker.upTo(100 * MS);
    assert.equal(checker.reports.length, 1);
    checker.woken(100 * MS, b);
    checker.ended(105 * MS, b);
    checker.upTo(200 * MS);
    assert.equal(checker.reports.length, 1);
  });

  it('finds nothing where a policy has one queue for all', () => {
    const checker = new IdleChecker({ cpus: 4, periodNs: 10 * MS, watchNs: MS });
    const policy = roundRobin();
    const sim = new Simulation({ policy, topology: symmetric(4), costs: NO_COSTS, listener: checker });
    for (let at = 0; at < 7; at++) {
      sim.spawn({
        name: `${at}`,
        *program(t) {
          for (;;) {
            yield t.compute((3 + at) * MS);
            yield t.sleep(at * MS);
          }
        },
      });
    }
    sim.run(500 * MS);
    checker.upTo(sim.now);
    assert.equal(checker.checks, 50);
    assert.deepEqual(checker.reports, []);
  });
});
