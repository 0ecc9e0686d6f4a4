/** Owns `ticket-lock`: a fair lock of two counters, as in DragonFly and Linux; own program. */
import { scenario } from '@smplab/explore';

const ROUNDS = 2;

export default scenario(
  'ticket-lock',
  function* (s) {
    const next = s.atomic('next', 0);
    const serving = s.atomic('serving', 0);
    const counter = s.cell('counter', 0);
    const work = function* () {
      for (let round = 0; round < ROUNDS; round++) {
        const ticket = yield* next.add(1);
        while ((yield* serving.load()) !== ticket) yield* s.yield();
        yield* counter.write((yield* counter.read()) + 1);
        yield* serving.store(ticket + 1);
      }
    };

    const one = yield* s.spawn('t1', work);
    const two = yield* s.spawn('t2', work);
    yield* one.join();
    yield* two.join();
    s.assert(counter.peek() === 2 * ROUNDS, 'every increment counts');
  },
  {
    source: 'own program after the ticket lock of Mellor-Crummey and Scott (1991)',
    shows: 'Tickets let threads in one at a time and in order; waiting ends with a yield.',
    expected: 'none',
  },
);
