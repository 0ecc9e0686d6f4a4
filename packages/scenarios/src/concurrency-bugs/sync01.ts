/**
 * Owns `sync01`: a producer that waits for a consumer which never consumes. Rebuilt from SCTBench,
 * CS/sync01_bad.
 */
import { scenario, type ScenarioBody } from '@smplab/explore';
import type { Variant } from '../variant.ts';

/** One item is there; the producer waits until there is none, the consumer signals without taking it. */
export function sync01Body({ fixed = false }: Variant = {}): ScenarioBody {
  return function* (s) {
    const m = s.mutex('m');
    const empty = s.cond('empty');
    const full = s.cond('full');
    const items = s.cell('items', 1);

    const producer = yield* s.spawn('producer', function* () {
      yield* m.lock();
      while ((yield* items.read()) > 0) yield* empty.wait(m);
      yield* items.write((yield* items.read()) + 1);
      yield* m.unlock();
      yield* full.signal();
    });
    const consumer = yield* s.spawn('consumer', function* () {
      yield* m.lock();
      while ((yield* items.read()) === 0) yield* full.wait(m);
      if (fixed) yield* items.write((yield* items.read()) - 1);
      yield* m.unlock();
      yield* empty.signal();
    });
    yield* producer.join();
    yield* consumer.join();
  };
}

const source = 'SCTBench (mc-imperial/sctbench), CS/sync01_bad';

export default [
  scenario('sync01', sync01Body(), {
    source,
    shows: 'A condition that is signalled but never made true: the waiter sleeps on in every schedule.',
    expected: 'deadlock',
  }),
  scenario('sync01-fixed', sync01Body({ fixed: true }), {
    source,
    shows: 'The consumer takes the item before it says that there is room.',
    expected: 'none',
  }),
];
