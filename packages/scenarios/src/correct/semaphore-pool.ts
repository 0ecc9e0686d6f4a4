/** Owns `semaphore-pool`: three workers share two seats, counted by a semaphore; own program. */
import { scenario } from '@smplab/explore';

const SEATS = 2;
const WORKERS = 3;

export default scenario(
  'semaphore-pool',
  function* (s) {
    const free = s.semaphore('free seats', SEATS);
    const taken = Array.from({ length: SEATS }, (_, i) => s.atomic(`seat ${i}`, 0));
    const uses = s.array('uses', SEATS, 0);
    const work = function* () {
      yield* free.wait();
      let seat = 0;
      while (!(yield* taken[seat].compareExchange(0, 1))) seat = (seat + 1) % SEATS;
      yield* uses.write(seat, (yield* uses.read(seat)) + 1);
      yield* taken[seat].store(0);
      yield* free.post();
    };

    const threads = [];
    for (let i = 1; i <= WORKERS; i++) threads.push(yield* s.spawn(`worker ${i}`, work));
    for (const thread of threads) yield* thread.join();
    s.assert(uses.peek(0) + uses.peek(1) === WORKERS, 'everyone had a seat of their own');
  },
  {
    source: 'own program',
    shows: 'The semaphore promises a free seat, and the search for it ends.',
    expected: 'none',
  },
);
