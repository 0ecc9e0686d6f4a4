import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { classOf, IDLE, REAL_TIME, rtPriorityOf, TIME_SHARING } from '../../src/policy/scheduling-class.ts';
import { Task } from '../../src/task/task.ts';

const taskOf = (priority?: number): Task =>
  new Task(1, 0, null, { name: 'a', ...(priority === undefined ? {} : { priority }), *program() {} });

describe('scheduling classes', () => {
  it('are real time below 100, time sharing from there, idle from 140 on', () => {
    assert.deepEqual(
      [-1, 0, 99, undefined, 120, 139, 140].map((priority) => classOf(taskOf(priority))),
      [REAL_TIME, REAL_TIME, REAL_TIME, TIME_SHARING, TIME_SHARING, TIME_SHARING, IDLE],
    );
  });

  it('have 32 levels, in the order of priorities', () => {
    assert.deepEqual(
      [-1, 0, 3, 4, 50, 99, 140, 150, 999].map((priority) => rtPriorityOf(taskOf(priority))),
      [0, 0, 0, 1, 16, 31, 0, 10, 31],
    );
  });
});
