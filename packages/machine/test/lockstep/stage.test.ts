import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { EQUAL, NOT_EQUAL } from '@smplab/explore';
import {
  COMMAND_BEGIN,
  COMMAND_QUIT,
  COMMAND_STEP,
  PUBLISHED_CHOICE,
  PUBLISHED_FAILURE,
  PUBLISHED_LOST,
  PUBLISHED_STEP,
  ROLE_IRQ,
  ROLE_THREAD,
  Stage,
  STAGE_WORDS,
  type StrandImage,
} from '../../src/lockstep/stage.ts';

const TURN = 0;
const PUBLISHED = 5;

const waiting: StrandImage = {
  td: 400,
  role: ROLE_THREAD,
  ended: false,
  pending: {
    kind: 7,
    location: 99,
    comparison: EQUAL,
    waitLocation: 99,
    waitMask: -1,
    waitValue: 5,
    alternatives: [{ location: 12, mask: 3, comparison: NOT_EQUAL, value: -1 }],
  },
};
const resting: StrandImage = { td: 0, role: ROLE_IRQ, ended: false, pending: null };
const over: StrandImage = { td: 500, role: ROLE_THREAD, ended: true, pending: null };

/** The other side of a stage on a thread of its own. */
function startOther(role: 'cpu' | 'conductor', stage: Stage): Worker {
  const stageUrl = new URL('../../dist/lockstep/stage.js', import.meta.url).href;
  const url = new URL('../fixtures/stage-worker.mjs', import.meta.url);
  return new Worker(url, { workerData: { role, buffer: stage.buffer, stageUrl }, execArgv: [] });
}

describe('a stage', () => {
  it("is the conductor's at first", () => {
    assert.equal(Stage.create().words[TURN], 1);
  });

  it('tells the conductor what a step did, and what every strand waits for', () => {
    const stage = Stage.create();
    stage.publish({ completed: true, kind: 3, location: 44, value: -2 }, [resting, waiting, over]);
    assert.equal(stage.words[PUBLISHED], PUBLISHED_STEP);
    const reader = new Stage(stage.buffer);
    assert.deepEqual(reader.step, { completed: true, kind: 3, location: 44, value: -2 });
    assert.deepEqual(reader.strands(), [resting, waiting, over]);
    stage.publish(null, []);
    assert.equal(reader.step.completed, false);
    assert.deepEqual(reader.strands(), []);
  });

  it('tells of a failure in words, and cuts what is too long', () => {
    const stage = Stage.create();
    stage.publishFailure(null, 'assertion\nbeide zählen', [over]);
    assert.equal(stage.words[PUBLISHED], PUBLISHED_FAILURE);
    assert.equal(stage.text, 'assertion\nbeide zählen');
    stage.publishFailure(null, 'x'.repeat(10_000), [over]);
    assert.match(stage.text, /^x{1900,2048}$/);
    assert.deepEqual(stage.strands(), [over]);
  });

  it('refuses more strands than it has words for', () => {
    const many = Array.from({ length: STAGE_WORDS }, () => waiting);
    assert.throws(() => Stage.create().publish(null, many), RangeError);
  });

  it('passes the turn between two threads', async () => {
    const stage = Stage.create();
    const worker = startOther('cpu', stage);
    const gone = once(worker, 'exit');
    assert.equal(stage.command(COMMAND_BEGIN, 1), PUBLISHED_STEP);
    for (const argument of [10, 11, 12]) {
      assert.equal(stage.command(COMMAND_STEP, argument), PUBLISHED_STEP);
      const { kind, location, value } = stage.step;
      assert.deepEqual([kind, location, value], [COMMAND_STEP, argument, 2 * argument]);
    }
    assert.equal(stage.command(COMMAND_STEP, 3), PUBLISHED_CHOICE);
    assert.equal(stage.choiceCount, 5);
    assert.equal(stage.answer(4), PUBLISHED_STEP);
    assert.equal(stage.step.value, 10);
    assert.equal(stage.command(COMMAND_QUIT, 0), PUBLISHED_STEP);
    assert.deepEqual(await gone, [0]);
  });

  it('ends the wait of a conductor whose worker is lost, then and from then on', async () => {
    const stage = Stage.create();
    const conductor = startOther('conductor', stage);
    const answered = once(conductor, 'message');
    stage.lose();
    assert.deepEqual(await answered, [PUBLISHED_LOST]);
    assert.equal(stage.command(COMMAND_STEP, 2), PUBLISHED_LOST);
    assert.equal(stage.answer(1), PUBLISHED_LOST);
  });
});
