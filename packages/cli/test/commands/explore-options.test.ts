import assert from 'node:assert/strict';
import { Command } from 'commander';
import {
  addExploreOptions,
  type ExploreFlags,
  farmOptions,
  fixSwitches,
  ignoredOptions,
  searchOptions,
} from '../../src/commands/explore-options.ts';

function flags(...args: string[]): ExploreFlags {
  return addExploreOptions(new Command()).parse(args, { from: 'user' }).opts<ExploreFlags>();
}

describe('the options of explore', () => {
  it('have the defaults of the contract', () => {
    assert.deepEqual(searchOptions(flags()), {
      strategy: 'portfolio',
      schedules: 10_000,
      seed: 1,
      depth: 3,
      maxSteps: 100_000,
      races: true,
      stopOnRace: false,
      keepGoing: false,
      shrink: true,
    });
    assert.deepEqual(farmOptions(flags()), { watchdogSeconds: 10 });
  });

  it('reach the search and its workers', () => {
    const args =
      '--strategy dfs --preemptions 2 --schedules 5 --seed 7 --depth 4 --max-steps 9 --time-limit 1.5';
    const given = flags(...args.split(' '), '--no-races', '--stop-on-race', '--keep-going', '--no-shrink');
    assert.deepEqual(searchOptions(given), {
      strategy: 'dfs',
      preemptions: 2,
      schedules: 5,
      seed: 7,
      depth: 4,
      maxSteps: 9,
      timeLimitSeconds: 1.5,
      races: false,
      stopOnRace: true,
      keepGoing: true,
      shrink: false,
    });
    assert.deepEqual(farmOptions(flags('--workers', '3', '--watchdog', '.5')), {
      workers: 3,
      watchdogSeconds: 0.5,
    });
  });

  it('say so when they change nothing', () => {
    assert.deepEqual(ignoredOptions(flags('--preemptions', '2')), []);
    assert.match(ignoredOptions(flags('--preemptions', '2', '--strategy', 'random')).join(), /no effect/);
  });

  it('take the fix switches of --as-seed, and refuse an empty one', () => {
    assert.equal(fixSwitches(flags()), undefined);
    assert.deepEqual(fixSwitches(flags('--as-seed', 'all')), ['all']);
    assert.deepEqual(fixSwitches(flags('--as-seed', 'tsleep-ident, exit-snapshot')), [
      'tsleep-ident',
      'exit-snapshot',
    ]);
    assert.throws(() => fixSwitches(flags('--as-seed', 'tsleep-ident,')), /needs fix switches/);
  });
});
