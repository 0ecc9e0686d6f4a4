import assert from 'node:assert/strict';
import { Execution, InputError } from '@smplab/explore';
import { machineScenario, runSchedules, type ScheduleRange } from '../src/index.ts';
import { checkedStrategy } from '../src/schedule-run.ts';
import twoWriters from './fixtures/two-writers.ts';

const run = (range: ScheduleRange) => runSchedules(new Execution(), twoWriters, range);

describe('schedules that are run one by one', () => {
  it('are those of the strategy and seed, by number', () => {
    const all = run({ strategy: 'random', seed: 4, count: 5 });
    assert.deepEqual(
      all.map(({ index, seed, verdict }) => [index, seed, verdict]),
      [0, 1, 2, 3, 4].map((index) => [index, 4, 'none']),
    );
    assert.deepEqual(run({ strategy: 'random', seed: 4, from: 3, count: 1 }), all.slice(3, 4));
    assert.ok(new Set(all.map(({ traceHash }) => traceHash)).size > 1);
    assert.ok(all.every(({ steps, decisions }) => steps > 10 && decisions > 0));
  });

  it('are the same again, also under strategies that look at the program first', () => {
    for (const strategy of ['random', 'pct', 'pos', 'surw', 'dfs']) {
      assert.deepEqual(run({ strategy, seed: 2, count: 3 }), run({ strategy, seed: 2, count: 3 }), strategy);
    }
  });

  it('end when there are no more', () => {
    const alone = machineScenario('alone', { cpus: 1 }, function* (k) {
      yield* k.cpu_mfence();
    });
    const outcomes = runSchedules(new Execution(), alone, { strategy: 'dfs', seed: 1, count: 1000 });
    assert.ok(outcomes.length >= 1 && outcomes.length < 1000, String(outcomes.length));
  });

  it('tell what failed', () => {
    const fails = machineScenario('fails', {}, function* (k) {
      yield* k.cpu_mfence();
      k.fail('as it should');
    });
    const [outcome] = runSchedules(new Execution(), fails, { strategy: 'pos', seed: 1 });
    assert.deepEqual([outcome.verdict, outcome.message], ['assertion', 'as it should']);
  });

  it('need a strategy by name', () => {
    assert.equal(checkedStrategy('pct'), 'pct');
    assert.throws(() => checkedStrategy('luck'), InputError);
    assert.throws(
      () => run({ strategy: 'portfolio', seed: 1 }),
      /unknown strategy "portfolio": a single machine runs/,
    );
  });
});
