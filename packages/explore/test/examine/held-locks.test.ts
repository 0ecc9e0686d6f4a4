import assert from 'node:assert/strict';
import type { ScenarioContext } from '../../src/scenario.ts';
import { parallel } from '../campaign/programs.ts';
import { watch } from './watched.ts';

/** What one thread held at each of its accesses to the cell `x`. */
function heldBy(
  body: (s: ScenarioContext, touch: () => Iterable<unknown>) => Iterator<unknown, unknown>,
): string[] {
  const program = parallel('locks', function* (s) {
    const x = s.cell('x', 0);
    yield* body(s, () => x.read() as Iterable<unknown>) as Generator;
  });
  return watch(program, [])
    .rows.filter((row) => row.object === 'x')
    .map((row) => row.holding.join(' '));
}

describe('the locks a strand holds', () => {
  it('are those it took and has not given back, in the order it took them', () => {
    const held = heldBy(function* (s, touch) {
      const [a, b] = [s.mutex('a'), s.mutex('b')];
      yield* touch();
      yield* a.lock();
      yield* touch();
      yield* b.lock();
      yield* touch();
      yield* a.unlock();
      yield* touch();
      yield* b.unlock();
      yield* touch();
    });
    assert.deepEqual(held, ['', 'a', 'a b', 'b', '']);
  });

  it('are followed through tryLock', () => {
    const held = heldBy(function* (s, touch) {
      const a = s.mutex('a');
      yield* a.tryLock();
      yield* touch();
      yield* a.tryLock();
      yield* touch();
      yield* a.unlock();
      yield* touch();
    });
    assert.deepEqual(held, ['a', 'a', '']);
  });

  it('are followed through readers and writers', () => {
    const held = heldBy(function* (s, touch) {
      const l = s.rwlock('l');
      yield* l.readLock();
      yield* touch();
      yield* l.readUnlock();
      yield* touch();
      yield* l.tryWriteLock();
      yield* touch();
      yield* l.tryReadLock();
      yield* touch();
      yield* l.writeUnlock();
      yield* touch();
    });
    assert.deepEqual(held, ['l', '', 'l', 'l', '']);
  });

  it('are without the mutex while a thread sleeps in a condition variable', () => {
    const held: [string, string][] = [];
    const program = parallel('sleeps', function* (s) {
      const [m, c, x, asleep] = [s.mutex('m'), s.cond('c'), s.cell('x', 0), s.atomic('asleep', 0)];
      yield* s.spawn('sleeper', function* () {
        yield* m.lock();
        yield* x.read();
        yield* asleep.store(1);
        yield* c.wait(m);
        yield* x.read();
        yield* m.unlock();
        yield* x.read();
      });
      yield* s.waitUntil(() => asleep.peek() === 1);
      yield* m.lock();
      yield* x.read();
      yield* m.unlock();
      yield* c.signal();
    });
    for (const row of watch(program, []).rows) {
      if (row.object === 'x') held.push([row.strand === 0 ? 'main' : 'sleeper', row.holding.join()]);
    }
    assert.deepEqual(held, [
      ['sleeper', 'm'],
      ['main', 'm'],
      ['sleeper', 'm'],
      ['sleeper', ''],
    ]);
  });
});
