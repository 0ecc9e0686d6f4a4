import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import {
  Control,
  PHASE_EXAMINING,
  PHASE_LOADING,
  PHASE_RUNNING,
  profileNumber,
} from '../../src/farm/control.ts';

describe('the shared words of a campaign', () => {
  it('begin without a limit, and not stopped', () => {
    const control = new Control().start();
    assert.equal(control.isStopped, false);
    assert.ok(control.limit >= 2_000_000_000);
  });

  it('keep the lowest limit', () => {
    const control = new Control().start();
    for (const index of [70, 30, 50]) control.limitTo(index);
    assert.equal(control.limit, 30);
  });

  it('are seen by whoever has the buffer', () => {
    const control = new Control().start();
    const other = new Control(control.buffer);
    control.stop();
    control.limitTo(5);
    assert.deepEqual([other.isStopped, other.limit], [true, 5]);
  });

  it('are seen by another thread', async () => {
    const control = new Control().start();
    const code = `const { workerData } = require('node:worker_threads');
      Atomics.store(new Int32Array(workerData), 0, 1);`;
    await once(new Worker(code, { eval: true, workerData: control.buffer }), 'exit');
    assert.equal(control.isStopped, true);
  });

  it('give each worker a slot of its own', () => {
    const control = new Control().start();
    assert.deepEqual(control.slots(), []);
    const [a, b] = [control.takeSlot(), control.takeSlot()];
    a.begin(7, PHASE_RUNNING);
    b.begin(8, PHASE_LOADING);
    assert.deepEqual(
      control.slots().map(({ task, phase }) => [task, phase]),
      [
        [7, PHASE_RUNNING],
        [8, PHASE_LOADING],
      ],
    );
  });

  it('have room for every worker that ever replaces another', () => {
    const control = new Control().start();
    for (let i = 0; i < 2000; i++) control.takeSlot().begin(i, PHASE_RUNNING);
    assert.ok(control.slots().some(({ task }) => task === 1999));
  });
});

describe('the slot of a worker', () => {
  it('counts schedules and steps', () => {
    const slot = new Control().start().takeSlot();
    slot.enter(12);
    slot.count(100);
    slot.enter(13);
    slot.count(2 ** 33);
    assert.deepEqual([slot.schedule, slot.schedules, slot.steps], [13, 2, 100 + 2 ** 33]);
  });

  it('numbers the profiling runs below zero, and back', () => {
    assert.deepEqual([0, 1, 2].map(profileNumber), [-1, -2, -3]);
    assert.deepEqual([-1, -2, -3].map(profileNumber), [0, 1, 2]);
  });

  it('has a pulse that changes with everything the worker does', () => {
    const slot = new Control().start().takeSlot();
    const pulses = new Set<string>([slot.pulse]);
    const beat = (): number => pulses.add(slot.pulse).size;
    slot.begin(1, PHASE_LOADING);
    assert.equal(beat(), 2);
    slot.begin(1, PHASE_EXAMINING);
    assert.equal(beat(), 3);
    slot.enter(4);
    assert.equal(beat(), 4);
    slot.words[1]++;
    assert.equal(beat(), 5);
    slot.words[0]++;
    assert.equal(beat(), 6);
    assert.equal(beat(), 6, 'and with nothing else');
  });

  it('tells the step and the strand the execution wrote', () => {
    const slot = new Control().start().takeSlot();
    slot.words.set([9, 5, 2]);
    assert.deepEqual([slot.step, slot.strand], [5, 2]);
    slot.enter(1);
    assert.deepEqual([slot.step, slot.strand], [0, 0]);
  });
});
