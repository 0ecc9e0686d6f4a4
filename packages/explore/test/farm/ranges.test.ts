import assert from 'node:assert/strict';
import { lanesOf } from '../../src/campaign/lanes.ts';
import { type Piece, piecesOf, schedulesOf } from '../../src/farm/ranges.ts';

function pieces(strategy: string, schedules: number): Piece[] {
  return [...piecesOf(schedules, lanesOf(strategy))];
}

describe('the pieces of a campaign', () => {
  for (const strategy of ['portfolio', 'dfs', 'random']) {
    for (const schedules of [1, 4, 49, 50, 51, 499, 500, 501, 1000, 1001, 12_345]) {
      it(`cover each of ${schedules} schedules of ${strategy} exactly once`, () => {
        const lanes = lanesOf(strategy);
        const covered = pieces(strategy, schedules).flatMap((piece) => [...schedulesOf(piece, lanes)]);
        assert.deepEqual(
          covered.sort((a, b) => a - b),
          Array.from({ length: schedules }, (_, i) => i),
        );
      });
    }
  }

  it('begin with a small one, so that an easy bug is reported at once', () => {
    const [first] = pieces('portfolio', 10_000);
    assert.deepEqual(first, { from: 0, to: 50, sequential: false });
  });

  it('keep what must run in order in one piece', () => {
    const sequential = pieces('portfolio', 10_000).filter((piece) => piece.sequential);
    assert.deepEqual(sequential, [{ from: 0, to: 10_000, sequential: true }]);
    assert.deepEqual(pieces('dfs', 10_000), sequential);
  });

  it('are made as they are asked for, also for billions of schedules', () => {
    const made = piecesOf(2_000_000_000, lanesOf('random'));
    assert.deepEqual(made.next().value, { from: 0, to: 50, sequential: false });
    assert.deepEqual(made.next().value, { from: 50, to: 500, sequential: false });
    assert.deepEqual(made.next().value, { from: 500, to: 1000, sequential: false });
  });
});
