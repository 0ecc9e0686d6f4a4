import assert from 'node:assert/strict';
import type { ScenarioBody } from '../../src/scenario.ts';
import { endsWith, exhaust } from '../exploration.ts';

/** A consumer that tests the flag and then sleeps; `atomically` or with a gap for the producer in between. */
const handOver = (atomically: boolean): ScenarioBody =>
  function* (s) {
    const m = s.mutex('m');
    const c = s.cond('c');
    const ready = s.atomic('ready', 0);
    yield* s.spawn('consumer', function* () {
      if (atomically) yield* m.lock();
      while ((yield* ready.load()) === 0) {
        if (!atomically) yield* m.lock();
        yield* c.wait(m);
        if (!atomically) yield* m.unlock();
      }
      if (atomically) yield* m.unlock();
    });
    yield* m.lock();
    yield* ready.store(1);
    yield* c.signal();
    yield* m.unlock();
  };

describe('lost wakeup', () => {
  it('is reported for a signal between the test and the sleep', () => {
    const { verdicts, failures } = exhaust(handOver(false));
    assert.ok(verdicts['lost-wakeup'] > 0 && verdicts.none > 0);
    assert.equal(verdicts.deadlock, undefined);
    const { message, strand, details } = failures.get('lost-wakeup')!;
    assert.match(message, /main\/consumer sleeps on c for ever, though it would go on if it were woken/);
    assert.equal(strand, 'main/consumer');
    assert.match(details[0], /main\/consumer sleeps in c\.wait\(\), not signalled/);
  });

  it('is not there when test and sleep are one', () => {
    assert.deepEqual(Object.keys(exhaust(handOver(true)).verdicts), ['none']);
  });

  it('is reported for a signal to one where a broadcast was needed', () => {
    const waiters = (wakeUp: 'signal' | 'broadcast'): Record<string, number> =>
      exhaust(
        function* (s) {
          const m = s.mutex('m');
          const c = s.cond('c');
          const ready = s.atomic('ready', 0);
          const waiter = function* () {
            yield* m.lock();
            while (ready.peek() === 0) yield* c.wait(m);
            yield* m.unlock();
          };
          yield* s.spawn('t1', waiter);
          yield* s.spawn('t2', waiter);
          yield* m.lock();
          yield* ready.store(1);
          yield* c[wakeUp]();
          yield* m.unlock();
        },
        { races: false },
      ).verdicts;
    assert.ok(waiters('signal')['lost-wakeup'] > 0);
    assert.deepEqual(Object.keys(waiters('broadcast')), ['none']);
  });

  it('is a deadlock if the sleeper, woken, would go back to sleep', () => {
    endsWith(
      'deadlock',
      function* (s) {
        const m = s.mutex('m');
        const c = s.cond('c');
        const never = s.cell('never', 0);
        yield* m.lock();
        while ((yield* never.read()) === 0) yield* c.wait(m);
      },
      /main waits for ever/,
    );
  });

  it('is a deadlock if the sleeper, woken, could not have its mutex', () => {
    endsWith('deadlock', function* (s) {
      const m = s.mutex('m');
      const c = s.cond('c');
      yield* s.spawn('sleeper', function* () {
        yield* m.lock();
        yield* c.wait(m);
        yield* m.unlock();
      });
      yield* s.yield();
      yield* s.yield();
      yield* m.lock();
      yield* s.semaphore('never', 0).wait();
    });
  });

  it('leaves no race, no step and no branch of what the sleeper would have done', () => {
    const { runs, verdicts, races } = exhaust(function* (s) {
      const m = s.mutex('m');
      const c = s.cond('c');
      const x = s.cell('x', 0);
      yield* m.lock();
      yield* s.spawn('t', function* () {
        yield* x.write(1);
      });
      yield* c.wait(m);
      s.choose(3);
      yield* x.write(2);
      s.fail('it never comes here');
    });
    assert.equal(runs, 2);
    assert.deepEqual(verdicts, { 'lost-wakeup': 2 });
    assert.deepEqual(races, []);
  });
});
