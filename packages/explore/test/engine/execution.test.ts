import assert from 'node:assert/strict';
import fc from 'fast-check';
import { activeExecution, Execution, type Program, type StepObserver } from '../../src/engine/execution.ts';
import { TRACE_WORDS } from '../../src/engine/recorder.ts';
import { scenario, type ScenarioBody } from '../../src/scenario.ts';
import { RandomWalk } from '../../src/strategies/random-walk.ts';
import { exhaust, OldestFirst, runOnce } from '../exploration.ts';

const lostUpdate: ScenarioBody = function* (s) {
  const x = s.atomic('x', 0);
  const inc = function* () {
    yield* x.store((yield* x.load()) + 1);
  };
  yield* s.spawn('t', inc);
  yield* inc();
};

/** What a run of the random walk left in the recorder, as text. */
function recorded(execution: Execution, program: Program, seed: number, schedule: number): string {
  const strategy = new RandomWalk(seed);
  strategy.begin(schedule);
  execution.execute(program, strategy);
  const { decisions, decisionCount, trace, traceLength } = execution.recorder;
  return JSON.stringify([
    [...decisions.slice(0, decisionCount)],
    [...trace.slice(0, traceLength)],
    execution.steps,
    execution.failure?.place,
  ]);
}

describe('an execution', () => {
  it('counts as steps the operations that were completed, and nothing else', () => {
    const execution = new Execution();
    const program = scenario('steps', function* (s) {
      const x = s.cell('x', 0);
      s.choose(2);
      const t = yield* s.spawn('t', function* () {
        yield* x.write(1);
      });
      yield* t.join();
      x.peek();
      s.log('done');
    });
    execution.execute(program, new OldestFirst());
    assert.equal(execution.steps, 3);
    assert.equal(execution.recorder.traceLength, 3 * TRACE_WORDS);
  });

  it('records a decision only where there was a choice', () => {
    const execution = new Execution();
    const program = scenario('decisions', function* (s) {
      yield* s.fence();
      yield* s.spawn('t', function* () {
        yield* s.fence();
      });
      yield* s.fence();
      s.choose(1);
      s.choose(3);
    });
    execution.execute(program, new OldestFirst());
    assert.deepEqual([...execution.recorder.takeDecisions()], [0, 0]);
  });

  it('runs one schedule the same way whenever and wherever it runs', () => {
    const program = scenario('lost update', lostUpdate);
    const used = new Execution();
    const property = fc.property(fc.integer(), fc.nat(1000), (seed, schedule) => {
      const again = recorded(used, program, seed, schedule);
      assert.equal(recorded(new Execution(), program, seed, schedule), again);
      assert.equal(recorded(used, program, seed, schedule), again);
    });
    fc.assert(property, { numRuns: 50, seed: 4 });
  });

  it('leaves the same trace in the 1st and the 1,000th run of a schedule', () => {
    const execution = new Execution();
    const program = scenario('lost update', lostUpdate);
    const first = recorded(execution, program, 1, 7);
    for (let run = 0; run < 998; run++) recorded(execution, program, 1, run);
    assert.equal(recorded(execution, program, 1, 7), first);
  });

  it('finds room for scenarios of every size, one after the other', () => {
    const execution = new Execution();
    for (const size of [10, 20_000, 10, 200_000]) {
      const program = scenario('large', function* (s) {
        const a = s.array('a', size, 3);
        const b = s.array('b', size);
        yield* a.write(size - 1, 5);
        yield* b.write(0, yield* a.read(size - 1));
        s.assert(b.peek(0) === 5 && a.peek(0) === 3, 'kept');
      });
      execution.execute(program, new OldestFirst());
      assert.equal(execution.failure, null);
    }
  });

  it('gives objects zeroed words, whatever the run before left there', () => {
    const execution = new Execution();
    const program = scenario('dirty', function* (s) {
      const m = s.mutex('m');
      const a = s.array('a', 4, 0);
      s.assert(a.peek(0) === 0 && a.peek(3) === 0, 'zero');
      for (let i = 0; i < 4; i++) yield* a.write(i, -1);
      yield* m.lock();
    });
    for (let run = 0; run < 2; run++) {
      execution.execute(program, new OldestFirst());
      assert.equal(execution.failure, null);
    }
  });

  it('stops at its limit of steps', () => {
    const failure = runOnce(
      function* (s) {
        const x = s.atomic('x', 0);
        for (;;) yield* x.add(1);
      },
      { maxSteps: 10 },
    );
    assert.equal(failure?.verdict, 'step-limit');
  });

  it('lets a run of exactly its limit through', () => {
    const body: ScenarioBody = function* (s) {
      for (let i = 0; i < 10; i++) yield* s.fence();
    };
    assert.equal(runOnce(body, { maxSteps: 10 }), null);
    assert.equal(runOnce(body, { maxSteps: 9 })?.verdict, 'step-limit');
  });

  it('tells an observer of every step, peek, log and choice, and whose they are', () => {
    const execution = new Execution();
    const lines: string[] = [];
    const observer: StepObserver = {
      wantsStacks: false,
      onStep: (operation, kind, _location, value) =>
        lines.push(`${operation.strand.label} ${kind.label} ${value}`),
      onAccess: (strand) => lines.push(`${strand.label} peeks`),
      onLog: (strand, text) => lines.push(`${strand?.label ?? ''} says ${text}`),
      onChoose: (strand, value, count) => lines.push(`${strand.label} chose ${value} of ${count}`),
    };
    execution.observer = observer;
    const program = scenario('observed', function* (s) {
      const x = s.atomic('x', 4);
      yield* x.add(1);
      s.log(`x is ${x.peek()}`);
      s.choose(2);
    });
    execution.execute(program, new OldestFirst());
    assert.deepEqual(lines, ['main add 4', 'main peeks', 'main says x is 5', 'main chose 0 of 2']);
  });

  it('is the active one only while it runs', () => {
    const execution = new Execution();
    let during: unknown = null;
    const program = scenario('active', function* () {
      during = activeExecution();
    });
    execution.execute(program, new OldestFirst());
    assert.equal(during, execution);
    assert.equal(activeExecution(), null);
  });

  it('beats for a watchdog, once a step', () => {
    const execution = new Execution();
    execution.heartbeat = new Int32Array(3);
    const program = scenario('beats', function* (s) {
      yield* s.spawn('t', function* () {
        yield* s.fence();
      });
    });
    execution.execute(program, new OldestFirst());
    assert.deepEqual([...execution.heartbeat], [1, 2, 1]);
  });

  it('keeps the first of two failures, with the strand at fault', () => {
    const execution = new Execution();
    execution.fail('panic', 'first', { strand: 'main/t', place: 'here 12' });
    execution.fail('leak', 'second');
    assert.equal(execution.failure?.message, 'first');
    assert.equal(execution.failure.strand, 'main/t');
  });

  it('gives one place to failures that differ in values only', () => {
    const places = new Set<string>();
    const { failures } = exhaust(function* (s) {
      const value = s.choose(3);
      yield* s.mutex('m').unlock();
      s.fail(`never ${value}`);
    });
    for (const failure of failures.values()) places.add(failure.place);
    assert.equal(places.size, 1);
  });

  it('judges a clean run at its end, and no other', () => {
    const judged: string[] = [];
    const program = (body: ScenarioBody): Program => {
      const made = scenario('judged', body);
      return {
        name: 'judged',
        start: (execution) => made.start(execution),
        finish: () => judged.push('clean'),
      };
    };
    const execution = new Execution();
    execution.execute(
      program(function* (s) {
        yield* s.fence();
      }),
      new OldestFirst(),
    );
    execution.execute(
      program(function* (s) {
        s.fail('not clean');
      }),
      new OldestFirst(),
    );
    assert.deepEqual(judged, ['clean']);
  });
});
