import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkedCpus, EXPLORE_LIMITS, LimitError, limitsOf, LIVE_LIMITS } from '../src/index.ts';
import { kernelProgram, verdictOf } from './fixtures/kernel-program.ts';

function refuses(action: () => unknown, said: RegExp): void {
  assert.throws(action, (error: unknown) => error instanceof LimitError && said.test(error.message));
}

describe('the limits of a machine', () => {
  it('are the defaults with what was given put over them', () => {
    assert.deepEqual(limitsOf(EXPLORE_LIMITS), EXPLORE_LIMITS);
    assert.deepEqual(limitsOf(LIVE_LIMITS, { hz: 1000 }), { ...LIVE_LIMITS, hz: 1000 });
    assert.equal(LIVE_LIMITS.sleepBuckets, 4001);
    assert.deepEqual([LIVE_LIMITS.pidMax, limitsOf(EXPLORE_LIMITS, { pidMax: 100 }).pidMax], [999_999, 100]);
  });

  it('are known by name', () => {
    refuses(
      () => limitsOf(EXPLORE_LIMITS, { hertz: 5 } as never),
      /there is no limit "hertz": limits are hz, sleepBuckets/,
    );
    refuses(
      () => kernelProgram('x', { limits: { buckets: 5 } as never }, function* () {}),
      /no limit "buckets"/,
    );
  });

  it('are whole numbers in a range', () => {
    for (const value of [0, -1, 1.5, NaN, Infinity, '7', null, undefined]) {
      refuses(
        () => limitsOf(EXPLORE_LIMITS, { hz: value } as never),
        /limit hz is .*: a whole number from 1 to \d+ is needed/,
      );
    }
    refuses(() => limitsOf(EXPLORE_LIMITS, { memoryWords: 100 }), /limit memoryWords is 100/);
    refuses(() => limitsOf(EXPLORE_LIMITS, { pidMax: 99 }), /limit pidMax is 99: a whole number from 100/);
    refuses(() => limitsOf(LIVE_LIMITS, { pageWords: 3 }), /limit pageWords is 3: a whole number from 4/);
  });
});

describe('the number of CPUs', () => {
  it('is from 1 to 64', () => {
    assert.deepEqual([checkedCpus(1), checkedCpus(64)], [1, 64]);
    for (const cpus of [0, 65, 1000, -1, 3.5, NaN, '2', undefined]) {
      refuses(() => checkedCpus(cpus), /a machine of .* CPUs: a whole number from 1 to 64 is needed/);
      if (cpus !== undefined)
        refuses(() => kernelProgram('x', { cpus: cpus as never }, function* () {}), /CPUs/);
    }
  });

  it('can be the largest there is', () => {
    const program = kernelProgram('64', { cpus: 64 }, function* (k) {
      yield* k.fence();
      assert.ok(k.kernel.hasCpu(63) && !k.kernel.hasCpu(64));
    });
    verdictOf(program, 'nothing-concurrent', { strategy: 'random', schedules: 1 });
  });
});
