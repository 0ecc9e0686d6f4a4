import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { RunLinks, RunQueues } from '../../src/policy/run-queues.ts';
import { Task } from '../../src/task/task.ts';

function tasks(count: number): Task<null>[] {
  return Array.from(
    { length: count },
    (_, id) => new Task<null>(id, 0, null, { name: `${id}`, *program() {} }),
  );
}

describe('run queues', () => {
  it('are first in, first out within a level, and have the best level first', () => {
    const queues = new RunQueues<null>(96);
    const [a, b, c, d] = tasks(4);
    queues.push(a, 64);
    queues.push(b, 31);
    queues.push(c, 31);
    queues.unshift(d, 31);
    assert.deepEqual(
      queues.all().map(({ name }) => name),
      ['3', '1', '2', '0'],
    );
    assert.equal(queues.bestLevel(), 31);
    assert.equal(queues.bestLevel(32), 64);
    assert.equal(queues.bestLevel(65), -1);
    assert.equal(queues.worstLevel(), 64);
    assert.equal(queues.worstFor(0), a);
  });

  it('pass over those that may not run on a CPU', () => {
    const queues = new RunQueues<null>(32);
    const [a, b, c] = tasks(3);
    a.affinity = new Set([1]);
    c.affinity = new Set([1]);
    queues.push(a, 0);
    queues.push(b, 0);
    queues.push(c, 7);
    assert.equal(queues.bestFor(0), b);
    assert.equal(queues.bestFor(1), a);
    assert.equal(queues.worstFor(0), b);
    assert.equal(queues.worstFor(1), c);
    queues.remove(b);
    assert.equal(queues.bestFor(0), null);
    assert.equal(queues.worstFor(0), null);
  });

  it('that share links know of a task in any of them, and have room for as many as there are', () => {
    const links = new RunLinks<null>();
    const [here, there] = [new RunQueues<null>(8, links), new RunQueues<null>(8, links)];
    const all = tasks(200);
    for (const [at, task] of all.entries()) (at % 2 === 0 ? here : there).push(task, at % 8);
    assert.equal(here.length, 100);
    assert.ok(here.has(all[1]) && links.has(all[199]));
    assert.equal(there.remove(all[1]), true);
    assert.equal(there.remove(all[1]), false);
    assert.equal(links.has(all[1]), false);
    assert.equal(there.bestFor(0), all[9]);
    assert.equal(there.length, 99);
  });

  it('are what a list of lists is, whatever is done to them', () => {
    const doing = fc.array(
      fc.record({
        what: fc.constantFrom('push', 'unshift', 'remove'),
        task: fc.nat({ max: 9 }),
        level: fc.nat({ max: 39 }),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(doing, (steps) => {
        const queues = new RunQueues<null>(40);
        const model: Task<null>[][] = Array.from({ length: 40 }, () => []);
        const all = tasks(10);
        for (const { what, task: at, level } of steps) {
          const task = all[at];
          const isIn = model.flat().includes(task);
          if (what === 'remove') {
            assert.equal(queues.remove(task), isIn);
            for (const list of model) if (list.includes(task)) list.splice(list.indexOf(task), 1);
          } else if (!isIn) {
            queues[what === 'push' ? 'push' : 'unshift'](task, level);
            model[level][what === 'push' ? 'push' : 'unshift'](task);
          }
          assert.deepEqual(queues.all(), model.flat());
          assert.equal(queues.length, model.flat().length);
          assert.equal(
            queues.bestLevel(),
            model.findIndex(({ length }) => length > 0),
          );
          assert.equal(
            queues.worstLevel(),
            model.findLastIndex(({ length }) => length > 0),
          );
        }
      }),
    );
  });
});
