/** Owns `deadlock01`: two locks taken in opposite orders. Rebuilt from SCTBench, CS/deadlock01_bad. */
import { scenario, type ScenarioBody } from '@smplab/explore';
import type { Variant } from '../variant.ts';

/** One thread locks a then b, the other b then a (fixed: a then b as well). */
export function deadlock01Body({ fixed = false }: Variant = {}): ScenarioBody {
  return function* (s) {
    const a = s.mutex('a');
    const b = s.mutex('b');
    const counter = s.cell('counter', 0);
    const locking = (outer: typeof a, inner: typeof a, amount: number) =>
      function* () {
        yield* outer.lock();
        yield* inner.lock();
        yield* counter.write((yield* counter.read()) + amount);
        yield* inner.unlock();
        yield* outer.unlock();
      };

    const up = yield* s.spawn('up', locking(a, b, 1));
    const down = yield* s.spawn('down', fixed ? locking(a, b, -1) : locking(b, a, -1));
    yield* up.join();
    yield* down.join();
    s.assert(counter.peek() === 0, 'one up and one down leave nothing');
  };
}

const source = 'SCTBench (mc-imperial/sctbench), CS/deadlock01_bad';

export default [
  scenario('deadlock01', deadlock01Body(), {
    source,
    shows: 'Two threads that take two locks in opposite orders wait for each other.',
    expected: 'deadlock',
  }),
  scenario('deadlock01-fixed', deadlock01Body({ fixed: true }), {
    source,
    shows: 'Both threads take the locks in the same order.',
    expected: 'none',
  }),
];
