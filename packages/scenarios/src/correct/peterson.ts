/** Owns `peterson`: mutual exclusion of two threads by loads and stores alone; own program. */
import { scenario } from '@smplab/explore';

export default scenario(
  'peterson',
  function* (s) {
    const wants = [s.atomic('wants 0', 0), s.atomic('wants 1', 0)];
    const turn = s.atomic('turn', 0);
    const counter = s.cell('counter', 0);
    const work = (me: number) =>
      function* () {
        const other = 1 - me;
        yield* wants[me].store(1);
        yield* turn.store(other);
        while ((yield* wants[other].load()) === 1 && (yield* turn.load()) === other) yield* s.yield();
        yield* counter.write((yield* counter.read()) + 1);
        yield* wants[me].store(0);
      };

    const one = yield* s.spawn('t0', work(0));
    const two = yield* s.spawn('t1', work(1));
    yield* one.join();
    yield* two.join();
    s.assert(counter.peek() === 2, 'every increment counts');
  },
  {
    source: 'own program after Peterson, Myths about the mutual exclusion problem (1981)',
    shows: 'Two flags and a turn exclude each other where memory is sequentially consistent.',
    expected: 'none',
  },
);
