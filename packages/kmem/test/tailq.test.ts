import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { KernelPanic, Kmalloc, Memory, NULL, TAILQ_HEAD_WORDS, tailq } from '@smplab/kmem';
import type { QueueHead, TailqHead } from '@smplab/kmem';
import { runCrew } from './fixtures/crew.ts';
import { checkAgainstArray } from './fixtures/queue-model.ts';
import { P_MARKER, Proc } from './fixtures/structs.ts';

const queue = tailq(Proc, 'p_allq', { marker: { field: 'p_flag', mask: P_MARKER } });

function setUp() {
  const memory = Memory.create();
  const head = memory.reserve<QueueHead<'tailq', 'proc'>>(TAILQ_HEAD_WORDS);
  queue.init(memory, head);
  const [a, b, c] = [1, 2, 3].map(() => memory.reserve<'proc'>(Proc.size));
  return { memory, head, a, b, c };
}

describe('TAILQ', () => {
  it('behaves as an array under random operations', () => {
    checkAgainstArray((memory) => {
      const heads = [0, 1].map(() => memory.reserve<QueueHead<'tailq', 'proc'>>(TAILQ_HEAD_WORDS));
      for (const head of heads) queue.init(memory, head);
      return {
        insertHead: (head, element) => queue.insertHead(memory, heads[head], element),
        insertTail: (head, element) => queue.insertTail(memory, heads[head], element),
        insertAfter: (head, listed, element) => queue.insertAfter(memory, heads[head], listed, element),
        insertBefore: (_head, listed, element) => queue.insertBefore(memory, listed, element),
        remove: (head, element) => queue.remove(memory, heads[head], element),
        concat: () => queue.concat(memory, heads[0], heads[1]),
        first: (head) => queue.first(memory, heads[head]),
        next: (element) => queue.next(memory, element),
        last: (head) => queue.last(memory, heads[head]),
        prev: (_head, element) => queue.prev(memory, element),
        empty: (head) => queue.empty(memory, heads[head]),
        foreach: (head) => queue.foreach(memory, heads[head]),
      };
    });
  });

  it('iterates backwards, skipping markers at either end', () => {
    const { memory, head, a, b, c } = setUp();
    for (const p of [a, b, c]) queue.insertTail(memory, head, p);
    Proc.view(memory, c).p_flag = P_MARKER;
    assert.deepEqual([...queue.foreachReverse(memory, head)], [b, a]);
    assert.equal(queue.lastElement(memory, head), b);
    assert.equal(queue.last(memory, head), c);
    assert.equal(queue.prevElement(memory, a), NULL);
  });

  it('notices the removal of an element that is on no list', () => {
    const { memory, head, a, b } = setUp();
    queue.insertTail(memory, head, a);
    queue.insertTail(memory, head, b);
    queue.remove(memory, head, a);
    assert.throws(() => queue.remove(memory, head, a), KernelPanic);
    assert.throws(() => queue.remove(memory, head, a), /bad link proc\.p_allq of element \d+/);
    assert.deepEqual([...queue.foreach(memory, head)], [b]);
  });

  it('keeps the next link of a removed element, as the macros do', () => {
    const { memory, head, a, b } = setUp();
    queue.insertTail(memory, head, a);
    queue.insertTail(memory, head, b);
    queue.remove(memory, head, a);
    assert.equal(queue.next(memory, a), b);
  });

  it('stays whole when workers insert and remove under a spin word', async () => {
    const memory = Memory.create({ initialWords: 8192 });
    Kmalloc.create(memory);
    const spin = memory.reserve(1);
    const head = memory.reserve(TAILQ_HEAD_WORDS) as TailqHead<'proc'>;
    queue.init(memory, head);
    await runCrew(memory, 'lists', 3, [spin, head, 300]);
    const p = Proc.view(memory);
    const pids = [...queue.foreach(memory, head)].map((element) => p.at(element).p_pid);
    assert.equal(pids.length, 600);
    assert.equal(new Set(pids).size, 600);
    const backwards = [...queue.foreachReverse(memory, head)].map((element) => p.at(element).p_pid);
    assert.deepEqual(backwards.reverse(), pids);
    assert.deepEqual([Kmalloc.attach(memory).statistics()[0].inUse], [600]);
  });
});
