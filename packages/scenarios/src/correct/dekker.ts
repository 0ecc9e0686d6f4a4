/** Owns `dekker`: the first mutual exclusion of two threads by loads and stores; own program. */
import { scenario } from '@smplab/explore';

export default scenario(
  'dekker',
  function* (s) {
    const wants = [s.atomic('wants 0', 0), s.atomic('wants 1', 0)];
    const turn = s.atomic('turn', 0);
    const counter = s.cell('counter', 0);
    const enter = function* (me: number) {
      const other = 1 - me;
      yield* wants[me].store(1);
      while ((yield* wants[other].load()) === 1) {
        if ((yield* turn.load()) === me) {
          yield* s.yield();
          continue;
        }
        yield* wants[me].store(0);
        yield* s.waitUntil(() => turn.peek() === me);
        yield* wants[me].store(1);
      }
    };
    const work = (me: number) =>
      function* () {
        yield* enter(me);
        yield* counter.write((yield* counter.read()) + 1);
        yield* turn.store(1 - me);
        yield* wants[me].store(0);
      };

    const one = yield* s.spawn('t0', work(0));
    const two = yield* s.spawn('t1', work(1));
    yield* one.join();
    yield* two.join();
    s.assert(counter.peek() === 2, 'every increment counts');
  },
  {
    source: "own program after Dekker's algorithm (Dijkstra, 1965)",
    shows: 'The thread whose turn it is not steps back; both get in, one at a time.',
    expected: 'none',
  },
);
