/** Owns `sync02`: a bounded buffer that starts too full. Rebuilt from SCTBench, CS/sync02_bad. */
import { scenario, type ScenarioBody } from '@smplab/explore';
import type { Variant } from '../variant.ts';

const ROUNDS = 2;

/** Producer and consumer, two rounds each; two items are there already (fixed: none). */
export function sync02Body({ fixed = false }: Variant = {}): ScenarioBody {
  return function* (s) {
    const m = s.mutex('m');
    const empty = s.cond('empty');
    const full = s.cond('full');
    const items = s.cell('items', fixed ? 0 : 2);

    const producer = yield* s.spawn('producer', function* () {
      for (let round = 0; round < ROUNDS; round++) {
        yield* m.lock();
        while ((yield* items.read()) > 0) yield* empty.wait(m);
        yield* items.write((yield* items.read()) + 1);
        yield* m.unlock();
        yield* full.signal();
      }
    });
    const consumer = yield* s.spawn('consumer', function* () {
      for (let round = 0; round < ROUNDS; round++) {
        yield* m.lock();
        while ((yield* items.read()) === 0) yield* full.wait(m);
        yield* items.write((yield* items.read()) - 1);
        yield* m.unlock();
        yield* empty.signal();
      }
    });
    yield* producer.join();
    yield* consumer.join();
  };
}

const source = 'SCTBench (mc-imperial/sctbench), CS/sync02_bad';

export default [
  scenario('sync02', sync02Body(), {
    source,
    shows: 'A producer with one round too many waits for a consumer that has gone home.',
    expected: 'deadlock',
  }),
  scenario('sync02-fixed', sync02Body({ fixed: true }), {
    source,
    shows: 'As many items are consumed as are produced.',
    expected: 'none',
  }),
];
