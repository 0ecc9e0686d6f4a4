import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Memory, NULL, SLIST_HEAD_WORDS, slist } from '@smplab/kmem';
import type { QueueHead } from '@smplab/kmem';
import { P_MARKER, Proc } from './fixtures/structs.ts';

const queue = slist(Proc, 'p_free', { marker: { field: 'p_flag', mask: P_MARKER } });

/** A list of five of which the first, third and last are markers. */
function setUp() {
  const memory = Memory.create();
  const head = memory.reserve<QueueHead<'slist', 'proc'>>(SLIST_HEAD_WORDS);
  const elements = [0, 1, 2, 3, 4].map(() => memory.reserve<'proc'>(Proc.size));
  for (const element of elements.toReversed()) queue.insertHead(memory, head, element);
  for (const index of [0, 2, 4]) Proc.view(memory, elements[index]).p_flag = P_MARKER | 1;
  return { memory, head, elements };
}

describe('iteration over lists', () => {
  it('skips markers and shows them to those who ask for raw links', () => {
    const { memory, head, elements } = setUp();
    assert.deepEqual([...queue.foreach(memory, head)], [elements[1], elements[3]]);
    assert.equal(queue.firstElement(memory, head), elements[1]);
    assert.equal(queue.nextElement(memory, elements[3]), NULL);
    assert.equal(queue.first(memory, head), elements[0]);
    assert.equal(queue.next(memory, elements[0]), elements[1]);
    assert.equal(queue.isMarker(memory, elements[2]), true);
    assert.equal(queue.isMarker(memory, elements[3]), false);
  });

  it('is not empty with markers alone, though it yields nothing', () => {
    const { memory, head, elements } = setUp();
    queue.remove(memory, head, elements[1]);
    queue.remove(memory, head, elements[3]);
    assert.equal(queue.empty(memory, head), false);
    assert.deepEqual([...queue.foreach(memory, head)], []);
  });

  it('bears the removal of the current element in the safe form', () => {
    const { memory, head, elements } = setUp();
    const seen = [];
    for (const element of queue.foreachSafe(memory, head)) {
      queue.remove(memory, head, element);
      memory.words.fill(-1, element, element + Proc.size);
      seen.push(element);
    }
    assert.deepEqual(seen, [elements[1], elements[3]]);
  });
});
