/**
 * Owns `din_phil2` to `din_phil7`: philosophers behind one global lock, and a claim that not all of them can
 * eat. Rebuilt from SCTBench, CS/din_philN_sat ("sat": the assertion can be reached).
 */
import { scenario, type ScenarioBody } from '@smplab/explore';
import type { Variant } from '../variant.ts';

/** How a philosopher counts its meal: without a lock, under the global lock, or taking that a second time. */
type Counting = 'bare' | 'locked' | 'held twice';

/** The last one to count its meal fails, as the published program does (fixed: it may). */
export function diningBody(
  seats: number,
  counting: Counting,
  { check = true, fixed = false }: Variant = {},
): ScenarioBody {
  return function* (s) {
    const table = s.mutex('table');
    const forks = Array.from({ length: seats }, (_, seat) => s.mutex(`fork ${seat}`));
    const meals = s.cell('meals', 0);
    const dine = (seat: number) =>
      function* () {
        const left = forks[(seat + 1) % seats];
        const right = forks[seat];
        yield* table.lock();
        yield* left.lock();
        yield* right.lock();
        yield* right.unlock();
        yield* left.unlock();
        if (counting !== 'held twice') yield* table.unlock();
        if (counting !== 'bare') yield* table.lock();
        yield* meals.write((yield* meals.read()) + 1);
        const eaten = yield* meals.read();
        if (check) s.assert(fixed ? eaten <= seats : eaten !== seats, 'not every philosopher has eaten');
        if (counting !== 'bare') yield* table.unlock();
      };

    const threads = [];
    for (let seat = 0; seat < seats; seat++) threads.push(yield* s.spawn(`philosopher ${seat}`, dine(seat)));
    for (const thread of threads) yield* thread.join();
  };
}

const SHOWS: Record<Counting, string> = {
  bare: 'The claim that not all eat is false; now and then a lost update of the meal counter hides it.',
  locked: 'The claim that not all eat is false in every schedule, as the meals are counted under the lock.',
  'held twice': 'A thread that locks a mutex it already holds waits for itself, in every schedule.',
};

const published = (seats: number, counting: Counting) =>
  scenario(`din_phil${seats}`, diningBody(seats, counting), {
    source: `SCTBench (mc-imperial/sctbench), CS/din_phil${seats}_sat`,
    shows: SHOWS[counting],
    expected: counting === 'held twice' ? 'deadlock' : 'assertion',
  });

export default [
  published(2, 'bare'),
  published(3, 'bare'),
  published(4, 'bare'),
  published(5, 'locked'),
  published(6, 'locked'),
  published(7, 'held twice'),
  scenario('din_phil7-fixed', diningBody(7, 'locked', { fixed: true }), {
    source: 'SCTBench (mc-imperial/sctbench), CS/din_phil7_sat',
    shows: 'The table is released before it is taken again, and nothing is claimed that is not so.',
    expected: 'none',
  }),
];
