import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type Fair, newFair } from '../../src/policy/fair-entity.ts';
import { FairHeap } from '../../src/policy/fair-heap.ts';
import { Task } from '../../src/task/task.ts';

function taskOf(id: number, vruntime: number): Task<Fair> {
  return new Task<Fair>(id, 0, { ...newFair(), vruntime, sequence: id }, { name: `${id}`, *program() {} });
}

describe('the heap of tasks of a fair policy', () => {
  it('gives them in order of their numbers, then of their coming, whoever is taken out between', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 });
    fc.assert(
      fc.property(numbers, fc.func(fc.boolean()), (vruntimes, isOut) => {
        const heap = new FairHeap(({ vruntime }) => vruntime);
        const tasks = vruntimes.map((vruntime, id) => taskOf(id, vruntime));
        for (const task of tasks) heap.push(task);
        const [out, kept] = [tasks.filter(({ id }) => isOut(id)), tasks.filter(({ id }) => !isOut(id))];
        for (const task of out) {
          assert.ok(heap.has(task));
          heap.remove(task);
          assert.ok(!heap.has(task));
        }
        const found: Task<Fair>[] = [];
        for (let { first } = heap; first !== null; first = heap.first) {
          found.push(first);
          heap.remove(first);
        }
        const expected = kept.toSorted((a, b) => a.data.vruntime - b.data.vruntime || a.id - b.id);
        assert.deepEqual(found, expected);
      }),
      { numRuns: 50 },
    );
  });
});
