import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { KernelPanic, LIST_HEAD_WORDS, Memory, list } from '@smplab/kmem';
import type { QueueHead } from '@smplab/kmem';
import { checkAgainstArray } from './fixtures/queue-model.ts';
import { Proc } from './fixtures/structs.ts';

const queue = list(Proc, 'p_list');

describe('LIST', () => {
  it('behaves as an array under random operations', () => {
    checkAgainstArray((memory) => {
      const heads = [0, 1].map(() => memory.reserve<QueueHead<'list', 'proc'>>(LIST_HEAD_WORDS));
      for (const head of heads) queue.init(memory, head);
      return {
        insertHead: (head, element) => queue.insertHead(memory, heads[head], element),
        insertAfter: (_head, listed, element) => queue.insertAfter(memory, listed, element),
        insertBefore: (_head, listed, element) => queue.insertBefore(memory, listed, element),
        remove: (_head, element) => queue.remove(memory, element),
        concat: () => queue.concat(memory, heads[0], heads[1]),
        first: (head) => queue.first(memory, heads[head]),
        next: (element) => queue.next(memory, element),
        prev: (head, element) => queue.prev(memory, heads[head], element),
        empty: (head) => queue.empty(memory, heads[head]),
        foreach: (head) => queue.foreach(memory, heads[head]),
      };
    });
  });

  it('works on a head that is a field of a struct', () => {
    const memory = Memory.create();
    const parent = Proc.view(memory, memory.reserve<'proc'>(Proc.size));
    const child = memory.reserve<'proc'>(Proc.size);
    queue.insertHead(memory, parent.p_children, child);
    assert.deepEqual([...queue.foreach(memory, parent.p_children)], [child]);
  });

  it('notices the second removal of an element', () => {
    const memory = Memory.create();
    const head = memory.reserve<QueueHead<'list', 'proc'>>(LIST_HEAD_WORDS);
    const element = memory.reserve<'proc'>(Proc.size);
    queue.insertHead(memory, head, element);
    queue.remove(memory, element);
    assert.throws(() => queue.remove(memory, element), KernelPanic);
  });
});
