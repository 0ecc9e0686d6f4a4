/** Owns `ordered-forks`: dining philosophers who take the lower fork first; own program. */
import { scenario } from '@smplab/explore';

const SEATS = 3;

export default scenario(
  'ordered-forks',
  function* (s) {
    const forks = Array.from({ length: SEATS }, (_, i) => s.mutex(`fork ${i}`));
    const meals = s.array('meals on fork', SEATS, 0);
    const dine = (seat: number) =>
      function* () {
        const lower = Math.min(seat, (seat + 1) % SEATS);
        const upper = Math.max(seat, (seat + 1) % SEATS);
        yield* forks[lower].lock();
        yield* forks[upper].lock();
        yield* meals.write(lower, (yield* meals.read(lower)) + 1);
        yield* forks[upper].unlock();
        yield* forks[lower].unlock();
      };

    const threads = [];
    for (let seat = 0; seat < SEATS; seat++) threads.push(yield* s.spawn(`philosopher ${seat}`, dine(seat)));
    for (const thread of threads) yield* thread.join();
    s.assert(meals.peek(0) === 2 && meals.peek(1) === 1, 'everyone has eaten');
  },
  {
    source: "own program after Dijkstra's dining philosophers, with his order of forks",
    shows: 'Locks taken in one global order never form a cycle.',
    expected: 'none',
  },
);
