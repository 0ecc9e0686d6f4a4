import assert from 'node:assert/strict';
import { NOT_EQUAL } from '@smplab/explore';
import { describe, it } from 'mocha';
import {
  type Context,
  crit_enter,
  crit_enter_hard,
  crit_exit,
  crit_exit_hard,
  crit_exit_noyield,
  crit_leave,
  GD,
  isSplzPending,
  lwkt_send_ipiq,
  type Steps,
  TD,
} from '../src/index.ts';
import { fn, kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { joinAll, newWord, start } from './fixtures/tokens.ts';

const ONE = { strategy: 'random', schedules: 1 };
const MANY = { strategy: 'random', schedules: 150 };

/** cpu1 sends a message that adds one to a word while main is in `section`. */
function whileSending(section: (k: Context, word: number) => Steps): void {
  const program = kernelProgram(
    'section',
    {
      threads: {
        *bump(k, word) {
          yield* k.fetchadd(word, 1);
        },
        *sender(k, word, sent) {
          yield* lwkt_send_ipiq(k, 0, fn('bump'), word, 0);
          yield* k.store(sent, 1);
        },
      },
    },
    function* (k) {
      const word = yield* newWord(k);
      yield* start(k, 'sender', [word, word], { cpu: 1 });
      yield* section(k, word);
    },
  );
  verdictOf(program, 'none', MANY);
}

function* leaveQuietly(k: Context): Steps {
  crit_exit_noyield(k);
}

describe('a critical section', () => {
  it('keeps messages away, which run when the last one is left', () => {
    let waited = 0;
    const program = kernelProgram(
      'last exit',
      {
        threads: {
          *bump(k, word) {
            yield* k.fetchadd(word, 1);
          },
          *sender(k, word, sent) {
            yield* lwkt_send_ipiq(k, 0, fn('bump'), word, 0);
            yield* k.store(sent, 1);
          },
        },
      },
      function* (k) {
        const word = yield* newWord(k);
        const sent = yield* newWord(k);
        const td = yield* start(k, 'sender', [word, sent], { cpu: 1 });
        crit_enter(k);
        const before = k.peek(word);
        crit_enter(k);
        yield* k.until(sent, NOT_EQUAL, 0);
        yield* k.fence();
        assert.equal(k.peek(word), before, 'no message within');
        yield* crit_exit(k);
        assert.equal(k.peek(word), before, 'nor at the first of two exits');
        const isNoted = isSplzPending(k);
        yield* crit_exit(k);
        if (isNoted) {
          waited++;
          assert.equal(k.peek(word), 1, 'what was pending has run');
        }
        yield* joinAll(k, td);
      },
    );
    verdictOf(program, 'none', MANY);
    assert.ok(waited > 0);
  });

  it('left without a look leaves the message to the interrupt', () => {
    whileSending(function* (k, word) {
      crit_enter(k);
      yield* k.fence();
      crit_exit_noyield(k);
      yield* k.until(word, NOT_EQUAL, 0);
    });
  });

  it('tells by crit_leave whether there is something to run', () => {
    const program = kernelProgram('leave', { cpus: 1 }, function* (k) {
      yield* k.fence();
      crit_enter(k);
      crit_enter(k);
      assert.equal(k.words[k.td + TD.td_critcount], 2);
      assert.equal(crit_leave(k), false);
      assert.equal(crit_leave(k), false);
      assert.equal(k.words[k.td + TD.td_critcount], 0);
    });
    verdictOf(program, 'nothing-concurrent', ONE);
  });

  it('left more often than entered is a panic', () => {
    for (const leave of [crit_exit, leaveQuietly, crit_exit_hard]) {
      const program = kernelProgram('negative', { cpus: 1 }, function* (k) {
        yield* k.fence();
        yield* leave(k);
      });
      assert.match(verdictOf(program, 'panic', ONE).message, /td_critcount of main would be -1/);
    }
  });
});

describe('a hard critical section', () => {
  it('raises the nesting level, and runs nothing at exits within it', () => {
    const program = kernelProgram('hard', { cpus: 1 }, function* (k) {
      yield* k.fence();
      const level = (): number => k.words[k.cpu.gd + GD.gd_intr_nesting_level];
      crit_enter_hard(k);
      assert.equal(level(), 1);
      crit_enter_hard(k);
      assert.deepEqual([level(), k.words[k.td + TD.td_critcount]], [2, 2]);
      yield* crit_exit_hard(k);
      yield* crit_exit_hard(k);
      assert.deepEqual([level(), k.words[k.td + TD.td_critcount]], [0, 0]);
    });
    verdictOf(program, 'nothing-concurrent', ONE);
  });
});
