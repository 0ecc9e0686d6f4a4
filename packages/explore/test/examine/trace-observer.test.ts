import assert from 'node:assert/strict';
import type { Program } from '../../src/engine/execution.ts';
import { READ } from '../../src/engine/footprint.ts';
import { defineKind, Operation, RETURNS_NOTHING } from '../../src/engine/operation.ts';
import { Strand } from '../../src/engine/strand.ts';
import { TraceObserver } from '../../src/examine/trace-observer.ts';
import { scenario } from '../../src/scenario.ts';
import { lostUpdate, parallel } from '../campaign/programs.ts';
import { SwitchingMachine } from '../engine/switching-machine.ts';
import { runIn, watch } from './watched.ts';

describe('the detailed trace', () => {
  it('has every step with its thread, operation, value and switch', () => {
    const steps = watch(lostUpdate, [0, 0, 1, 2, 2, 1, 0, 0]).steps();
    assert.deepEqual(
      steps.map(({ strand, text, value, switched }) => [strand, text, value, switched]),
      [
        ['main', 'spawn(t1)', null, false],
        ['main', 'spawn(t2)', null, false],
        ['main/t1', 'x.load()', 0, false],
        ['main/t2', 'x.load()', 0, true],
        ['main/t2', 'x.store(1)', null, false],
        ['main/t1', 'x.store(1)', null, true],
        ['main', 't1.join()', 0, false],
        ['main', 't2.join()', 0, false],
        ['main', 'x.peek()', 1, false],
      ],
    );
    assert.deepEqual(
      steps.map(({ isStep }) => isStep),
      [true, true, true, true, true, true, true, true, false],
    );
  });

  it('points into the source of the scenario', () => {
    for (const { at } of watch(lostUpdate, []).steps()) {
      assert.match(at ?? '', /^packages\/explore\/test\/campaign\/programs\.ts:\d+$/);
    }
  });

  it('shows choices and logs between the steps', () => {
    const program = parallel('talks', function* (s) {
      s.log('begins');
      const chosen = s.choose(3);
      yield* s.fence();
      s.log(`chose ${chosen}`);
    });
    const shown = watch(program, []).steps();
    assert.deepEqual(
      shown.map(({ op, text, value }) => [op, text, value]),
      [
        ['log', 'begins', null],
        ['choose', 'choose(3)', 0],
        ['fence', 'fence()', null],
        ['log', 'chose 0', null],
      ],
    );
  });

  it('gives true or false for operations that give that', () => {
    const program = parallel('tries', function* (s) {
      const m = s.mutex('m');
      yield* m.tryLock();
      yield* m.tryLock();
      yield* s.atomic('x', 1).compareExchange(1, 2);
    });
    assert.deepEqual(
      watch(program, [])
        .steps()
        .map(({ value }) => value),
      [true, false, true],
    );
  });

  it('ends with the operation that failed, though it made no step', () => {
    const program = parallel('misuses', function* (s) {
      yield* s.fence();
      yield* s.mutex('m').unlock();
    });
    const last = watch(program, []).steps().at(-1);
    assert.deepEqual([last?.text, last?.value, last?.isStep], ['m.unlock()', null, true]);
  });

  it('adds nothing after an assertion, whose step is there already', () => {
    const program = parallel('fails', function* (s) {
      yield* s.fence();
      s.fail('here');
    });
    assert.deepEqual(
      watch(program, [])
        .steps()
        .map(({ op }) => op),
      ['fence'],
    );
  });

  it('keeps a long run short, and takes stacks of its beginning only', () => {
    const program = parallel('long', function* (s) {
      for (let i = 0; i < 6000; i++) yield* s.fence();
    });
    const { rows } = watch(program, []);
    assert.equal(rows.length, 5000);
    assert.notEqual(rows[999].stack, null);
    assert.equal(rows[1001].stack, null);
  });

  it('takes no stacks when none are wanted', () => {
    let observer: TraceObserver | null = null;
    const program = scenario('quiet', function* (s) {
      yield* s.fence();
    });
    runIn(program, [], (execution) => (observer = new TraceObserver(execution, false)));
    assert.deepEqual(
      observer!.rows.map(({ stack }) => stack),
      [null],
    );
  });
});

describe('the detailed trace of a machine', () => {
  const FAILS = defineKind({
    name: 'test.fails',
    access: READ,
    returns: RETURNS_NOTHING,
    perform(execution, operation) {
      operation.strand.pending = null;
      return execution.stop('panic', 'in the middle');
    },
  });

  class SwitchedOut extends Strand {
    readonly #operation = new Operation(this.execution, this);

    step(): void {
      this.#operation.perform();
    }

    prepare(): void {
      this.execution.announced(this.#operation.set(FAILS, null, 0, 0, 0));
    }
  }

  it('ends with the operation that failed, though its thread was switched out by it', () => {
    const program: Program = {
      name: 'fails',
      start(execution) {
        execution.addStrand('cpu0/a', null, () => new SwitchedOut(execution)).prepare();
      },
    };
    assert.deepEqual(
      watch(program, [])
        .steps()
        .map(({ strand, op }) => [strand, op]),
      [['cpu0/a', 'fails']],
    );
  });

  it('shows plain data that was written within a step, with what was written', () => {
    const machine = new SwitchingMachine('writes', [
      {
        threads: {
          *a(t) {
            yield* t.add(0, 1);
            t.set(1, t.get(0) + 6);
            t.set(1, 8);
          },
        },
      },
    ]);
    assert.deepEqual(
      watch(machine, [])
        .steps()
        .map(({ op, text, value, isStep }) => [op, text, value, isStep]),
      [
        ['add', 'x.add(1)', 1, true],
        ['peek', 'x.peek()', 1, false],
        ['write', 'y.write(7)', null, false],
        ['write', 'y.write(8)', null, false],
      ],
    );
  });
});
