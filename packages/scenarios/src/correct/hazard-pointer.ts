/**
 * Owns `hazard-pointer`: a reader announces what it is about to read, the writer waits with the free; own
 * program.
 */
import { scenario } from '@smplab/explore';

export default scenario(
  'hazard-pointer',
  function* (s) {
    const first = yield* s.alloc('version', { value: 1 });
    const current = s.atomic('current', first.id);
    const hazard = s.atomic('hazard', 0);
    const look = function* () {
      while (true) {
        const id = yield* current.load();
        yield* hazard.store(id);
        if ((yield* current.load()) !== id) continue;
        const value = yield* s.deref(id).read('value');
        yield* hazard.store(0);
        return value;
      }
    };
    const update = function* () {
      const fresh = yield* s.alloc('version', { value: 2 });
      const old = yield* current.exchange(fresh.id);
      yield* s.waitUntil(() => hazard.peek() !== old);
      yield* s.free(old);
    };

    const reader = yield* s.spawn('reader', look);
    const writer = yield* s.spawn('writer', update);
    const value = yield* reader.join();
    s.assert(value === 1 || value === 2, 'the reader sees one version or the other');
    yield* writer.join();
    yield* s.free(yield* current.load());
  },
  {
    source: 'own program after Michael, Hazard pointers (2004)',
    shows: 'An announcement that is checked once more keeps the object it names from being freed.',
    expected: 'none',
  },
);
