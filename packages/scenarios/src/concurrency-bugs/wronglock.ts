/**
 * Owns `wronglock_3` and `wronglock`: one datum under two different locks. Rebuilt from SCTBench,
 * CS/wronglock_bad.
 */
import { scenario, type ScenarioBody } from '@smplab/explore';
import type { Variant } from '../variant.ts';

/**
 * One thread increments under the data lock and checks; `others` increment under a lock of their own (fixed:
 * the same).
 */
function wronglockBody(others: number, { fixed = false }: Variant = {}): ScenarioBody {
  return function* (s) {
    const dataLock = s.mutex('data lock');
    const threadLock = fixed ? dataLock : s.mutex('thread lock');
    const data = s.cell('data', 0);

    const threads = [
      yield* s.spawn('checking', function* () {
        yield* dataLock.lock();
        const before = yield* data.read();
        yield* data.write((yield* data.read()) + 1);
        const after = yield* data.read();
        s.assert(after === before + 1, 'nobody else may change the data in this section');
        yield* dataLock.unlock();
      }),
    ];
    const add = function* () {
      yield* threadLock.lock();
      yield* data.write((yield* data.read()) + 1);
      yield* threadLock.unlock();
    };
    for (let i = 1; i <= others; i++) threads.push(yield* s.spawn(`adding ${i}`, add));
    for (const thread of threads) yield* thread.join();
  };
}

const SIZES = [
  { name: 'wronglock_3', others: 3 },
  { name: 'wronglock', others: 7 },
];

export default SIZES.flatMap(({ name, others }) => {
  const source = `SCTBench (mc-imperial/sctbench), CS/${name}_bad`;
  return [
    scenario(name, wronglockBody(others), {
      source,
      shows: 'A critical section that others enter with a different lock.',
      expected: 'assertion',
    }),
    scenario(`${name}-fixed`, wronglockBody(others, { fixed: true }), {
      source,
      shows: 'All sections on the datum take its lock.',
      expected: 'none',
    }),
  ];
});
