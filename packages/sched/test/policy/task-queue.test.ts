import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { TaskQueue } from '../../src/policy/task-queue.ts';
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

describe('a queue of tasks', () => {
  it('is a list that is added to at both ends and taken from anywhere', () => {
    const change = fc.tuple(fc.constantFrom('push', 'unshift', 'take', 'remove'), fc.nat(30));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 100 }), (changes) => {
        const [queue, model] = [new TaskQueue<null>(), [] as Task<null>[]];
        for (const [at, [what, index]] of changes.entries()) {
          const task = taskOf(at);
          if (what === 'push') model.push(task);
          if (what === 'unshift') model.unshift(task);
          if (what === 'push' || what === 'unshift') queue[what](task);
          else if (what === 'take') assert.equal(queue.takeFor(0), model.shift() ?? null);
          else {
            const removed = model.splice(index, 1).at(0);
            assert.equal(queue.remove(removed ?? task), removed !== undefined);
          }
          assert.equal(queue.length, model.length);
          assert.deepEqual(
            model.map((_, place) => queue.at(place)),
            model,
          );
        }
      }),
    );
  });

  it('gives a CPU the first task that may run there', () => {
    const queue = new TaskQueue<null>();
    const [a, b] = [taskOf(1, [1]), taskOf(2)];
    queue.push(a);
    queue.push(b);
    assert.equal(queue.takeFor(0), b);
    assert.equal(queue.takeFor(0), null);
    assert.equal(queue.takeFor(1), a);
  });
});
