/** Owns `phase01`: a lock that is never given back. Rebuilt from SCTBench, CS/phase01_bad. */
import { scenario, type ScenarioBody } from '@smplab/explore';
import type { Variant } from '../variant.ts';

/** Two threads go through the phases x, x, y, y; the second x is kept. */
export function phase01Body({ fixed = false }: Variant = {}): ScenarioBody {
  return function* (s) {
    const x = s.mutex('x');
    const y = s.mutex('y');
    const phases = function* () {
      yield* x.lock();
      yield* x.unlock();
      yield* x.lock();
      if (fixed) yield* x.unlock();
      yield* y.lock();
      yield* y.unlock();
      yield* y.lock();
      yield* y.unlock();
    };

    const one = yield* s.spawn('t1', phases);
    const two = yield* s.spawn('t2', phases);
    yield* one.join();
    yield* two.join();
  };
}

const source = 'SCTBench (mc-imperial/sctbench), CS/phase01_bad';

export default [
  scenario('phase01', phase01Body(), {
    source,
    shows: 'A thread that ends while it holds a lock blocks the next one for ever, in every schedule.',
    expected: 'deadlock',
  }),
  scenario('phase01-fixed', phase01Body({ fixed: true }), {
    source,
    shows: 'Every phase gives its lock back.',
    expected: 'none',
  }),
];
