import assert from 'node:assert/strict';
import type { Thread } from '../../src/engine/thread.ts';
import type { ScenarioBody } from '../../src/scenario.ts';
import { endsWith, exhaust } from '../exploration.ts';

/** Threads that each lock a mutex and the next one round a ring; the last in the other order if `ordered`. */
const ring = (size: number, ordered: boolean): ScenarioBody =>
  function* (s) {
    const locks = Array.from({ length: size }, (_, i) => s.mutex(`m${i}`));
    for (let i = 0; i < size; i++) {
      const own = [locks[i], locks[(i + 1) % size]];
      if (ordered && i === size - 1) own.reverse();
      yield* s.spawn(`t${i}`, function* () {
        for (const lock of own) yield* lock.lock();
        for (const lock of own) yield* lock.unlock();
      });
    }
  };

describe('deadlock', () => {
  it('of two threads that lock in opposite order is reported with the cycle', () => {
    const { verdicts, failures } = exhaust(ring(2, false));
    assert.ok(verdicts.deadlock > 0 && verdicts.none > 0);
    const { message, details, strand } = failures.get('deadlock')!;
    assert.match(message, /main\/t0 and main\/t1 wait for each other/);
    assert.match(details[0], /main\/t0 waits in m1\.lock\(\), held by main\/t1/);
    assert.match(details[1], /main\/t1 waits in m0\.lock\(\), held by main\/t0/);
    assert.equal(strand, null);
  });

  it('of three threads in a ring names all three', () => {
    const { failures } = exhaust(ring(3, false), { races: false });
    assert.match(failures.get('deadlock')!.message, /main\/t0, main\/t1 and main\/t2 wait for each other/);
  });

  it('is not there when all lock in one order', () => {
    assert.deepEqual(Object.keys(exhaust(ring(2, true)).verdicts), ['none']);
    assert.deepEqual(Object.keys(exhaust(ring(3, true), { races: false }).verdicts), ['none']);
  });

  it('of a thread with itself is reported as such', () => {
    endsWith(
      'deadlock',
      function* (s) {
        const m = s.mutex('m');
        yield* m.lock();
        yield* m.lock();
      },
      /main waits for itself/,
    );
  });

  it('of threads that join each other is reported', () => {
    endsWith(
      'deadlock',
      function* (s) {
        const threads: Thread[] = [];
        const joins = (other: number) =>
          function* () {
            yield* s.fence();
            yield* threads[other].join();
          };
        threads.push(yield* s.spawn('a', joins(1)));
        threads.push(yield* s.spawn('b', joins(0)));
        yield* threads[0].join();
      },
      /main\/a and main\/b wait for each other/,
    );
  });

  it('of a thread that joins itself is reported', () => {
    endsWith(
      'deadlock',
      function* (s) {
        let self: Thread | null = null;
        self = yield* s.spawn('t', function* () {
          yield* s.fence();
          yield* self!.join();
        });
        yield* self.join();
      },
      /main\/t waits for itself/,
    );
  });

  it('through a lock and a join is reported', () => {
    endsWith(
      'deadlock',
      function* (s) {
        const m = s.mutex('m');
        yield* m.lock();
        const t = yield* s.spawn('t', function* () {
          yield* m.lock();
        });
        yield* t.join();
      },
      /main and main\/t wait for each other/,
    );
  });

  it('through a reader/writer lock is reported', () => {
    const { failures } = exhaust(function* (s) {
      const [m, rw] = [s.mutex('m'), s.rwlock('rw')];
      yield* s.spawn('t', function* () {
        yield* rw.readLock();
        yield* m.lock();
      });
      yield* m.lock();
      yield* rw.writeLock();
      yield* rw.writeUnlock();
      yield* m.unlock();
    });
    assert.match(failures.get('deadlock')!.message, /main and main\/t wait for each other/);
  });

  it('of a writer with one of several readers is reported while the others read on', () => {
    const { messages } = exhaust(
      function* (s) {
        const rw = s.rwlock('rw');
        const m = s.mutex('m');
        const held = s.semaphore('held', 0);
        yield* s.spawn('reader', function* () {
          yield* rw.readLock();
          yield* held.post();
          for (let i = 0; i < 2; i++) yield* s.fence();
          yield* rw.readUnlock();
        });
        yield* s.spawn('stuck', function* () {
          yield* held.wait();
          yield* rw.readLock();
          yield* m.lock();
          yield* rw.readUnlock();
        });
        yield* m.lock();
        yield* rw.writeLock();
        yield* rw.writeUnlock();
        yield* m.unlock();
      },
      { races: false },
    );
    assert.ok(messages.has('main and main/stuck wait for each other (1 other thread could go on)'));
  });

  it('of a part of the threads is reported while another could go on for ever', () => {
    const { messages, verdicts } = exhaust(function* (s) {
      const [a, b] = [s.mutex('a'), s.mutex('b')];
      const both = (first: typeof a, second: typeof a) =>
        function* () {
          yield* first.lock();
          yield* second.lock();
          yield* second.unlock();
          yield* first.unlock();
        };
      yield* s.spawn('t', both(a, b));
      yield* s.spawn('u', both(b, a));
      for (let i = 0; i < 3; i++) yield* s.fence();
    });
    assert.deepEqual(Object.keys(verdicts).sort(), ['deadlock', 'none']);
    assert.deepEqual(
      messages,
      new Set([
        'main/t and main/u wait for each other',
        'main/t and main/u wait for each other (1 other thread could go on)',
      ]),
    );
  });

  it('is reported for a lock whose holder has ended, wherever that is first seen', () => {
    const failure = endsWith(
      'deadlock',
      function* (s) {
        const m = s.mutex('m');
        const t = yield* s.spawn('t', function* () {
          yield* m.lock();
        });
        yield* t.join();
        yield* m.lock();
      },
      /main waits for ever/,
    );
    assert.match(failure.details[0], /main waits in m\.lock\(\), held by main\/t \(which has ended\)/);
    endsWith(
      'deadlock',
      function* (s) {
        const m = s.mutex('m');
        const t = yield* s.spawn('t', function* () {
          yield* m.lock();
        });
        yield* t.join();
        yield* s.spawn('born doomed', function* () {
          yield* m.lock();
        });
        yield* s.fence();
        s.fail('too late');
      },
      /main\/born doomed/,
    );
  });

  it('is not there while a holder sleeps on something anybody may give', () => {
    const { verdicts } = exhaust(function* (s) {
      const m = s.mutex('m');
      const sem = s.semaphore('sem', 0);
      yield* s.spawn('t', function* () {
        yield* m.lock();
        yield* sem.wait();
        yield* m.unlock();
      });
      yield* s.spawn('u', function* () {
        yield* m.lock();
        yield* m.unlock();
      });
      yield* sem.post();
      yield* sem.post();
    });
    assert.deepEqual(Object.keys(verdicts), ['none']);
  });

  it('is what it is called when nobody can move and no wakeup was lost', () => {
    const { message, details } = endsWith('deadlock', function* (s) {
      const flag = s.atomic('flag', 0);
      yield* s.spawn('t', function* () {
        yield* s.semaphore('sem', 0).wait();
      });
      yield* s.waitUntil(() => flag.peek() === 1);
    });
    assert.match(message, /main and main\/t wait for ever/);
    assert.match(details.join('\n'), /sem\.wait\(\)/);
    assert.match(details.join('\n'), /waitUntil/);
  });
});
