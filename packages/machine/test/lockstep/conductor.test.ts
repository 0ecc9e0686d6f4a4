import assert from 'node:assert/strict';
import { Execution } from '@smplab/explore';
import { type KernelBody, runSchedules, type ScheduleOutcome } from '../../src/index.ts';
import { LockstepMachine } from '../../src/lockstep/conductor.ts';
import {
  COMMAND_BEGIN,
  COMMAND_END,
  COMMAND_FINISH,
  COMMAND_QUIT,
  COMMAND_START,
  COMMAND_STEP,
} from '../../src/lockstep/stage.ts';
import { type PartRecord, PlayedStage, recordPart } from '../fixtures/recorded-part.ts';

const steps: KernelBody = function* (k) {
  const word = yield* k.kmalloc('word', 4);
  yield* k.atomic_store_rel_int(word, 41);
  k.assert((yield* k.atomic_fetchadd_int(word, 1)) === 41, 'stored');
  yield* k.kfree(word, 'word');
};

/** Conducts what was recorded. */
function conduct(record: PartRecord, lostAfter = Infinity) {
  const stage = new PlayedStage(record.publications, lostAfter, record);
  const machine = new LockstepMachine('part', record.image, [stage]);
  const execution = new Execution({ memory: record.memory, races: false });
  const [outcome] = runSchedules(execution, machine, { strategy: 'random', seed: 1 });
  return { outcome, stage, machine, execution };
}

function explored(record: PartRecord): ScheduleOutcome {
  return runSchedules(new Execution({ races: false }), record.scenario, { strategy: 'random', seed: 1 })[0];
}

describe('the conductor of a lockstep machine', () => {
  it('has the hash, steps and verdict of the explored machine', () => {
    const record = recordPart(steps);
    assert.deepEqual(conduct(record).outcome, explored(record));
  });

  it('begins, starts, steps by the number of the strand, judges, ends and quits', () => {
    const { stage, machine } = conduct(recordPart(steps));
    machine.quit();
    machine.quit();
    const commands = stage.commands.map(([command]) => command);
    assert.deepEqual(commands.slice(0, 2), [COMMAND_BEGIN, COMMAND_START]);
    assert.deepEqual(commands.slice(-4), [COMMAND_FINISH, COMMAND_END, COMMAND_QUIT, COMMAND_QUIT]);
    const middle = stage.commands.slice(2, -4);
    assert.ok(
      middle.length > 5 &&
        middle.every(([command, number]) => command === COMMAND_STEP && [2, 3].includes(number)),
    );
  });

  it('fails as the part failed', () => {
    const record = recordPart(function* (k) {
      yield* k.cpu_mfence();
      k.panic('at the disco');
    });
    const { outcome } = conduct(record);
    assert.deepEqual([outcome.verdict, outcome.message], ['panic', 'at the disco']);
    assert.deepEqual(outcome, explored(record));
  });

  it('reports a worker that is lost, whenever that is', () => {
    const record = recordPart(steps);
    const message = (lostAfter: number): string => conduct(record, lostAfter).outcome.message;
    assert.match(message(0), /^cpu0 died while the machine started$/);
    assert.match(message(1), /^cpu0 died while the machine started$/);
    assert.match(message(4), /^cpu0 died, or did not come back, in the step of cpu0\/main$/);
  });

  it('tells of threads that can never go on', () => {
    const { execution, machine } = conduct(recordPart(steps));
    machine.stuck(execution, execution.strands.slice(2, 3));
    assert.equal(execution.failure?.verdict, 'deadlock');
    assert.match(execution.failure?.message ?? '', /cpu0\/main \(no wait message\) wait for ever/);
  });
});
