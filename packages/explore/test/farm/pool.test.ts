import assert from 'node:assert/strict';
import { FarmError, WorkerDied, WorkerHung } from '../../src/farm/pool.ts';
import { exploreOnFarm, onFarm, resultOf, target } from './targets.ts';

const WATCH = { watchdogSeconds: 1, workers: 1 };

describe('the pool of workers', () => {
  it('ends a worker that makes no progress, and starts another for the next task', async () => {
    const where = target('troubled.mjs', 'spins in a thread');
    const { schedule } = await exploreOnFarm(where, {}, WATCH);
    const [hung, next] = await onFarm(
      [
        { op: 'replay', target: where, text: schedule ?? '' },
        { op: 'explore', target: target('lost-update.mjs', 'lost update') },
      ],
      WATCH,
    );
    assert.equal(hung.refusal?.name, 'InputError');
    assert.match(hung.refusal.message, /^troubled\.mjs made no progress for 1 s: does it loop for ever/);
    assert.equal(resultOf(next).verdict, 'assertion');
  });

  it('says that a worker died, and starts another for the next task', async () => {
    const where = target('troubled.mjs', 'exits');
    const { schedule } = await exploreOnFarm(where, {}, { workers: 1 });
    const [died, next] = await onFarm(
      [
        { op: 'replay', target: where, text: schedule ?? '' },
        { op: 'list', target: target('entries.mjs', '') },
      ],
      { workers: 1 },
    );
    assert.match(died.refusal?.message ?? '', /^troubled\.mjs ended its worker thread: .*code: 7/);
    assert.equal(next.names?.length, 4);
  });

  it('does not take a worker that is busy for one that hangs', async () => {
    const options = { strategy: 'random', schedules: 2_000_000_000, timeLimitSeconds: 1.5 };
    const result = await exploreOnFarm(target('lost-update.mjs', 'guarded'), options, WATCH);
    assert.equal(result.verdict, 'none');
  });

  it('has an error for each way in which a task ends badly', () => {
    const snapshot = { phase: 2, schedule: 5, step: 3, strand: 1 };
    assert.deepEqual(new WorkerHung(snapshot).snapshot, snapshot);
    assert.equal(new WorkerDied('why', null).message, 'why');
    assert.equal(new FarmError('why', 'a stack').stack, 'a stack');
  });
});
