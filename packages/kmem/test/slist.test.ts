import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { KernelPanic, Memory, NULL, SLIST_HEAD_WORDS, slist } from '@smplab/kmem';
import type { QueueHead } from '@smplab/kmem';
import { checkAgainstArray } from './fixtures/queue-model.ts';
import { Proc } from './fixtures/structs.ts';

const queue = slist(Proc, 'p_free');

describe('SLIST', () => {
  it('behaves as an array under random operations', () => {
    checkAgainstArray((memory) => {
      const heads = [0, 1].map(() => memory.reserve<QueueHead<'slist', 'proc'>>(SLIST_HEAD_WORDS));
      for (const head of heads) queue.init(memory, head);
      return {
        insertHead: (head, element) => queue.insertHead(memory, heads[head], element),
        insertAfter: (_head, listed, element) => queue.insertAfter(memory, listed, element),
        insertBefore: (head, listed, element) => queue.insertBefore(memory, heads[head], listed, element),
        remove: (head, element) => queue.remove(memory, heads[head], element),
        removeHead: (head) => queue.removeHead(memory, heads[head]),
        concat: () => queue.concat(memory, heads[0], heads[1]),
        first: (head) => queue.first(memory, heads[head]),
        next: (element) => queue.next(memory, element),
        empty: (head) => queue.empty(memory, heads[head]),
        foreach: (head) => queue.foreach(memory, heads[head]),
      };
    });
  });

  it('removes after an element and panics for a stranger', () => {
    const memory = Memory.create();
    const head = memory.reserve<QueueHead<'slist', 'proc'>>(SLIST_HEAD_WORDS);
    const [a, b] = [1, 2].map(() => memory.reserve<'proc'>(Proc.size));
    queue.insertHead(memory, head, a);
    queue.insertAfter(memory, a, b);
    assert.equal(queue.removeAfter(memory, a), b);
    assert.equal(queue.removeAfter(memory, a), NULL);
    assert.throws(() => queue.remove(memory, head, b), KernelPanic);
  });
});
