import assert from 'node:assert/strict';
import type { Program } from '../../src/engine/execution.ts';
import { Guided } from '../../src/examine/guided.ts';
import { adders, parallel, sharedAtomic } from '../campaign/programs.ts';
import { walk } from '../strategies/walk.ts';

function orderOf(
  program: Program,
  sequence: readonly number[],
  choices = new Map<number, number[]>(),
): string {
  return walk(program, new Guided(sequence, choices), [0])[0].order;
}

describe('guided replay', () => {
  it('lets the strands step in the order wished', () => {
    assert.equal(orderOf(adders(2, 2), [1, 0, 0, 1]), 't2 t1 t1 t2');
  });

  it('stays with the strand when the list is used up', () => {
    assert.equal(orderOf(adders(2, 3), [1]), 't2 t2 t2 t1 t1');
    assert.equal(orderOf(adders(2, 2), []), 't1 t1 t2 t2');
  });

  it('passes over a wish for a strand that is not there', () => {
    assert.equal(orderOf(adders(2, 2), [7, 1, 9, 0]), 't2 t1 t1 t2');
  });

  it('keeps a wish for a strand that is blocked until it can be had', () => {
    const program = parallel(
      'waits',
      function* (s) {
        const x = sharedAtomic(s);
        yield* s.waitUntil(() => x.peek() === 1);
        yield* x.store(2);
      },
      function* (s) {
        yield* sharedAtomic(s).store(1);
        yield* s.fence();
        yield* s.fence();
      },
    );
    assert.equal(orderOf(program, [0, 0, 1, 1, 1]), 't2 t1 t1 t2 t2');
  });

  it('gives each strand its choices in order, and 0 where there are none or they do not fit', () => {
    const seen: string[] = [];
    const program = parallel('chooses', function* (s) {
      seen.push(`${s.choose(5)}${s.choose(2)}${s.choose(3)}`);
      yield* s.fence();
    });
    orderOf(program, [], new Map([[0, [4, 3]]]));
    assert.deepEqual(seen, ['400']);
  });

  it('starts over for every run', () => {
    const guided = new Guided([1, 1, 0], new Map());
    const orders = walk(adders(2, 2), guided, [0, 1]).map(({ order }) => order);
    assert.deepEqual(orders, ['t2 t2 t1 t1', 't2 t2 t1 t1']);
  });
});
