import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { tQuantile, twoSided } from '../../src/experiment/student.ts';

/** Confidence, degrees of freedom, and t from the tables. */
const TABLE = [
  [0.95, 1, 12.706],
  [0.95, 2, 4.303],
  [0.95, 4, 2.776],
  [0.95, 9, 2.262],
  [0.95, 19, 2.093],
  [0.95, 30, 2.042],
  [0.95, 120, 1.98],
  [0.95, 100_000, 1.96],
  [0.9, 5, 2.015],
  [0.99, 9, 3.25],
  [0.99, 1, 63.657],
  [0.999, 3, 12.924],
] as const;

describe("Student's t", () => {
  it('has the quantiles of the tables', () => {
    for (const [confidence, freedom, t] of TABLE) {
      const found = tQuantile(confidence, freedom);
      assert.ok(Math.abs(found - t) < 0.0006, `${confidence} with ${freedom}: ${found}, not ${t}`);
    }
  });

  it('is exact where there is a formula: with one degree of freedom, and with two', () => {
    for (const t of [0.1, 0.5, 1, 2, 7.5, 100]) {
      const one = 1 - (2 / Math.PI) * Math.atan(t);
      assert.ok(Math.abs(twoSided(t, 1) - one) < 1e-10, `${t}: ${twoSided(t, 1)}, not ${one}`);
      const two = 1 - t / Math.sqrt(2 + t * t);
      assert.ok(Math.abs(twoSided(t, 2) - two) < 1e-10, `${t}: ${twoSided(t, 2)}, not ${two}`);
    }
  });

  it('is the same on either side', () => assert.equal(twoSided(-1.5, 7), twoSided(1.5, 7)));

  it('is certain of nothing at 0', () => assert.equal(twoSided(0, 3), 1));
});
