import assert from 'node:assert/strict';
import { DepthFirst } from '../../src/strategies/depth-first.ts';
import { adders, parallel, sharedAtomic } from '../campaign/programs.ts';
import { tally, upTo, walk } from './walk.ts';

const MANY = upTo(5000);

/** Every order of the given numbers of steps. */
function* ordersOf(left: readonly number[], made: readonly number[] = []): Generator<readonly number[]> {
  if (left.every((count) => count === 0)) yield made;
  for (let i = 0; i < left.length; i++) {
    if (left[i] === 0) continue;
    const rest = left.map((count, j) => (j === i ? count - 1 : count));
    yield* ordersOf(rest, [...made, i]);
  }
}

/** How often an order leaves a thread that has steps left. */
function preemptionsIn(order: readonly number[]): number {
  return order.filter((thread, at) => {
    const previous = order[at - 1];
    return at > 0 && previous !== thread && order.slice(at).includes(previous);
  }).length;
}

describe('depth-first search', () => {
  for (const [times, count] of [
    [[2, 2], 6],
    [[3, 3], 20],
    [[2, 2, 2], 90],
    [[1, 1, 1, 1], 24],
    [[3, 3, 3], 1680],
  ] as const) {
    it(`runs each of the ${count} orders of ${times.join(' and ')} steps once`, () => {
      const strategy = new DepthFirst();
      const walked = walk(adders(...times), strategy, MANY);
      assert.equal(walked.length, count);
      assert.equal(tally(walked.map(({ order }) => order)).size, count);
      assert.equal(strategy.complete, true);
      assert.equal(strategy.cut, false);
    });
  }

  it('runs every combination of choices once', () => {
    const seen: string[] = [];
    const program = parallel('chooses', function* (s) {
      const first = s.choose(3);
      yield* s.fence();
      seen.push(`${first}${s.choose(2)}${s.choose(1)}`);
    });
    assert.equal(walk(program, new DepthFirst(), MANY).length, 6);
    assert.deepEqual(seen.sort(), ['000', '010', '100', '110', '200', '210']);
  });

  for (const bound of [0, 1, 2, 3, 4]) {
    it(`runs exactly the orders with at most ${bound} preemptions when that is its bound`, () => {
      const times = [3, 3];
      const expected = [...ordersOf(times)].filter((order) => preemptionsIn(order) <= bound);
      const strategy = new DepthFirst(bound);
      const walked = walk(adders(...times), strategy, MANY);
      const orders = new Set(walked.map(({ order }) => order));
      const wanted = expected.map((order) => order.map((thread) => `t${thread + 1}`).join(' '));
      assert.deepEqual([...orders].sort(), wanted.sort());
      assert.equal(walked.length, orders.size);
      assert.equal(strategy.complete, true);
      assert.equal(strategy.cut, bound < 4);
    });
  }

  it('takes a strand that was passed over for hundreds of steps, so that spin loops end', () => {
    const program = parallel(
      'spins',
      function* (s) {
        while ((yield* sharedAtomic(s).load()) === 0);
      },
      function* (s) {
        yield* sharedAtomic(s).store(1);
      },
    );
    const strategy = new DepthFirst(0);
    const walked = walk(program, strategy, upTo(20));
    assert.ok(walked.length > 0 && walked.length < 20);
    assert.ok(walked.every(({ verdict, steps }) => verdict === 'none' && steps < 1000));
    assert.equal(strategy.complete, false, 'what was forced is not covered');
  });

  it('does not charge a hint as a preemption', () => {
    const program = parallel(
      'waits',
      function* (s) {
        while ((yield* sharedAtomic(s).load()) === 0) yield* s.yield();
      },
      function* (s) {
        yield* sharedAtomic(s).store(1);
      },
    );
    const strategy = new DepthFirst(0);
    const walked = walk(program, strategy, MANY);
    assert.deepEqual(walked.map(({ order }) => order).sort(), ['t1 t2 t1 t1', 't2 t1']);
    assert.equal(strategy.complete, true);
  });

  it('notices a program that does not repeat itself', () => {
    let runs = 0;
    const program = parallel(
      'differs',
      function* (s) {
        for (let i = runs++ % 3; i >= 0; i--) yield* s.fence();
      },
      function* (s) {
        yield* s.fence();
        yield* s.fence();
      },
    );
    const strategy = new DepthFirst();
    walk(program, strategy, upTo(200));
    assert.equal(strategy.diverged, true);
    const faithful = new DepthFirst();
    walk(adders(2, 2), faithful, MANY);
    assert.equal(faithful.diverged, false);
  });

  it('runs a program of one order once', () => {
    const strategy = new DepthFirst();
    assert.equal(walk(adders(4), strategy, MANY).length, 1);
    assert.equal(strategy.begin(), false);
  });
});
