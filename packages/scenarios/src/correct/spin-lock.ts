/** Owns `spin-lock`: test, then test-and-set, with a yield while it is held; own program. */
import { scenario } from '@smplab/explore';

export default scenario(
  'spin-lock',
  function* (s) {
    const held = s.atomic('held', 0);
    const counter = s.cell('counter', 0);
    const lock = function* () {
      while (true) {
        while ((yield* held.load()) !== 0) yield* s.yield();
        if ((yield* held.exchange(1)) === 0) return;
      }
    };
    const work = function* () {
      yield* lock();
      yield* counter.write((yield* counter.read()) + 1);
      yield* held.store(0);
    };

    const one = yield* s.spawn('t1', work);
    const two = yield* s.spawn('t2', work);
    yield* one.join();
    yield* two.join();
    s.assert(counter.peek() === 2, 'every increment counts');
  },
  {
    source: 'own program after the test-and-test-and-set lock (Rudolph and Segall, 1984)',
    shows: 'A spin lock orders the plain accesses inside it, and spinning with a yield ends.',
    expected: 'none',
  },
);
