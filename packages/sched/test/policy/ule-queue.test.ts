import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { newUle, type Ule } from '../../src/policy/ule-interactivity.ts';
import { uleSettings } from '../../src/policy/ule-options.ts';
import { UleQueue } from '../../src/policy/ule-queue.ts';
import { Task } from '../../src/task/task.ts';

let ids = 0;
function taskOf(name: string, priority: number, affinity?: readonly number[]): Task<Ule> {
  const options = { name, *program() {}, ...(affinity === undefined ? {} : { affinity }) };
  return new Task<Ule>(++ids, 0, { ...newUle(0), priority }, options);
}

function order(queue: UleQueue): string {
  const names: string[] = [];
  for (let task = queue.first(); task !== null; task = queue.first()) {
    queue.remove(task);
    names.push(task.name);
  }
  return names.join(' ');
}

describe("ULE's queues of a CPU", () => {
  it('run the interactive by priority, then those of the calendar, then the idle', () => {
    const queue = new UleQueue();
    for (const [name, priority] of [
      ['idle', 224],
      ['batch', 180],
      ['slow', 148],
      ['quick', 120],
      ['real', 48],
    ] as const)
      queue.add(taskOf(name, priority), false);
    assert.equal(queue.lowpri, 48);
    assert.equal(order(queue), 'real quick slow batch idle');
    assert.deepEqual([queue.load, queue.waiting, queue.lowpri], [0, 0, 255]);
  });

  it('put four priorities into one queue, first in, first out', () => {
    const queue = new UleQueue();
    queue.add(taskOf('b', 123), false);
    queue.add(taskOf('a', 120), false);
    queue.add(taskOf('c', 124), false);
    assert.equal(order(queue), 'b a c');
  });

  it('put a thread 64 * (priority - 152) / 72 slots ahead, so that worse ones have a turn', () => {
    const queue = new UleQueue();
    const late = taskOf('late', 203);
    queue.add(late, false);
    assert.equal(late.data.level, 45);
    // 26 slots later a better one goes to slot 26 + 17 = 43, two later still behind the one that waits.
    for (let tick = 0; tick < 26; tick++) queue.advance();
    const soon = taskOf('soon', 172);
    queue.add(soon, false);
    assert.equal(soon.data.level, 43);
    queue.remove(soon);
    for (let tick = 0; tick < 3; tick++) queue.advance();
    queue.add(soon, false);
    assert.equal(soon.data.level, 46);
    assert.equal(order(queue), 'late soon');
  });

  it('stop the calendar at a slot that is not empty, one slot behind', () => {
    const queue = new UleQueue();
    const now = taskOf('now', 152);
    queue.add(now, false);
    for (let tick = 0; tick < 5; tick++) queue.advance();
    assert.deepEqual([queue.ridx, queue.idx], [0, 1]);
    // The last slot of all is not that which is being emptied.
    const worst = taskOf('worst', 223);
    queue.add(worst, false);
    assert.equal(worst.data.level, 63);
    queue.remove(now);
    assert.deepEqual([queue.ridx, queue.idx], [1, 1]);
  });

  it('put who was preempted in front, where the calendar is', () => {
    const queue = new UleQueue();
    queue.add(taskOf('first', 152), false);
    queue.add(taskOf('preempted', 203), true);
    assert.equal(order(queue), 'preempted first');
  });

  it('give away the second of the calendar rather than the first, and only where it may run', () => {
    const queue = new UleQueue();
    const [first, pinned, other] = [taskOf('a', 172), taskOf('b', 172, [0]), taskOf('c', 200)];
    for (const task of [first, pinned, other]) queue.add(task, false);
    assert.equal(queue.stealFor(1), other);
    queue.remove(other);
    assert.equal(queue.stealFor(1), first);
    const quick = taskOf('quick', 120);
    queue.add(quick, false);
    assert.equal(queue.stealFor(1), quick);
  });

  it('make turns of 12 ticks by the number of others: 12, 12, 6, 4, 3, 2, 2', () => {
    const queue = new UleQueue();
    const slices = [];
    for (let load = 1; load <= 7; load++) {
      queue.add(taskOf('x', 180), false);
      slices.push(queue.sliceOf(uleSettings()));
    }
    assert.deepEqual(slices, [12, 12, 6, 4, 3, 2, 2]);
  });
});
