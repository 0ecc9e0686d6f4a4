import assert from 'node:assert/strict';
import { stateHash } from '../../src/detect/livelock.ts';
import { Execution, type ExecutionOptions } from '../../src/engine/execution.ts';
import { scenario, type ScenarioBody } from '../../src/scenario.ts';
import { OldestFirst, runOnce } from '../exploration.ts';

const options: ExecutionOptions = { maxSteps: 500 };

const spin: ScenarioBody = function* (s) {
  const flag = s.atomic('flag', 0);
  const spinner = function* () {
    while ((yield* flag.load()) === 0) yield* s.yield();
  };
  yield* s.spawn('t1', spinner);
  yield* spinner();
};

describe('livelock', () => {
  it('is reported for threads that spin without getting anywhere', () => {
    const failure = runOnce(spin, options);
    assert.equal(failure?.verdict, 'livelock');
    assert.match(failure.message, /main, main\/t1 step for ever/);
    assert.equal(failure.strand, null);
  });

  it('is reported for threads that keep out of each other’s way for ever', () => {
    const failure = runOnce(function* (s) {
      const [a, b] = [s.mutex('a'), s.mutex('b')];
      const polite = (first: typeof a, second: typeof a) =>
        function* () {
          for (;;) {
            yield* first.lock();
            if (yield* second.tryLock()) break;
            yield* first.unlock();
          }
          yield* s.semaphore('stay', 0).wait();
        };
      yield* s.spawn('t', polite(a, b));
      yield* polite(b, a)();
    }, options);
    assert.ok(failure?.verdict === 'livelock' || failure?.verdict === 'deadlock');
  });

  it('is not what a long run is: that has reached the step limit', () => {
    const failure = runOnce(function* (s) {
      const x = s.atomic('x', 0);
      for (let i = 0; i < 100_000; i++) yield* x.add(1);
    }, options);
    assert.equal(failure?.verdict, 'step-limit');
    assert.match(failure.message, /given up after 500 steps/);
    assert.match(failure.details[0], /--max-steps/);
  });

  it('is not what a run is that would end soon', () => {
    const failure = runOnce(function* (s) {
      for (let i = 0; i < 600; i++) yield* s.fence();
    }, options);
    assert.equal(failure?.verdict, 'step-limit');
  });

  it('is not what a fair schedule gets out of', () => {
    const failure = runOnce(function* (s) {
      const flag = s.atomic('flag', 0);
      const t = yield* s.spawn('t', function* () {
        for (let i = 0; i < 10; i++) yield* s.fence();
        yield* flag.store(1);
      });
      while ((yield* flag.load()) === 0) yield* s.fence();
      yield* t.join();
    }, options);
    assert.equal(failure?.verdict, 'step-limit');
  });

  it('is not reported below the limit', () => {
    assert.equal(
      runOnce(function* (s) {
        for (let i = 0; i < 400; i++) yield* s.fence();
      }, options),
      null,
    );
  });

  it('leaves the count of steps and the trace as they were at the limit', () => {
    const execution = new Execution(options);
    execution.execute(scenario('spin', spin), new OldestFirst());
    assert.equal(execution.steps, 500);
    assert.equal(execution.recorder.traceLength, 500 * 4);
  });
});

describe('the hash of a state', () => {
  it('tells values apart, and depends on nothing else', () => {
    const hashOf = (value: number): number => {
      const execution = new Execution();
      const program = scenario('hashed', function* (s) {
        const x = s.atomic('x', 0);
        yield* x.store(value);
      });
      execution.execute(program, new OldestFirst());
      return stateHash(execution);
    };
    assert.equal(hashOf(1), hashOf(1));
    assert.notEqual(hashOf(1), hashOf(2));
  });
});
