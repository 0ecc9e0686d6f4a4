/** Owns `rcu-pointer`: read-copy-update with a grace period before the old version is freed; own program. */
import { scenario } from '@smplab/explore';

const READERS = 2;

export default scenario(
  'rcu-pointer',
  function* (s) {
    const first = yield* s.alloc('version', { a: 1, b: 1 });
    const current = s.atomic('current', first.id);
    const inside = Array.from({ length: READERS }, (_, i) => s.atomic(`inside ${i}`, 0));
    const look = (me: number) =>
      function* () {
        yield* inside[me].store(1);
        const version = s.deref(yield* current.load());
        s.assert((yield* version.read('a')) === (yield* version.read('b')), 'a version is read whole');
        yield* inside[me].store(0);
      };
    const update = function* () {
      const fresh = yield* s.alloc('version', { a: 2, b: 2 });
      const old = yield* current.exchange(fresh.id);
      for (const reader of inside) yield* s.waitUntil(() => reader.peek() === 0);
      yield* s.free(old);
    };

    const threads = [];
    for (let i = 0; i < READERS; i++) threads.push(yield* s.spawn(`reader ${i}`, look(i)));
    threads.push(yield* s.spawn('writer', update));
    for (const thread of threads) yield* thread.join();
    yield* s.free(yield* current.load());
  },
  {
    source: 'own program after read-copy-update (McKenney and Slingwine, 1998)',
    shows: 'Whoever could still see the old version has left before it is freed.',
    expected: 'none',
  },
);
