import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type Fair, newFair } from '../../src/policy/fair-entity.ts';
import { DeadlineOrder, VruntimeOrder } from '../../src/policy/fair-order.ts';
import { Task } from '../../src/task/task.ts';

function taskOf(id: number, vruntime: number, deadline: number, affinity?: readonly number[]): Task<Fair> {
  const data = { ...newFair(), vruntime, deadline, sequence: id };
  const options = { name: `${id}`, *program() {}, ...(affinity === undefined ? {} : { affinity }) };
  return new Task<Fair>(id, 0, data, options);
}

describe('the order of those who wait', () => {
  it('is that of vruntimes under CFS, of those that may run there', () => {
    const order = new VruntimeOrder();
    assert.equal(order.leastVruntime, Infinity);
    const [pinned, second, last] = [taskOf(1, 5, 0, [1]), taskOf(2, 7, 0), taskOf(3, 9, 0)];
    for (const task of [last, pinned, second]) order.push(task);
    assert.equal(order.leastVruntime, 5);
    assert.equal(order.first(1), pinned);
    assert.equal(order.first(0), second);
    assert.ok(order.remove(second));
    assert.ok(!order.remove(second));
    assert.equal(order.first(0), last);
  });

  it('is that of deadlines under EEVDF, of those not beyond the average', () => {
    const order = new DeadlineOrder();
    const [early, late, ahead] = [taskOf(1, 10, 100), taskOf(2, 5, 200), taskOf(3, 50, 60)];
    for (const task of [early, late, ahead]) order.push(task);
    assert.equal(order.first(0, 20), early);
    assert.equal(order.first(0, 50), ahead);
    // The average goes back.
    assert.equal(order.first(0, 7), late);
    // Nobody is owed anything: the first by vruntime.
    assert.equal(order.first(0, 1), late);
  });

  it('is under EEVDF what a look at all of them says, whatever the average does', () => {
    const time = fc.integer({ min: 0, max: 30 });
    const step = fc.oneof(
      fc.tuple(time, time, fc.constantFrom([0], [1], [0, 1])),
      time.map((average) => average),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const order = new DeadlineOrder();
        const all: Task<Fair>[] = [];
        for (const each of steps) {
          if (typeof each !== 'number') {
            const task = taskOf(all.length, each[0], each[1], each[2]);
            order.push(task);
            all.push(task);
            continue;
          }
          const found = order.first(0, each);
          const fit = all.filter((task) => task.mayRunOn(0) && order.tasks().includes(task));
          const owed = fit.filter(({ data }) => data.vruntime <= each);
          const [expected] =
            owed.length > 0
              ? owed.toSorted((a, b) => a.data.deadline - b.data.deadline || a.id - b.id)
              : fit.toSorted((a, b) => a.data.vruntime - b.data.vruntime || a.id - b.id);
          assert.equal(found, expected ?? null);
          if (found !== null) assert.ok(order.remove(found));
        }
      }),
      { numRuns: 100 },
    );
  });
});
