/**
 * Owns `counted-snapshot`: readers work on an immutable copy that lives until its last reader lets go; own
 * program.
 */
import { scenario, type ScenarioContext } from '@smplab/explore';

/** The current copy, counted by its readers and by being current; the counts are kept under the lock. */
function makeSnapshots(s: ScenarioContext, firstId: number) {
  const m = s.mutex('m');
  const current = s.cell('current', firstId);

  const drop = function* (id: number) {
    yield* m.lock();
    const users = (yield* s.deref(id).read('users')) - 1;
    yield* s.deref(id).write('users', users);
    yield* m.unlock();
    if (users === 0) yield* s.free(id);
  };
  const take = function* () {
    yield* m.lock();
    const id = yield* current.read();
    yield* s.deref(id).write('users', (yield* s.deref(id).read('users')) + 1);
    yield* m.unlock();
    return id;
  };
  const replace = function* (id: number) {
    yield* m.lock();
    const old = yield* current.read();
    yield* current.write(id);
    yield* m.unlock();
    yield* drop(old);
  };
  return { drop, take, replace };
}

export default scenario(
  'counted-snapshot',
  function* (s) {
    const first = yield* s.alloc('copy', { users: 1, x: 1, y: 1 });
    const snapshots = makeSnapshots(s, first.id);
    const reader = yield* s.spawn('reader', function* () {
      const id = yield* snapshots.take();
      const copy = s.deref(id);
      s.assert((yield* copy.read('x')) === (yield* copy.read('y')), 'a copy does not change');
      yield* snapshots.drop(id);
    });
    const writer = yield* s.spawn('writer', function* () {
      const copy = yield* s.alloc('copy', { users: 1, x: 2, y: 2 });
      yield* snapshots.replace(copy.id);
    });
    yield* reader.join();
    yield* writer.join();
    const last = yield* snapshots.take();
    yield* snapshots.drop(last);
    yield* snapshots.drop(last);
  },
  {
    source: 'own program after copy on write with reference counts',
    shows: 'A count that is taken under the lock keeps a copy alive for as long as it is read.',
    expected: 'none',
  },
);
