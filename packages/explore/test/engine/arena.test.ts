/** The words of an execution: handed out from the bottom up, clean in every run, and not without end. */
import assert from 'node:assert/strict';
import { Execution } from '../../src/engine/execution.ts';
import { scenario } from '../../src/scenario.ts';
import { RandomWalk } from '../../src/strategies/random-walk.ts';

describe('the arena of an execution', () => {
  it('hands out neighbouring words that are zero', () => {
    const execution = new Execution();
    const first = execution.allocate(3);
    execution.words.fill(7, first, first + 3);
    assert.equal(execution.allocate(2), first + 3);
    assert.deepEqual([...execution.words.subarray(first + 3, first + 5)], [0, 0]);
    assert.equal(execution.top, first + 5);
  });

  it('never hands out the null pointer', () => {
    assert.ok(new Execution().allocate(1) > 0);
  });

  it('keeps what was written when it grows', () => {
    const execution = new Execution();
    const early = execution.allocate(1);
    execution.words[early] = 42;
    const { length } = execution.words;
    const large = execution.allocate(length * 3);
    assert.ok(execution.words.length >= large + length * 3);
    assert.equal(execution.words[early], 42);
  });

  it('gives each run the same words, cleared', () => {
    const execution = new Execution();
    const seen: number[][] = [];
    const program = scenario('words', function* (s) {
      const x = s.cell('x', 0);
      seen.push([x.location, execution.words[x.location]]);
      yield* x.write(5);
    });
    const walk = new RandomWalk(1);
    for (let run = 0; run < 3; run++) {
      walk.begin(run);
      execution.execute(program, walk);
    }
    assert.deepEqual(seen[1], seen[0]);
    assert.deepEqual(seen[2], seen[0]);
    assert.equal(seen[0][1], 0);
  });

  it('knows whether there is memory that can race', () => {
    const execution = new Execution();
    execution.allocate(1);
    assert.equal(execution.hasPlainMemory, false);
    execution.allocatePlain(1, true);
    assert.equal(execution.hasPlainMemory, true);
  });

  it('refuses a scenario that wants more words than there are, in words', () => {
    const execution = new Execution();
    const walk = new RandomWalk(1);
    walk.begin(0);
    const greedy = scenario('greedy', function* (s) {
      s.array('much', 100_000_000, 0);
      yield* s.fence();
    });
    execution.execute(greedy, walk);
    assert.equal(execution.failure?.verdict, 'scenario-misuse');
    assert.match(execution.failure.message, /more than \d+ words/);
  });
});
