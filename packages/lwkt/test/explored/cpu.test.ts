import assert from 'node:assert/strict';
import { EQUAL } from '@smplab/explore';
import { describe, it } from 'mocha';
import {
  crit_enter,
  crit_exit,
  GD,
  lwkt_send_ipiq,
  raise_int,
  register_int,
  TD,
  TDPRI_INT_MED,
} from '../../src/index.ts';
import { fn, kernelProgram } from '../fixtures/kernel-program.ts';
import { joinAll, newWord, start } from '../fixtures/tokens.ts';
import { watchAll } from '../fixtures/watch.ts';

describe('the strands of a CPU', () => {
  it('move one at a time: while a message is handled the thread stands still, and so does the clock', () => {
    let handler = '';
    let handled = 0;
    const program = kernelProgram(
      'still',
      {
        limits: { ticks: 2 },
        threads: {
          *handler(k) {
            // In the interrupt, or at the end of a critical section of the thread itself.
            handler = program.execution.current?.path ?? '';
            for (let step = 0; step < 3; step++) yield* k.fence();
            handler = '';
            handled++;
          },
          *sender(k) {
            yield* lwkt_send_ipiq(k, 0, fn('handler'), 0, 0);
          },
        },
      },
      function* (k) {
        const td = yield* start(k, 'sender', [], { cpu: 1 });
        for (let step = 0; step < 6; step++) yield* k.fence();
        yield* joinAll(k, td);
      },
    );
    const onTurn = (strand: { readonly path: string }): void => {
      if (handler !== '' && strand.path.startsWith('cpu0/')) assert.equal(strand.path, handler);
    };
    watchAll(program, { onRun: () => (handler = ''), onTurn }, { strategy: 'random', schedules: 200 });
    assert.ok(handled > 100);
  });

  it('interrupt between any two operations of a thread, but not in a critical section', () => {
    const outside = new Set<number>();
    const program = kernelProgram(
      'anywhere',
      {
        threads: {
          *handler(k, at) {
            outside.add(k.peek(at));
            assert.ok(k.peek(at) % 4 !== 2, 'not within');
            yield* k.fence();
          },
          *sender(k, at) {
            yield* lwkt_send_ipiq(k, 0, fn('handler'), at, 0);
          },
        },
      },
      function* (k) {
        const at = yield* newWord(k);
        const td = yield* start(k, 'sender', [at], { cpu: 1 });
        for (let round = 0; round < 3; round++) {
          yield* k.store(at, 4 * round + 1);
          yield* k.fence();
          crit_enter(k);
          yield* k.store(at, 4 * round + 2);
          yield* k.fence();
          yield* k.store(at, 4 * round + 3);
          yield* crit_exit(k);
        }
        yield* joinAll(k, td);
      },
    );
    watchAll(program, {}, { strategy: 'random', schedules: 300 });
    assert.ok(
      [1, 3, 5, 7].every((each) => outside.has(each)),
      [...outside].join(),
    );
  });

  it('let interrupt threads run on top of a thread, which goes on where it was', () => {
    let handled = 0;
    let onTop = 0;
    const program = kernelProgram(
      'on top',
      {
        threads: {
          *ithread(k, main) {
            handled++;
            if (k.words[k.td + TD.td_preempted] === main) onTop++;
            yield* k.fence();
          },
          *device(k) {
            yield* raise_int(k, 0, 3);
          },
        },
      },
      function* (k) {
        const td = yield* start(k, 'ithread', [k.td], { pri: TDPRI_INT_MED, nostart: true });
        register_int(k, 3, td);
        const device = yield* start(k, 'device', [], { cpu: 1 });
        const word = yield* newWord(k);
        for (let step = 0; step < 8; step++)
          assert.equal(yield* k.fetchadd(word, 1), step, 'nothing is done twice');
        yield* joinAll(k, device, td);
        assert.equal(k.words[k.td + TD.td_critcount], 0);
        assert.equal(k.words[k.cpu.gd + GD.gd_intpend], 0);
      },
    );
    watchAll(program, {}, { strategy: 'random', schedules: 200 });
    assert.ok(handled >= 200 && onTop > 0);
  });

  it('keep what a thread waits for while other code runs on top of it', () => {
    const program = kernelProgram(
      'waiting',
      {
        threads: {
          *ithread(k, word) {
            yield* k.store(word, 1);
          },
        },
      },
      function* (k) {
        const word = yield* newWord(k);
        const td = yield* start(k, 'ithread', [word], { pri: TDPRI_INT_MED, nostart: true });
        register_int(k, 1, td);
        yield* raise_int(k, 0, 1);
        // Only what runs on top of this wait can end it.
        yield* k.until(word, EQUAL, 1);
        yield* joinAll(k, td);
      },
    );
    watchAll(program, {}, { strategy: 'random', schedules: 100 });
  });
});
