import assert from 'node:assert/strict';
import { Execution } from '../../src/engine/execution.ts';
import { traceHash } from '../../src/examine/trace-hash.ts';
import { profileOf, profilingWalk } from '../../src/strategies/profiler.ts';
import { adders, guarded, parallel } from '../campaign/programs.ts';

describe('the profile of a program', () => {
  it('counts steps, decisions and accesses of each strand', () => {
    const profile = profileOf(new Execution(), adders(3, 5), 1);
    assert.equal(profile.steps, 8);
    assert.ok(profile.decisions >= 3 && profile.decisions <= 7);
    assert.deepEqual(Object.fromEntries(profile.strandSteps), { t1: 3, t2: 5 });
    const counts = [...profile.accesses].map(([path, byLocation]) => [path, [...byLocation.values()]]);
    assert.deepEqual(counts, [
      ['t1', [3]],
      ['t2', [5]],
    ]);
  });

  it('names strands by their spawn path', () => {
    const { strandSteps } = profileOf(new Execution(), guarded, 1);
    assert.deepEqual([...strandSteps.keys()], ['main', 'main/t1', 'main/t2']);
    assert.equal(strandSteps.get('main/t1'), 4);
  });

  it('takes each strand from the run in which it did most', () => {
    const lengths = [1, 4, 2];
    let runs = 0;
    const program = parallel('varies', function* (s) {
      for (let i = lengths[runs++ % 3]; i > 0; i--) yield* s.fence();
    });
    const profile = profileOf(new Execution(), program, 1);
    assert.equal(profile.steps, 4);
    assert.equal(profile.strandSteps.get('t1'), 4);
    assert.equal(runs, 3);
  });

  it('depends on the seed alone, and its runs can be run again', () => {
    const hashes = (seed: number): string[] => {
      const execution = new Execution();
      const seen: string[] = [];
      const numbers: number[] = [];
      profileOf(execution, adders(6, 6), seed, (run) => {
        if (run > 0) seen.push(traceHash(execution));
        numbers.push(run);
      });
      assert.deepEqual(numbers, [0, 1, 2]);
      return [...seen, traceHash(execution)];
    };
    const again = [0, 1, 2].map((run) => {
      const execution = new Execution();
      execution.execute(adders(6, 6), profilingWalk(1, run));
      return traceHash(execution);
    });
    assert.deepEqual(hashes(1), hashes(1));
    assert.deepEqual(hashes(1), again);
    assert.notDeepEqual(hashes(1), hashes(2));
  });
});
