/**
 * Owns `lazy01`: a reader that relies on running before both writers are done. Rebuilt from SCTBench,
 * CS/lazy01_bad.
 */
import { scenario, type ScenarioBody } from '@smplab/explore';
import type { Variant } from '../variant.ts';

/** Two threads add 1 and 2 under a lock; a third looks at the sum. */
export function lazy01Body({ check = true, fixed = false }: Variant = {}): ScenarioBody {
  return function* (s) {
    const m = s.mutex('m');
    const data = s.cell('data', 0);
    const adds = (amount: number) =>
      function* () {
        yield* m.lock();
        yield* data.write((yield* data.read()) + amount);
        yield* m.unlock();
      };

    const one = yield* s.spawn('adds 1', adds(1));
    const two = yield* s.spawn('adds 2', adds(2));
    const reader = yield* s.spawn('reader', function* () {
      yield* m.lock();
      const sum = yield* data.read();
      if (check) s.assert(fixed ? sum <= 3 : sum < 3, 'the reader must not see more than it allows for');
      yield* m.unlock();
    });
    yield* one.join();
    yield* two.join();
    yield* reader.join();
  };
}

const source = 'SCTBench (mc-imperial/sctbench), CS/lazy01_bad';

export default [
  scenario('lazy01', lazy01Body(), {
    source,
    shows: 'A reader that is wrong only when both writers came first.',
    expected: 'assertion',
  }),
  scenario('lazy01-fixed', lazy01Body({ fixed: true }), {
    source,
    shows: 'The reader allows for both writers having finished.',
    expected: 'none',
  }),
];
