import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import { EXPLORE_CASES } from '../../src/bench/explore-cases.ts';

const result = (name: string, options: Parameters<typeof explore>[1]): ReturnType<typeof explore> => {
  const found = EXPLORE_CASES.find((each) => each.name === name);
  assert.ok(found !== undefined);
  return explore(found.scenario, options);
};

describe('the programs of the benchmark', () => {
  it('are those of the contract', () => {
    assert.deepEqual(
      EXPLORE_CASES.map((each) => each.name),
      ['a', 'a2', 'b', 'b2', 'c', 'd', 'e', 'ei'],
    );
  });

  it('fail where a bug is to be found, and nowhere else', () => {
    const verdicts = ['a', 'a2', 'b', 'b2', 'c'].map((name) => result(name, { schedules: 500 }).verdict);
    assert.deepEqual(verdicts, ['none', 'none', 'assertion', 'assertion', 'deadlock']);
    assert.equal(result('d', { schedules: 2 }).verdict, 'none');
  });

  it('take the steps they are known for', () => {
    const steps = (name: string): number => result(name, { strategy: 'random', schedules: 1 }).steps;
    // Three spawns and three joins beside 3 x 10 x 2, 3 x 10 x 4 and 4 x 1000 operations.
    assert.deepEqual([steps('a'), steps('a2'), steps('d')], [66, 126, 4008]);
  });
});
