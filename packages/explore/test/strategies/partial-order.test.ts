import assert from 'node:assert/strict';
import type { Program } from '../../src/engine/execution.ts';
import { PartialOrderSampling } from '../../src/strategies/partial-order.ts';
import { abba, lostUpdate, parallel, sharedAtomic } from '../campaign/programs.ts';
import { upTo, walk } from './walk.ts';

const TIMES = 5;

/** How often all steps of t1 come before the first of t2, which makes one. */
function shareOfT1First(program: Program): number {
  const schedules = 4000;
  const walked = walk(program, new PartialOrderSampling(1), upTo(schedules));
  return walked.filter(({ order }) => order.endsWith('t2')).length / schedules;
}

function around(value: number, expected: number): void {
  assert.ok(Math.abs(value - expected) < 0.02, `${value} is not around ${expected}`);
}

describe('POS', () => {
  it('keeps the priority of an operation as long as nothing conflicts with it', () => {
    const independent = parallel(
      'independent',
      function* (s) {
        const y = s.atomic('y', 0);
        for (let i = 0; i < TIMES; i++) yield* y.add(1);
      },
      function* (s) {
        yield* sharedAtomic(s).add(1);
      },
    );
    // The one priority of t2 is the lowest of six: 1 / (TIMES + 1).
    around(shareOfT1First(independent), 1 / (TIMES + 1));
  });

  it('keeps it when both only read', () => {
    const readers = parallel(
      'readers',
      function* (s) {
        for (let i = 0; i < TIMES; i++) yield* sharedAtomic(s).load();
      },
      function* (s) {
        yield* sharedAtomic(s).load();
      },
    );
    around(shareOfT1First(readers), 1 / (TIMES + 1));
  });

  it('draws it anew after every conflicting step', () => {
    const writers = parallel(
      'writers',
      function* (s) {
        for (let i = 0; i < TIMES; i++) yield* sharedAtomic(s).store(i);
      },
      function* (s) {
        yield* sharedAtomic(s).load();
      },
    );
    // t1 wins five fair draws.
    around(shareOfT1First(writers), 1 / 2 ** TIMES);
  });

  it('finds small bugs soon', () => {
    for (const [program, verdict] of [
      [lostUpdate, 'assertion'],
      [abba, 'deadlock'],
    ] as const) {
      const verdicts = walk(program, new PartialOrderSampling(1), upTo(30)).map((walked) => walked.verdict);
      assert.ok(verdicts.includes(verdict), program.name);
    }
  });

  it('chooses every alternative', () => {
    const seen = new Set<number>();
    const program = parallel('chooses', function* (s) {
      seen.add(s.choose(4));
      yield* s.fence();
    });
    walk(program, new PartialOrderSampling(1), upTo(50));
    assert.equal(seen.size, 4);
  });
});
