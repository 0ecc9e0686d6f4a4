import assert from 'node:assert/strict';
import { Search } from '../../src/campaign/search.ts';
import { settingsOf } from '../../src/campaign/settings.ts';
import { TRACE_WORDS } from '../../src/engine/recorder.ts';
import { locate } from '../../src/farm/locate.ts';
import { profileNumber } from '../../src/farm/control.ts';
import { adders, lostUpdate } from '../campaign/programs.ts';

describe('finding out where a schedule stood', () => {
  it('names the thread that made the step, and the operation it performed there', () => {
    const settings = settingsOf({ strategy: 'dfs' });
    const search = new Search(lostUpdate, settings);
    search.execution.execute(lostUpdate, search.strategyAt(0));
    const { trace } = search.execution.recorder;
    // In the first schedule of a depth-first search main spawns both, then t1 goes first.
    for (const [step, strand, after] of [
      [1, 'main', 'spawn(t1)'],
      [3, 'main/t1', 'x.load()'],
      [4, 'main/t1', 'x.store(1)'],
    ] as const) {
      const location = locate(lostUpdate, settings, 0, step);
      assert.equal(search.execution.strands[trace[(step - 1) * TRACE_WORDS]].path, strand);
      assert.deepEqual([location.strand, location.after, location.strategy], [strand, after, 'dfs']);
      assert.match(location.at ?? '', /^packages\/explore\/test\/campaign\/programs\.ts:\d+$/);
    }
  });

  it('has the decisions up to that step', () => {
    const settings = settingsOf({ strategy: 'random' });
    const search = new Search(adders(4, 4), settings);
    search.execution.execute(search.program, search.strategyAt(7));
    const decisions = search.execution.recorder.takeDecisions();
    const location = locate(adders(4, 4), settings, 7, 3);
    assert.deepEqual([...location.decisions], [...decisions.slice(0, 3)]);
  });

  it('finds schedules of every lane, also those that must run in order', () => {
    const settings = settingsOf({});
    for (let index = 0; index < 10; index++) {
      const search = new Search(adders(3, 3), settings);
      const strategy = search.strategyAt(index);
      search.execution.execute(search.program, strategy);
      const path = search.execution.strands[search.execution.recorder.trace[4 * TRACE_WORDS]].path;
      const location = locate(adders(3, 3), settings, index, 5);
      assert.deepEqual([location.strand, location.strategy], [path, strategy.name], `schedule ${index}`);
    }
  });

  it('finds profiling runs, which come before schedule 0', () => {
    const location = locate(lostUpdate, settingsOf({}), profileNumber(1), 1);
    assert.deepEqual([location.strand, location.after], ['main', 'spawn(t1)']);
  });

  it('knows only the first thread of a run that made no step', () => {
    const { strand, after, at, decisions } = locate(lostUpdate, settingsOf({}), 3, 0);
    assert.deepEqual([strand, after, at, decisions.length], ['main', null, null, 0]);
  });
});
