import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { TimeQueue } from '../../src/simulation/time-queue.ts';

const EVENTS = 100;

/** What it is to be: a list that is looked through. */
class Model {
  readonly #set = new Map<number, { time: number; sequence: number }>();
  #sequence = 0;

  set(event: number, time: number): void {
    this.#set.set(event, { time, sequence: this.#sequence++ });
  }

  cancel(event: number): void {
    this.#set.delete(event);
  }

  pop(): [number, number] {
    const [[event, { time }]] = [...this.#set].sort(
      ([, a], [, b]) => a.time - b.time || a.sequence - b.sequence,
    );
    this.#set.delete(event);
    return [event, time];
  }

  get size(): number {
    return this.#set.size;
  }
}

const change = fc.tuple(
  fc.constantFrom('set', 'set', 'set', 'cancel', 'pop'),
  fc.nat(EVENTS - 1),
  fc.nat(20),
);

describe('a queue of times', () => {
  it('gives events in the order of their times, and of their setting where those are the same', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 300 }), (changes) => {
        const [queue, model] = [new TimeQueue(), new Model()];
        for (let left = EVENTS; left > 0; left--) queue.add();
        for (const [what, event, time] of changes) {
          if (what === 'set') {
            queue.set(event, time);
            model.set(event, time);
          } else if (what === 'cancel') {
            queue.cancel(event);
            model.cancel(event);
          } else if (model.size > 0) {
            const { nextTime } = queue;
            assert.deepEqual([queue.pop(), nextTime], model.pop());
          }
          assert.equal(queue.size, model.size);
        }
        while (model.size > 0) {
          const { nextTime } = queue;
          assert.deepEqual([queue.pop(), nextTime], model.pop());
        }
      }),
      { numRuns: 100 },
    );
  });

  it('knows which events are set, and when', () => {
    const queue = new TimeQueue();
    const [a, b] = [queue.add(), queue.add()];
    assert.equal(queue.nextTime, Infinity);
    queue.set(a, 5);
    assert.deepEqual([queue.isSet(a), queue.isSet(b)], [true, false]);
    assert.deepEqual([queue.timeOf(a), queue.timeOf(b)], [5, Infinity]);
    queue.set(a, 7);
    assert.equal(queue.nextTime, 7);
    assert.equal(queue.size, 1);
  });

  it('gives out the number of an event that was removed', () => {
    const queue = new TimeQueue();
    const first = queue.add();
    queue.set(first, 3);
    queue.remove(first);
    assert.equal(queue.size, 0);
    assert.equal(queue.add(), first);
  });
});
