/**
 * Owns `double-checked-init`: an object made by whoever comes first, looked for without the lock; own
 * program.
 */
import { scenario } from '@smplab/explore';

export default scenario(
  'double-checked-init',
  function* (s) {
    const m = s.mutex('m');
    const instance = s.atomic('instance', 0);
    const get = function* () {
      const seen = yield* instance.load();
      if (seen !== 0) return seen;
      yield* m.lock();
      let id = yield* instance.load();
      if (id === 0) {
        const made = yield* s.alloc('instance', { ready: 0 });
        yield* made.write('ready', 1);
        id = made.id;
        yield* instance.store(id);
      }
      yield* m.unlock();
      return id;
    };
    const use = function* () {
      const id = yield* get();
      s.assert((yield* s.deref(id).read('ready')) === 1, 'the instance is complete when it is seen');
      return id;
    };

    const one = yield* s.spawn('t1', use);
    const two = yield* s.spawn('t2', use);
    const id = yield* one.join();
    s.assert(id === (yield* two.join()), 'there is one instance');
    yield* s.free(id);
  },
  {
    source: 'own program after Schmidt and Harrison, Double-checked locking (1996), with an atomic pointer',
    shows: 'The pointer is published after the object is complete, and read atomically.',
    expected: 'none',
  },
);
