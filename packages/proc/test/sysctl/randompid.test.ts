import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { clampRandompid } from '../../src/sysctl/randompid.ts';
import { runs } from '../table/fixtures/by-hand.ts';
import { actAs, byName, sysctlProgram, word } from './fixtures/sysctl-program.ts';

describe('kern.randompid', () => {
  it('is 0, or from 100 to 100 less than the largest pid', () => {
    const most = 999_899;
    const cases: readonly (readonly [number, number])[] = [
      [-1, most],
      [-2_147_483_648, most],
      [0, 0],
      [1, 0],
      [2, 100],
      [99, 100],
      [100, 100],
      [5000, 5000],
      [most, most],
      [most + 1, most],
      [2_147_483_647, most],
    ];
    for (const [written, kept] of cases)
      assert.equal(clampRandompid(written, 999_999), kept, String(written));
  });

  it('gives the old value when a new one is written', () => {
    runs(
      sysctlProgram('randompid', { rows: [{ pid: 0 }, { pid: 3 }], cpus: 1 }, function* (k, table) {
        actAs(k, table.p(3));
        assert.deepEqual([...(yield* byName(k, 'kern.randompid', [], 4, word(7))).bytes], [0, 0, 0, 0]);
        assert.deepEqual([...(yield* byName(k, 'kern.randompid')).bytes], [100, 0, 0, 0]);
        actAs(k, 0);
      }),
    );
  });
});
