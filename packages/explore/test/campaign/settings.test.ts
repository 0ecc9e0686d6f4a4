import assert from 'node:assert/strict';
import { InputError } from '../../src/campaign/schedule-text.ts';
import { settingsOf } from '../../src/campaign/settings.ts';
import type { ExploreOptions } from '../../src/report/result.ts';
import { RandomWalk } from '../../src/strategies/random-walk.ts';

describe('the settings of an exploration', () => {
  it('are those of the contract by default', () => {
    assert.deepEqual(settingsOf({}), {
      strategy: 'portfolio',
      schedules: 10_000,
      seed: 1,
      depth: 3,
      preemptions: null,
      maxSteps: 100_000,
      races: true,
      stopOnRace: false,
      keepGoing: false,
      shrink: true,
      timeLimitSeconds: null,
    });
  });

  it('are what was asked for', () => {
    const asked = {
      strategy: 'pct',
      schedules: 7,
      seed: 0,
      depth: 1,
      preemptions: 0,
      maxSteps: 9,
      races: false,
      stopOnRace: true,
      keepGoing: true,
      shrink: false,
      timeLimitSeconds: 0.5,
    };
    assert.deepEqual(settingsOf(asked), asked);
  });

  it('take a strategy of the caller', () => {
    const factory = (): RandomWalk => new RandomWalk(1);
    assert.equal(settingsOf({}, factory).strategy, factory);
  });

  const wrong: [ExploreOptions, RegExp][] = [
    [
      { strategy: 'randon' },
      /unknown strategy "randon": it is one of portfolio, random, pct, pos, surw, dfs/,
    ],
    [{ schedules: 0 }, /schedules is 0: a whole number from 1 to 2000000000 is needed/],
    [{ schedules: 1.5 }, /schedules is 1\.5/],
    [{ schedules: NaN }, /schedules is NaN/],
    [{ schedules: '9' as never }, /schedules is 9/],
    [{ schedules: 2 ** 31 }, /schedules is 2147483648/],
    [{ seed: -1 }, /seed is -1/],
    [{ seed: 2 ** 53 }, /seed is 9007199254740992/],
    [{ depth: 0 }, /depth is 0: a whole number from 1 to 1000/],
    [{ preemptions: -1 }, /preemptions is -1/],
    [{ maxSteps: 0 }, /maxSteps is 0/],
    [{ timeLimitSeconds: -1 }, /timeLimitSeconds is -1/],
    [{ timeLimitSeconds: NaN }, /timeLimitSeconds is NaN/],
    [{ timeLimitSeconds: '5' as never }, /timeLimitSeconds is 5/],
  ];
  for (const [options, message] of wrong) {
    it(`refuse ${JSON.stringify(options)}, naming the option`, () => {
      assert.throws(
        () => settingsOf(options),
        (error) => {
          assert.ok(error instanceof InputError);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});
