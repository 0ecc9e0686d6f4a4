import assert from 'node:assert/strict';
import {
  checkTrace,
  readTraceFile,
  toFtraceText,
  toLanes,
  type Trace,
  type TraceEvent,
  writeTraceFile,
} from '@smplab/trace';
import { describe, it } from 'mocha';
import { DEFAULT_COSTS, NO_COSTS } from '../../src/cost-model.ts';
import { KernelSimulation } from '../../src/kernel-grain/kernel-simulation.ts';
import { policyNamed } from '../../src/policy/policies.ts';
import { fixedPriority } from '../../src/policy/urgency.ts';
import { Simulation } from '../../src/simulation/simulation.ts';
import { TraceRecorder } from '../../src/simulation/trace-recorder.ts';
import { Mutex } from '../../src/sync/mutex.ts';
import { Token } from '../../src/sync/token.ts';
import type { Task } from '../../src/task/task.ts';
import { desktop, symmetric } from '../../src/topology/presets.ts';
import { replay } from '../../src/workload/replay/replay.ts';

const US = 1_000;
const MS = 1_000_000;

type Kind<K extends TraceEvent['kind']> = Extract<TraceEvent, { kind: K }>;
const ofKind = <K extends TraceEvent['kind']>({ events }: Trace, kind: K): Kind<K>[] =>
  events.filter((event): event is Kind<K> => event.kind === kind);

/** Time for which a thread runs, read off the switches. */
function ranNs(trace: Trace, tid: number, untilNs: number): number {
  let ns = 0;
  for (const { prev, next, timeNs } of ofKind(trace, 'switch')) {
    if (prev === tid) ns += timeNs;
    if (next === tid) ns -= timeNs;
  }
  return ns < 0 ? ns + untilNs : ns;
}

/** Two tasks that work under a lock and wake each other, and one that only computes. */
function busy(Which: typeof Simulation | typeof KernelSimulation, policy: string, costs = NO_COSTS) {
  const topology = symmetric(2);
  const recorder = new TraceRecorder('busy', topology);
  const sim = new Which({ policy: policyNamed(policy), topology, costs, listener: recorder });
  const [token, mutex] = [new Token('proc_token'), new Mutex('table')];
  for (const [at, name] of ['one', 'two', 'three'].entries()) {
    sim.spawn({
      name,
      nice: at,
      *program(t) {
        for (let left = 20; left > 0; left--) {
          yield token.gettoken();
          yield t.compute(300 * US);
          yield mutex.lock();
          yield t.compute(100 * US);
          yield token.reltoken();
          yield mutex.unlock();
          yield t.sleep(at * 170 * US);
        }
      },
    });
  }
  sim.spawn({
    name: 'hog',
    *program(t) {
      yield t.compute(40 * MS);
    },
  });
  sim.run(Infinity);
  return { sim, recorder, trace: recorder.trace({ policy }) };
}

describe('the recorder of traces', () => {
  it('records who ran where, who preempted whom, and who woke whom for which CPU', () => {
    const topology = symmetric(2);
    const recorder = new TraceRecorder('small', topology);
    const sim = new Simulation({ policy: fixedPriority(), topology, costs: NO_COSTS, listener: recorder });
    const urgent = sim.spawn({
      name: 'urgent',
      priority: 1,
      affinity: [1],
      *program(t) {
        yield t.suspend();
        yield t.compute(2 * US);
      },
    });
    sim.spawn({
      name: 'hog',
      affinity: [1],
      *program(t) {
        yield t.compute(10 * US);
      },
    });
    sim.spawn({
      name: 'waker',
      affinity: [0],
      *program(t) {
        yield t.compute(4 * US);
        yield t.wake(urgent);
        yield t.yield();
        yield t.sleep(US);
      },
    });
    sim.run(Infinity);
    const trace = recorder.trace();
    assert.deepEqual(
      ofKind(trace, 'switch').flatMap((e) =>
        e.timeNs > 0 ? [[e.timeNs / US, e.cpu, e.prev, e.prevState, e.next]] : [],
      ),
      [
        // Nobody else is there to have the CPU after the yield, which is no switch.
        [4, 0, 3, 'S', 0],
        [4, 1, 2, 'R+', 1],
        [5, 0, 0, 'R', 3],
        [5, 0, 3, 'X', 0],
        [6, 1, 1, 'X', 2],
        [12, 1, 2, 'X', 0],
      ],
    );
    assert.deepEqual(
      ofKind(trace, 'waking').map((e) => [e.timeNs / US, e.cpu, e.tid, e.waker, e.targetCpu]),
      [
        [0, 1, 1, 0, 1],
        [0, 1, 2, 0, 1],
        [0, 0, 3, 0, 0],
        [4, 0, 1, 3, 1],
        [5, 0, 3, 0, 0],
      ],
    );
    assert.deepEqual(
      ofKind(trace, 'ipi').map((e) => [e.timeNs / US, e.cpu, e.targetCpu, e.tid]),
      [[4, 0, 1, 3]],
    );
    assert.deepEqual(checkTrace(trace), []);
    assert.match(toLanes(trace, { width: 40 }), /^CPU 1 │b+a+b+│$/m);
  });

  it('names threads with their priorities', () => {
    const { trace } = busy(Simulation, 'rr');
    assert.deepEqual(
      trace.threads.map(({ tid, pid, name, priority }) => [tid, pid, name, priority]),
      [
        [1, 1, 'one', 120],
        [2, 2, 'two', 121],
        [3, 3, 'three', 122],
        [4, 4, 'hog', 120],
      ],
    );
    assert.deepEqual([trace.name, trace.cpus, trace.description], ['busy', 2, { policy: 'rr' }]);
  });

  for (const policy of ['rr', 'cfs', 'eevdf', 'mlfq', 'lottery']) {
    it(`agrees with what the simulation has counted under ${policy}`, () => {
      const { sim, trace } = busy(Simulation, policy);
      assert.deepEqual(checkTrace(trace), []);
      const wakings = ofKind(trace, 'waking');
      for (const task of sim.ended) {
        assert.equal(ranNs(trace, task.id, sim.now), task.runNs, task.name);
        assert.equal(wakings.filter(({ tid }) => tid === task.id).length, task.wakeups + 1);
      }
      const ends = ofKind(trace, 'switch').filter(({ prevState }) => prevState === 'X');
      assert.equal(ends.length, 4);
      assert.equal(ofKind(trace, 'counter').at(-1)?.value, 0);
      const mostWaiting = Math.max(...ofKind(trace, 'counter').map(({ value }) => value));
      assert.equal(mostWaiting, sim.load.mostWaiting);
    });
  }

  it('has a lock held by one at a time, from when it is taken until it is given', () => {
    const { trace } = busy(Simulation, 'eevdf', DEFAULT_COSTS);
    const owners = new Map<string, number>();
    let taken = 0;
    for (const event of trace.events) {
      if (event.kind === 'begin') {
        assert.equal(owners.get(event.track), undefined);
        owners.set(event.track, event.tid);
        taken++;
      } else if (event.kind === 'end') {
        assert.equal(owners.get(event.track), event.tid);
        owners.delete(event.track);
      }
    }
    assert.ok(taken >= 120);
    assert.equal(owners.size, 0);
    assert.deepEqual([...new Set(ofKind(trace, 'begin').map(({ track }) => track))].sort(), [
      'mutex table',
      'token proc_token',
    ]);
  });

  it('records tasks that are threads of the kernel too', () => {
    const { sim, trace } = busy(KernelSimulation, 'eevdf', DEFAULT_COSTS);
    assert.deepEqual(checkTrace(trace), []);
    assert.equal(sim.ended.length, 4);
    assert.equal(
      ofKind(trace, 'waking').length,
      sim.ended.reduce((sum, { wakeups }) => sum + wakeups + 1, 0),
    );
  });

  it('is kept and exported whole', () => {
    const { recorder, trace } = busy(Simulation, 'cfs', DEFAULT_COSTS);
    assert.equal(recorder.length, trace.events.length);
    assert.deepEqual(readTraceFile(writeTraceFile(trace)), trace);
    const lines = toFtraceText(trace).split('\n');
    assert.equal(
      lines.filter((line) => line.includes(': sched_switch: ')).length,
      ofKind(trace, 'switch').length,
    );
    assert.equal(
      lines.filter((line) => line.includes(': sched_waking: ')).length,
      ofKind(trace, 'waking').length,
    );
  });

  it('is replayed as ftrace text with the same run times', () => {
    const { sim, trace } = busy(Simulation, 'rr');
    const workload = replay(toFtraceText(trace));
    const again = new Simulation({ policy: policyNamed('rr'), topology: symmetric(2), costs: NO_COSTS });
    workload.start(again);
    again.run(Infinity);
    assert.deepEqual(workload.warnings, []);
    const ran = (tasks: Iterable<Task>): unknown[] =>
      [...tasks].map(({ name, runNs }) => [name, runNs]).sort();
    assert.deepEqual(ran([...again.ended, ...again.tasks]), ran(sim.ended));
  });

  it('is the same for the same seed, and can do without counters', () => {
    const record = (counters: boolean): Trace => {
      const topology = desktop();
      const recorder = new TraceRecorder('x', topology, { counters });
      const sim = new Simulation({ policy: policyNamed('lottery'), topology, listener: recorder, seed: 7 });
      for (let at = 0; at < 20; at++) {
        sim.spawn({
          name: `t${at}`,
          *program(t) {
            for (;;) {
              yield t.compute(333.3 * (at + 1));
              yield t.sleep(0.5);
            }
          },
        });
      }
      sim.run(MS);
      return recorder.trace();
    };
    assert.deepEqual(record(true), record(true));
    const { events } = record(false);
    assert.deepEqual(
      events,
      record(true).events.filter(({ kind }) => kind !== 'counter'),
    );
    assert.ok(events.every(({ timeNs }) => Number.isInteger(timeNs)));
    assert.deepEqual(checkTrace(record(false)), []);
  });
});
