import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { DRIVER, exploreOnFarm, onFarm, resultOf, target } from './targets.ts';

describe('a worker of the farm', () => {
  it('sends what a scenario prints to stderr, and keeps stdout for results', async () => {
    const driver = fork(DRIVER, { execArgv: [], silent: true });
    const where = target('prints.mjs', 'prints');
    driver.send({
      options: { workers: 1 },
      calls: [{ op: 'explore', target: where, options: { schedules: 5 } }],
    });
    const [out, error] = await Promise.all([
      text(driver.stdout!),
      text(driver.stderr!),
      once(driver, 'close'),
    ]);
    assert.equal(out, '');
    assert.match(error, /printed at load/);
    assert.match(error, /printed in a run/);
  });

  it('keeps campaigns on one farm apart', async () => {
    const where = target('lost-update.mjs', 'rare');
    const kinds = [{ seed: 1 }, { seed: 2 }, { seed: 1 }, { strategy: 'pos' }];
    const answers = await onFarm(kinds.map((options) => ({ op: 'explore', target: where, options })));
    const numbers = answers.map((answer) => resultOf(answer).schedule);
    const alone = await Promise.all(kinds.map((options) => exploreOnFarm(where, options)));
    assert.deepEqual(
      numbers,
      alone.map(({ schedule }) => schedule),
    );
    assert.equal(numbers[0], numbers[2]);
  });

  it('takes source lines from the file that was explored', async () => {
    const { finding } = await exploreOnFarm(target('lost-update.mjs', 'lost update'));
    for (const { at } of finding?.trace ?? []) {
      assert.match(at ?? '', /^packages\/explore\/test\/fixtures\/lost-update\.mjs:\d+$/);
    }
  });
});
