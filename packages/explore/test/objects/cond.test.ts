import assert from 'node:assert/strict';
import type { CondOptions } from '../../src/objects/cond.ts';
import { endsWith, exhaust, runOnce } from '../exploration.ts';

/** Two sleepers and one signal; gives the sets of sleepers that were woken, in all interleavings. */
function woken(options: CondOptions, wakeUp: 'signal' | 'broadcast'): Set<string> {
  const seen = new Set<string>();
  exhaust(function* (s) {
    const m = s.mutex('m');
    const c = s.cond('c', options);
    const asleep = s.atomic('asleep', 0);
    const awake: string[] = [];
    const up = s.atomic('up', 0);
    const sleeper = (name: string) =>
      function* () {
        yield* m.lock();
        yield* asleep.add(1);
        yield* c.wait(m);
        awake.push(name);
        yield* up.add(1);
        yield* m.unlock();
      };
    yield* s.spawn('first', sleeper('first'));
    yield* s.waitUntil(() => asleep.peek() === 1);
    yield* s.spawn('second', sleeper('second'));
    yield* s.waitUntil(() => asleep.peek() === 2);
    yield* m.lock();
    yield* c[wakeUp]();
    yield* m.unlock();
    yield* s.waitUntil(() => up.peek() > 0);
    yield* m.lock();
    seen.add(awake.join());
    s.fail('enough seen');
  });
  return seen;
}

describe('cond', () => {
  it('loses no wakeup when the waiter tests its condition under the mutex', () => {
    const { verdicts, races } = exhaust(function* (s) {
      const m = s.mutex('m');
      const c = s.cond('c');
      const ready = s.cell('ready', 0);
      yield* s.spawn('t', function* () {
        yield* m.lock();
        yield* ready.write(1);
        yield* c.signal();
        yield* m.unlock();
      });
      yield* m.lock();
      while ((yield* ready.read()) === 0) yield* c.wait(m);
      yield* m.unlock();
    });
    assert.deepEqual(Object.keys(verdicts), ['none']);
    assert.deepEqual(races, []);
  });

  it('orders a signal before the wakeup it causes', () => {
    const { races, verdicts } = exhaust(function* (s) {
      const m = s.mutex('m');
      const c = s.cond('c');
      const asleep = s.atomic('asleep', 0);
      const x = s.cell('x', 0);
      yield* s.spawn('t', function* () {
        yield* m.lock();
        yield* asleep.store(1);
        yield* c.wait(m);
        yield* x.read();
        yield* m.unlock();
      });
      yield* s.waitUntil(() => asleep.peek() === 1);
      yield* m.lock();
      yield* m.unlock();
      yield* x.write(1);
      yield* c.signal();
    });
    assert.deepEqual(races, []);
    assert.deepEqual(Object.keys(verdicts), ['none']);
  });

  it('gives the mutex up while it sleeps, and has it again afterwards', () => {
    endsWith(
      'lock-misuse',
      function* (s) {
        const m = s.mutex('m');
        const c = s.cond('c');
        const t = yield* s.spawn('t', function* () {
          yield* m.lock();
          yield* c.wait(m);
          yield* m.unlock();
        });
        yield* s.yield();
        yield* s.yield();
        s.assert(yield* m.tryLock(), 'given up');
        yield* c.signal();
        yield* m.unlock();
        yield* t.join();
        s.assert(yield* m.tryLock(), 'given back');
        yield* m.unlock();
        yield* m.unlock();
      },
      /main unlocks mutex m, which nobody holds/,
    );
  });

  it('is two steps a wait', () => {
    let order = '';
    const orders = new Set<string>();
    exhaust(function* (s) {
      order = '';
      const m = s.mutex('m');
      const c = s.cond('c', { spurious: true });
      const t = yield* s.spawn('t', function* () {
        yield* s.fence();
        order += 't';
      });
      yield* m.lock();
      order += 'l';
      yield* c.wait(m);
      order += 'w';
      yield* m.unlock();
      yield* t.join();
      orders.add(order);
    });
    assert.deepEqual(orders, new Set(['tlw', 'ltw', 'lwt']));
  });

  it('wakes the longest sleeper by a signal, all by a broadcast', () => {
    assert.deepEqual(woken({}, 'signal'), new Set(['first']));
    assert.deepEqual(woken({}, 'broadcast'), new Set(['first', 'second', 'first,second', 'second,first']));
  });

  it('may be told to let a signal wake any sleeper', () => {
    assert.deepEqual(woken({ wake: 'any' }, 'signal'), new Set(['first', 'second']));
  });

  it('drops a signal that nobody waits for', () => {
    endsWith(
      'lost-wakeup',
      function* (s) {
        const m = s.mutex('m');
        const c = s.cond('c');
        yield* c.signal();
        yield* m.lock();
        yield* c.wait(m);
      },
      /main sleeps on c for ever/,
    );
  });

  it('wakes nobody by itself unless it may', () => {
    const body = (spurious: boolean) =>
      exhaust(function* (s) {
        const m = s.mutex('m');
        const c = s.cond('c', { spurious });
        yield* m.lock();
        yield* c.wait(m);
        yield* m.unlock();
      }).verdicts;
    assert.deepEqual(body(false), { 'lost-wakeup': 1 });
    assert.deepEqual(body(true), { none: 1 });
  });

  it('tells a timed wait whether it was signalled, and explores both', () => {
    const seen = new Set<boolean>();
    const { verdicts } = exhaust(function* (s) {
      const m = s.mutex('m');
      const c = s.cond('c');
      yield* s.spawn('t', function* () {
        yield* c.signal();
      });
      yield* m.lock();
      seen.add(yield* c.waitTimeout(m));
      yield* m.unlock();
    });
    assert.deepEqual(seen, new Set([true, false]));
    assert.deepEqual(Object.keys(verdicts), ['none']);
  });

  it('takes a sleeper that gave up off the queue, so that the signal goes to the next', () => {
    const { verdicts } = exhaust(function* (s) {
      const m = s.mutex('m');
      const c = s.cond('c');
      const asleep = s.atomic('asleep', 0);
      yield* m.lock();
      s.assert(!(yield* c.waitTimeout(m)), 'nobody signals');
      yield* m.unlock();
      const t = yield* s.spawn('t', function* () {
        yield* m.lock();
        yield* asleep.store(1);
        yield* c.wait(m);
        yield* m.unlock();
      });
      yield* s.waitUntil(() => asleep.peek() === 1);
      yield* m.lock();
      yield* c.signal();
      yield* m.unlock();
      yield* t.join();
    });
    assert.deepEqual(Object.keys(verdicts), ['none']);
  });

  it('may be waited on with a mutex in hand only', () => {
    endsWith(
      'lock-misuse',
      function* (s) {
        yield* s.cond('c').wait(s.mutex('m'));
      },
      /main waits with mutex m, which nobody holds/,
    );
    endsWith(
      'lock-misuse',
      function* (s) {
        yield* s.cond('c').waitTimeout(s.mutex('m'));
      },
      /main waits with mutex m, which nobody holds/,
    );
  });

  it('needs a mutex to wait with', () => {
    endsWith(
      'scenario-misuse',
      function* (s) {
        yield* s.cond('c').wait(undefined as never);
      },
      /c\.wait\(\) needs the mutex/,
    );
  });

  it('refuses a mutex of another run', () => {
    let kept: ReturnType<Parameters<Parameters<typeof runOnce>[0]>[0]['mutex']> | null = null;
    runOnce(function* (s) {
      kept = s.mutex('old');
    });
    endsWith(
      'scenario-misuse',
      function* (s) {
        const m = s.mutex('m');
        yield* m.lock();
        yield* s.cond('c').wait(kept!);
      },
      /another run/,
    );
  });
});
