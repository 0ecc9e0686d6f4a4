import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { TaskHeap } from '../../src/policy/task-heap.ts';
import { Task } from '../../src/task/task.ts';

function taskOf(id: number, affinity?: readonly number[]): Task<null> {
  return new Task<null>(id, 0, null, {
    name: `task ${id}`,
    *program() {
      // It is never run.
    },
    ...(affinity !== undefined && { affinity }),
  });
}

describe('a heap of tasks', () => {
  it('gives them by their keys, and in the order they came where those are the same', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10)), fc.array(fc.nat(40), { maxLength: 8 }), (keys, removed) => {
        const heap = new TaskHeap<null>();
        const entries = keys.map((key, at) => ({ key, task: taskOf(at) }));
        for (const { key, task } of entries) heap.push(task, key);
        for (const at of removed) if (at < entries.length) heap.remove(entries[at].task);
        const left = entries.filter((_, at) => !removed.includes(at)).sort((a, b) => a.key - b.key);
        assert.equal(heap.length, left.length);
        assert.equal(heap.leastKey, left.length === 0 ? Infinity : left[0].key);
        assert.deepEqual(
          left.map(() => heap.pop()),
          left.map(({ task }) => task),
        );
        assert.equal(heap.pop(), null);
      }),
    );
  });

  it('gives a CPU the first task that may run there', () => {
    const heap = new TaskHeap<null>();
    const [a, b] = [taskOf(1, [1]), taskOf(2)];
    heap.push(a, 1);
    heap.push(b, 2);
    assert.equal(heap.takeFor(0), b);
    assert.equal(heap.takeFor(1), a);
  });
});
