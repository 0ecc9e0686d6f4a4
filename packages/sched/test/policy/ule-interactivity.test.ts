import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  addSleep,
  inherit,
  interactScore,
  limitHistory,
  newUle,
  priorityOf,
  SLP_RUN_FORK,
  SLP_RUN_MAX,
  tickIncrement,
  type Ule,
  updateUse,
} from '../../src/policy/ule-interactivity.ts';
import { Task } from '../../src/task/task.ts';

const MS = 1 << 10;

function history(runMs: number, sleepMs: number): Ule {
  return { ...newUle(0), runtime: runMs * MS, slptime: sleepMs * MS };
}

function taskWith(data: Ule, nice = 0, priority = 100): Task<Ule> {
  return new Task<Ule>(1, 0, data, { name: 'task', nice, priority, *program() {} });
}

describe("ULE's estimate of a thread", () => {
  it('scores 50 * r / s for who sleeps more, 100 - 50 * s / r for who runs more', () => {
    assert.equal(interactScore(history(100, 1000), 100), 5);
    assert.equal(interactScore(history(500, 1000), 100), 25);
    assert.equal(interactScore(history(1000, 1000), 100), 50);
    assert.equal(interactScore(history(1000, 500), 100), 75);
    assert.equal(interactScore(history(1000, 0), 100), 100);
    assert.equal(interactScore(history(0, 0), 100), 0);
  });

  it('does not look closer at who runs more, where 50 is not interactive anyway', () => {
    assert.equal(interactScore(history(1000, 0), 30), 50);
  });

  it('keeps five seconds: a fifth is forgotten beyond them, half beyond six, nearly all beyond ten', () => {
    const data = history(2000, 3000);
    limitHistory(data);
    assert.deepEqual([data.runtime, data.slptime], [1600 * MS, 2400 * MS]);
    const more = history(3000, 4000);
    limitHistory(more);
    assert.deepEqual([more.runtime, more.slptime], [1500 * MS, 2000 * MS]);
    const most = history(4000, 1);
    addSleep(most, 60_000);
    assert.deepEqual([most.runtime, most.slptime], [1, SLP_RUN_MAX]);
  });

  it('gives a child half a second of history at most', () => {
    const child = newUle(0);
    inherit(child, history(1000, 3000));
    assert.deepEqual([child.runtime, child.slptime], [125 * MS, 375 * MS]);
    assert.equal(child.runtime + child.slptime, SLP_RUN_FORK);
  });

  it('gives the interactive a priority by their score, and nice counts in the score', () => {
    assert.equal(priorityOf(taskWith(history(0, 1000)), 30), 120);
    // 50 * 100 / 1000 = 5, and one priority each.
    assert.equal(priorityOf(taskWith(history(100, 1000)), 30), 125);
    assert.equal(priorityOf(taskWith(history(100, 1000), 10), 30), 135);
    // 25 + 10 is not interactive any more.
    assert.equal(priorityOf(taskWith(history(500, 1000), 10), 30), 182);
  });

  it('gives others one by their use of the last ten seconds, 0 to 31, and by nice', () => {
    const data = { ...history(1000, 0), ticks: 5000 * MS, ftick: 0, ltick: 10_000 };
    // Half of ten seconds; a priority is 313 ms of them.
    assert.equal(priorityOf(taskWith(data), 30), 172 + 15);
    assert.equal(priorityOf(taskWith(data, -20), 30), 172 + 15 - 20);
    assert.equal(priorityOf(taskWith({ ...data, ticks: 10_000 * MS }), 30), 172 + 31);
  });

  it('knows the classes of real time and of idle work', () => {
    assert.equal(priorityOf(taskWith(history(1, 0), 0, 0), 30), 48);
    assert.equal(priorityOf(taskWith(history(1, 0), 0, 140), 30), 224);
  });

  it('forgets use that is older than ten seconds', () => {
    const data = { ...newUle(0), ticks: 4000 * MS, ftick: 0, ltick: 10_000 };
    updateUse(data, 11_000, true);
    // 4 s of 10 s are 409 (shifted) each ms: 9 s of them are kept, and a second is added.
    assert.equal(data.ticks, 409 * 9000 + 1000 * MS);
    assert.equal(data.ftick, 1000);
    updateUse(data, 30_000, false);
    assert.equal(data.ticks, 0);
  });

  it('counts a tick of 127 Hz as 7.87 ms', () => {
    assert.equal(tickIncrement(127), 8062);
  });
});
