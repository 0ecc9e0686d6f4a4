import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { TaskGroups } from '../../src/policy/task-groups.ts';
import { Task } from '../../src/task/task.ts';

function taskOf(group?: string): Task {
  return new Task(1, 0, null, { name: 'task', *program() {}, ...(group === undefined ? {} : { group }) });
}

describe('task groups', () => {
  it('count for balancing as one task each, however many tasks they have', () => {
    const groups = new TaskGroups();
    const makes = Array.from({ length: 64 }, () => taskOf('make'));
    makes.forEach((task) => groups.add(task));
    const [alone, r] = [taskOf(), taskOf('R')];
    groups.add(alone);
    groups.add(r);
    assert.deepEqual(
      [makes[0], alone, r].map((task) => groups.loadOf(task)),
      [16, 1024, 1024],
    );
    makes.slice(0, 32).forEach((task) => groups.remove(task));
    assert.equal(groups.loadOf(makes[63]), 32);
  });
});
