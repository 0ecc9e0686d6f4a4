import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { KernelPanic, Memory, STAILQ_HEAD_WORDS, stailq } from '@smplab/kmem';
import type { QueueHead } from '@smplab/kmem';
import { checkAgainstArray } from './fixtures/queue-model.ts';
import { Proc } from './fixtures/structs.ts';

const queue = stailq(Proc, 'p_msgs');

describe('STAILQ', () => {
  it('behaves as an array under random operations', () => {
    checkAgainstArray((memory) => {
      const heads = [0, 1].map(() => memory.reserve<QueueHead<'stailq', 'proc'>>(STAILQ_HEAD_WORDS));
      for (const head of heads) queue.init(memory, head);
      return {
        insertHead: (head, element) => queue.insertHead(memory, heads[head], element),
        insertTail: (head, element) => queue.insertTail(memory, heads[head], element),
        insertAfter: (head, listed, element) => queue.insertAfter(memory, heads[head], listed, element),
        insertBefore: (head, listed, element) => queue.insertBefore(memory, heads[head], listed, element),
        remove: (head, element) => queue.remove(memory, heads[head], element),
        removeHead: (head) => queue.removeHead(memory, heads[head]),
        concat: () => queue.concat(memory, heads[0], heads[1]),
        first: (head) => queue.first(memory, heads[head]),
        next: (element) => queue.next(memory, element),
        last: (head) => queue.last(memory, heads[head]),
        empty: (head) => queue.empty(memory, heads[head]),
        foreach: (head) => queue.foreach(memory, heads[head]),
      };
    });
  });

  it('panics when an element to remove is not on the list', () => {
    const memory = Memory.create();
    const head = memory.reserve<QueueHead<'stailq', 'proc'>>(STAILQ_HEAD_WORDS);
    queue.init(memory, head);
    const stranger = memory.reserve<'proc'>(Proc.size);
    assert.throws(() => queue.remove(memory, head, stranger), KernelPanic);
  });
});
