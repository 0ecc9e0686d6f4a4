/**
 * Owns `barrier-phases`: threads that write their own half and read the other one, phase by phase; own
 * program.
 */
import { scenario } from '@smplab/explore';

const THREADS = 2;
const PHASES = 2;

export default scenario(
  'barrier-phases',
  function* (s) {
    const barrier = s.barrier('barrier', THREADS);
    const halves = s.array('halves', THREADS, 1);
    const work = (me: number) =>
      function* () {
        for (let phase = 0; phase < PHASES; phase++) {
          const other = yield* halves.read(1 - me);
          yield* barrier.wait();
          yield* halves.write(me, (yield* halves.read(me)) + other);
          yield* barrier.wait();
        }
      };

    const one = yield* s.spawn('t0', work(0));
    const two = yield* s.spawn('t1', work(1));
    yield* one.join();
    yield* two.join();
    s.assert(halves.peek(0) === 4 && halves.peek(1) === 4, 'both halves double in each phase');
  },
  {
    source: 'own program',
    shows: 'A barrier between reading and writing makes plain shared memory safe.',
    expected: 'none',
  },
);
