/** Owns the small programs that the tests of search, strategies and shrinking share. */
import type { Execution, Program } from '../../src/engine/execution.ts';
import { startThread } from '../../src/engine/thread.ts';
import { type ScenarioBody, type Scenario, scenario, ScenarioContext } from '../../src/scenario.ts';

/** The example of the contract: two threads load, add one, store. */
export const lostUpdate: Scenario = scenario('lost update', function* (s) {
  const x = s.atomic('x', 0);
  const inc = function* (): Generator<unknown, void> {
    const v = yield* x.load();
    yield* x.store(v + 1);
  };
  const t1 = yield* s.spawn('t1', inc);
  const t2 = yield* s.spawn('t2', inc);
  yield* t1.join();
  yield* t2.join();
  s.assert(x.peek() === 2, 'x must be 2');
});

/** The same under a mutex: correct, and small enough to be proved. */
export const guarded: Scenario = scenario('guarded', function* (s) {
  const m = s.mutex('m');
  const x = s.cell('x', 0);
  const inc = function* (): Generator<unknown, void> {
    yield* m.lock();
    yield* x.write((yield* x.read()) + 1);
    yield* m.unlock();
  };
  const t1 = yield* s.spawn('t1', inc);
  const t2 = yield* s.spawn('t2', inc);
  yield* t1.join();
  yield* t2.join();
  s.assert(x.peek() === 2, 'both count');
});

/** Two mutexes taken in opposite orders. */
export const abba: Scenario = scenario('abba', function* (s) {
  const [a, b] = [s.mutex('a'), s.mutex('b')];
  yield* s.spawn('t1', function* () {
    yield* a.lock();
    yield* b.lock();
    yield* b.unlock();
    yield* a.unlock();
  });
  yield* s.spawn('t2', function* () {
    yield* b.lock();
    yield* a.lock();
    yield* a.unlock();
    yield* b.unlock();
  });
});

/** Wrong as soon as the user of a value comes before its maker, which needs no preemption. */
export const orderViolation: Scenario = scenario('order violation', function* (s) {
  const ready = s.atomic('ready', 0);
  yield* s.spawn('maker', function* () {
    yield* ready.store(1);
  });
  yield* s.spawn('user', function* () {
    s.assert((yield* ready.load()) === 1, 'used before it was made');
  });
});

/** Nothing wrong but a write and a read that nothing orders. */
export const racy: Scenario = scenario('racy', function* (s) {
  const m = s.mutex('m');
  const x = s.cell('x', 0);
  yield* s.spawn('t1', function* () {
    yield* m.lock();
    yield* x.write(1);
    yield* m.unlock();
  });
  yield* s.spawn('t2', function* () {
    yield* x.read();
  });
});

/** Threads that never touch one thing. */
export const apart: Scenario = scenario('apart', function* (s) {
  const [x, y] = [s.cell('x', 0), s.cell('y', 0)];
  yield* s.spawn('t1', function* () {
    yield* x.write(1);
  });
  yield* s.spawn('t2', function* () {
    yield* y.write(1);
  });
});

/** A program of threads t1, t2 ... that all start at once, without a thread that spawns them. */
export function parallel(name: string, ...bodies: readonly ScenarioBody[]): Program {
  return {
    name,
    start(execution: Execution): void {
      const s = new ScenarioContext(execution);
      bodies.forEach((body, i) => {
        startThread(execution, `t${i + 1}`, null, () => body(s));
      });
    },
  };
}

/** Threads that each add `times` to one atomic, and nothing else. */
export function adders(...times: readonly number[]): Program {
  return parallel(
    `adders ${times.join(' ')}`,
    ...times.map((count): ScenarioBody => {
      return function* (s) {
        const x = sharedAtomic(s);
        for (let i = 0; i < count; i++) yield* x.add(1);
      };
    }),
  );
}

const atomics = new WeakMap<ScenarioContext, ReturnType<ScenarioContext['atomic']>>();

/** The one atomic `x` of a context: the first thread that asks makes it. */
export function sharedAtomic(s: ScenarioContext): ReturnType<ScenarioContext['atomic']> {
  let x = atomics.get(s);
  if (x === undefined) atomics.set(s, (x = s.atomic('x', 0)));
  return x;
}
