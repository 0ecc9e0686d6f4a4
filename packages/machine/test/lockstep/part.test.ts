import assert from 'node:assert/strict';
import { Execution, kindOf } from '@smplab/explore';
import { runSchedules } from '../../src/index.ts';
import { choicesOf } from '../../src/lockstep/part.ts';
import {
  PUBLISHED_CHOICE,
  PUBLISHED_FAILURE,
  PUBLISHED_STEP,
  ROLE_BACKGROUND_THREAD,
  ROLE_IRQ,
  ROLE_THREAD,
  ROLE_TIMER,
  Stage,
} from '../../src/lockstep/stage.ts';
import { PlayedStage, recordPart } from '../fixtures/recorded-part.ts';

describe('the part of a lockstep machine that is one CPU', () => {
  it('publishes its lines first, then its threads, then each step', () => {
    const { publications } = recordPart(function* (k) {
      const word = yield* k.kmalloc('word', 4);
      yield* k.atomic_store_rel_int(word, 41);
      yield* k.atomic_fetchadd_int(word, 1);
    });
    const stages = publications.map((words) => new PlayedStage([words]));
    for (const stage of stages) assert.equal(stage.command(0, 0), PUBLISHED_STEP);
    const roles = stages.map((stage) => stage.strands().map(({ role }) => role));
    assert.deepEqual(roles[0], [ROLE_IRQ, ROLE_TIMER]);
    assert.deepEqual(roles[1], [ROLE_IRQ, ROLE_TIMER, ROLE_THREAD]);
    assert.ok(roles.at(-1)?.includes(ROLE_BACKGROUND_THREAD), 'the idle thread runs at the end');
    assert.ok(
      stages
        .at(-1)
        ?.strands()
        .some(({ role, ended }) => role === ROLE_THREAD && ended),
    );
    const steps = stages.slice(2).map(({ step }) => `${kindOf(step.kind)?.name} ${step.value}`);
    assert.ok(
      steps.some((step) => step.endsWith(' 41')),
      steps.join(),
    );
  });

  it('makes the steps that an explored machine makes', () => {
    const record = recordPart(function* (k) {
      const token = k.lwkt_token_init('t');
      yield* k.lwkt_gettoken(token);
      yield* k.lwkt_reltoken(token);
    });
    const [explored] = runSchedules(new Execution({ races: false }), record.scenario, {
      strategy: 'random',
      seed: 1,
    });
    assert.equal(explored.verdict, 'none');
    // The first two publications are no steps.
    assert.equal(record.publications.length - 2, explored.steps);
    assert.equal(record.execution.steps, explored.steps);
  });

  it('leaves choices to the conductor', () => {
    const { publications, execution } = recordPart(function* (k) {
      yield* k.cpu_mfence();
      k.assert(k.choose(3) === 2, 'as it was answered');
    });
    assert.equal(execution.failure, null);
    assert.equal(publications.filter((words) => words[5] === PUBLISHED_CHOICE).length, 1);
    const asked: number[] = [];
    const stage = { choose: (count: number) => asked.push(count) } as unknown as Stage;
    const choices = choicesOf(stage);
    choices.choose(4, execution);
    assert.deepEqual([asked, choices.begin(0)], [[4], true]);
  });

  it('publishes a failure with its verdict', () => {
    const { publications } = recordPart(function* (k) {
      yield* k.cpu_mfence();
      k.fail('for the record');
    });
    const stage = new PlayedStage([publications.at(-1) as Int32Array]);
    assert.equal(stage.command(0, 0), PUBLISHED_FAILURE);
    assert.equal(stage.text, 'assertion\nfor the record');
  });
});
