/**
 * Owns `reorder_3`, `_4`, `_5` and `_20`: a pair of words written one after the other and read in between.
 * Rebuilt from SCTBench, CS/reorder_N_bad.
 */
import { scenario, type ScenarioBody } from '@smplab/explore';
import type { Variant } from '../variant.ts';

/** Setters write a = 1 then b = -1; checkers accept both words old or both new. Setters are spawned first. */
export function reorderBody(
  setters: number,
  checkers: number,
  { check = true, fixed = false }: Variant = {},
): ScenarioBody {
  return function* (s) {
    const m = s.mutex('m');
    const a = s.cell('a', 0);
    const b = s.cell('b', 0);
    const set = function* () {
      if (fixed) yield* m.lock();
      yield* a.write(1);
      yield* b.write(-1);
      if (fixed) yield* m.unlock();
    };
    const look = function* () {
      if (fixed) yield* m.lock();
      const old = (yield* a.read()) === 0 && (yield* b.read()) === 0;
      const consistent = old || ((yield* a.read()) === 1 && (yield* b.read()) === -1);
      if (check) s.assert(consistent, 'a and b must be both old or both new');
      if (fixed) yield* m.unlock();
    };

    const threads = [];
    for (let i = 1; i <= setters; i++) threads.push(yield* s.spawn(`setter ${i}`, set));
    for (let i = 1; i <= checkers; i++) threads.push(yield* s.spawn(`checker ${i}`, look));
    for (const thread of threads) yield* thread.join();
  };
}

const SIZES = [
  { name: 'reorder_3', setters: 2, checkers: 1 },
  { name: 'reorder_4', setters: 3, checkers: 1 },
  { name: 'reorder_5', setters: 4, checkers: 1 },
  { name: 'reorder_20', setters: 10, checkers: 10 },
];

export default SIZES.flatMap(({ name, setters, checkers }) => {
  const source = `SCTBench (mc-imperial/sctbench), CS/${name}_bad`;
  return [
    scenario(name, reorderBody(setters, checkers), {
      source,
      shows:
        'A checker sees the first word new and the second old, while no setter has come to its second write.',
      expected: 'assertion',
    }),
    scenario(`${name}-fixed`, reorderBody(setters, checkers, { fixed: true }), {
      source,
      shows: 'The pair is written and read under one lock.',
      expected: 'none',
    }),
  ];
});
