import assert from 'node:assert/strict';
import type { Execution } from '../../src/engine/execution.ts';
import { RandomWalk } from '../../src/strategies/random-walk.ts';
import { adders, lostUpdate, parallel } from '../campaign/programs.ts';
import { chiSquare, tally, upTo, walk } from './walk.ts';

/** A random walk that counts which of how many it picked. */
class CountedWalk extends RandomWalk {
  readonly picks = new Map<number, number[]>();

  override pick(execution: Execution): number {
    const { enabledCount } = execution;
    const position = super.pick(execution);
    const counts = this.picks.get(enabledCount) ?? new Array<number>(enabledCount).fill(0);
    counts[position]++;
    this.picks.set(enabledCount, counts);
    return position;
  }
}

describe('the random walk', () => {
  it('picks every strand that can move equally often', () => {
    const strategy = new CountedWalk(1);
    walk(adders(8, 8, 8), strategy, upTo(500));
    assert.ok(chiSquare(strategy.picks.get(3) ?? [], 3) < 13.8);
    assert.ok(chiSquare(strategy.picks.get(2) ?? [], 2) < 10.8);
  });

  it('picks every alternative of a choice equally often', () => {
    const seen: string[] = [];
    const program = parallel('chooses', function* (s) {
      seen.push(String(s.choose(5)));
      yield* s.fence();
    });
    walk(program, new RandomWalk(3), upTo(2000));
    assert.ok(chiSquare(tally(seen).values(), 5) < 18.5);
  });

  it('finds a lost update within a few schedules', () => {
    const verdicts = walk(lostUpdate, new RandomWalk(1), upTo(30)).map(({ verdict }) => verdict);
    assert.ok(verdicts.includes('assertion'));
  });

  it('goes another way with another seed', () => {
    const orders = (seed: number): string[] =>
      walk(adders(4, 4), new RandomWalk(seed), upTo(20)).map(({ order }) => order);
    assert.deepEqual(orders(1), orders(1));
    assert.notDeepEqual(orders(1), orders(2));
  });
});
