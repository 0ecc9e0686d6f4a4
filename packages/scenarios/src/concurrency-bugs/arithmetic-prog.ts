/**
 * Owns `arithmetic_prog`: a sum whose expectation is wrong. Rebuilt from SCTBench, CS/arithmetic_prog_bad.
 */
import { scenario, type ScenarioBody } from '@smplab/explore';
import type { Variant } from '../variant.ts';

const ROUNDS = 3;

/** The consumer adds up its round numbers; `main` says that the sum must not (fixed: must) be 6. */
function arithmeticBody({ fixed = false }: Variant = {}): ScenarioBody {
  return function* (s) {
    const m = s.mutex('m');
    const empty = s.cond('empty');
    const full = s.cond('full');
    const items = s.cell('items', 0);
    const total = s.cell('total', 0);
    const done = s.cell('done', 0);

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
        yield* total.write((yield* total.read()) + round);
        yield* items.write((yield* items.read()) - 1);
        yield* m.unlock();
        yield* empty.signal();
      }
      yield* total.write((yield* total.read()) + ROUNDS);
      yield* done.write(1);
    });
    yield* producer.join();
    yield* consumer.join();
    if ((yield* done.read()) !== 0) {
      const sum = yield* total.read();
      s.assert(fixed ? sum === 6 : sum !== 6, 'the sum of 0, 1, 2 and 3 must be as expected');
    }
  };
}

const source = 'SCTBench (mc-imperial/sctbench), CS/arithmetic_prog_bad';

export default [
  scenario('arithmetic_prog', arithmeticBody(), {
    source,
    shows: 'A wrong expectation behind a correct producer and consumer: it fails in every schedule.',
    expected: 'assertion',
  }),
  scenario('arithmetic_prog-fixed', arithmeticBody({ fixed: true }), {
    source,
    shows: 'The sum is 6 in every schedule.',
    expected: 'none',
  }),
];
