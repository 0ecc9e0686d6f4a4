/** Owns `sense-barrier`: a barrier of a counter and a flag that turns over; own program. */
import { scenario } from '@smplab/explore';

const THREADS = 2;
const PHASES = 2;

export default scenario(
  'sense-barrier',
  function* (s) {
    const missing = s.atomic('missing', THREADS);
    const sense = s.atomic('sense', 0);
    const reached = s.array('reached', THREADS, 0);
    const meet = function* (mine: number) {
      if ((yield* missing.sub(1)) === 1) {
        yield* missing.store(THREADS);
        yield* sense.store(mine);
      } else {
        while ((yield* sense.load()) !== mine) yield* s.yield();
      }
    };
    const work = (me: number) =>
      function* () {
        for (let phase = 1; phase <= PHASES; phase++) {
          yield* reached.write(me, phase);
          yield* meet(phase & 1);
          if (phase === PHASES) s.assert((yield* reached.read(1 - me)) === phase, 'nobody is left behind');
        }
      };

    const one = yield* s.spawn('t0', work(0));
    const two = yield* s.spawn('t1', work(1));
    yield* one.join();
    yield* two.join();
  },
  {
    source: 'own program after the sense-reversing barrier (Hensgen, Finkel and Manber, 1988)',
    shows: 'The barrier can be used again at once, because each phase waits for the other sense.',
    expected: 'none',
  },
);
