import assert from 'node:assert/strict';
import { EQUAL, NOT_EQUAL } from '@smplab/explore';
import { describe, it } from 'mocha';
import {
  type Context,
  crit_enter,
  crit_exit,
  GD,
  lwkt_gettoken,
  lwkt_reltoken,
  lwkt_schedule,
  lwkt_setpri,
  need_lwkt_resched,
  spin_init,
  spin_lock,
  spin_unlock,
  Spinlock,
  type Steps,
  TD,
  TDF_PREEMPT_LOCK,
  TDF_RUNNING,
  TDF_RUNQ,
  TDPRI_INT_HIGH,
  TDPRI_INT_LOW,
  TDPRI_INT_MED,
  toksBase,
} from '../src/index.ts';
import { kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { passesOnce } from './fixtures/passes.ts';
import { countOf, joinAll, newToken, newWord, start } from './fixtures/tokens.ts';

const MANY = { strategy: 'random', schedules: 100 };

/** Starts an interrupt-priority thread under some circumstance: does it run on top of main, at once? */
function preempts(
  circumstance: (k: Context, td: number) => Steps,
  undo: (k: Context, td: number) => Steps = function* () {},
  pri = TDPRI_INT_MED,
): boolean {
  let isHit = false;
  const program = kernelProgram(
    'preempt',
    {
      cpus: 1,
      threads: {
        *handler(k, word) {
          yield* k.store(word, 1);
        },
      },
    },
    function* (k) {
      const { words, td } = k;
      const { gd } = k.cpu;
      const word = yield* newWord(k);
      const handler = yield* start(k, 'handler', [word], { pri, nostart: true });
      yield* circumstance(k, handler);
      const counters = (): number =>
        words[gd + GD.gd_cnt_preempt_hit] * 100 + words[gd + GD.gd_cnt_preempt_miss];
      const before = counters();
      yield* lwkt_schedule(k, handler);
      isHit = k.peek(word) === 1;
      assert.equal(
        counters() - before,
        isHit ? 100 : pri < TDPRI_INT_LOW ? 0 : 1,
        'hits and misses are counted',
      );
      assert.equal(words[td + TD.td_flags] & (TDF_RUNNING | TDF_RUNQ), TDF_RUNNING | TDF_RUNQ);
      yield* undo(k, handler);
      yield* joinAll(k, handler);
    },
  );
  passesOnce(program);
  return isHit;
}

const nothing = function* (): Steps {};

describe('a thread of interrupt priority', () => {
  it('runs at once, on top of the current thread', () => {
    assert.equal(preempts(nothing), true);
    assert.equal(preempts(nothing, nothing, TDPRI_INT_LOW), true);
  });

  it('of less than interrupt priority does not', () => {
    assert.equal(preempts(nothing, nothing, TDPRI_INT_LOW - 1), false);
  });

  it('does not preempt one of its own or a higher priority', () => {
    const raise = function* (k: Context): Steps {
      lwkt_setpri(k, k.td, TDPRI_INT_MED);
      yield* k.fence();
    };
    assert.equal(preempts(raise), false);
  });

  it('does not preempt a critical section', () => {
    const enter = function* (k: Context): Steps {
      crit_enter(k);
      yield* k.fence();
    };
    assert.equal(
      preempts(enter, (k) => crit_exit(k)),
      false,
    );
  });

  it('does not preempt a thread with a spinlock', () => {
    let spin = 0;
    const lock = function* (k: Context): Steps {
      spin = yield* k.allocate('spinlock', Spinlock.size, true);
      spin_init(k, spin, 'test');
      yield* spin_lock(k, spin);
      // The lock comes with a critical section, which alone would do.
      k.words[k.td + TD.td_critcount]--;
    };
    const unlock = function* (k: Context): Steps {
      k.words[k.td + TD.td_critcount]++;
      yield* spin_unlock(k, spin);
    };
    assert.equal(preempts(lock, unlock), false);
  });

  it('does not preempt the master of a CPU sync', () => {
    const master = function* (k: Context): Steps {
      k.words[k.td + TD.td_cscount]++;
      yield* k.fence();
    };
    const done = function* (k: Context): Steps {
      k.words[k.td + TD.td_cscount]--;
      yield* k.fence();
    };
    assert.equal(preempts(master, done), false);
  });

  it('does not preempt while it wants or holds tokens itself', () => {
    const want = function* (k: Context, td: number): Steps {
      k.words[td + TD.td_toks_stop] += 3;
      yield* k.fence();
    };
    const restore = function* (k: Context, td: number): Steps {
      k.words[td + TD.td_toks_stop] = toksBase(td);
      yield* k.fence();
    };
    assert.equal(preempts(want, restore), false);
  });

  it('does not preempt where either was preempted', () => {
    for (const who of ['self', 'other']) {
      const mark = function* (k: Context, td: number): Steps {
        k.words[(who === 'self' ? k.td : td) + TD.td_flags] |= TDF_PREEMPT_LOCK;
        yield* k.fence();
      };
      const clear = function* (k: Context, td: number): Steps {
        k.words[(who === 'self' ? k.td : td) + TD.td_flags] &= ~TDF_PREEMPT_LOCK;
        yield* k.fence();
      };
      assert.equal(preempts(mark, clear), false);
    }
  });
});

describe('a preempted thread', () => {
  it('keeps its tokens and is not running meanwhile; it goes on at the first block of the other', () => {
    let met = 0;
    const program = kernelProgram(
      'keeps',
      {
        cpus: 1,
        threads: {
          *handler(k, token, main) {
            assert.equal(countOf(k, token), 1);
            assert.equal(k.words[main + TD.td_flags] & (TDF_RUNNING | TDF_PREEMPT_LOCK), TDF_PREEMPT_LOCK);
            assert.equal(k.words[k.td + TD.td_preempted], main);
            met++;
            yield* lwkt_gettoken(k, token);
            assert.equal(k.words[k.td + TD.td_preempted], 0, 'it now stands by itself');
            yield* lwkt_reltoken(k, token);
          },
        },
      },
      function* (k) {
        const token = yield* newToken(k);
        const td = yield* start(k, 'handler', [token, k.td], { pri: TDPRI_INT_HIGH, nostart: true });
        yield* lwkt_gettoken(k, token);
        yield* lwkt_schedule(k, td);
        assert.equal(countOf(k, token) & ~2, 1, 'main still has its token');
        assert.equal(k.words[k.td + TD.td_flags] & (TDF_RUNNING | TDF_PREEMPT_LOCK), TDF_RUNNING);
        yield* lwkt_reltoken(k, token);
        yield* joinAll(k, td);
      },
    );
    verdictOf(program, 'none', MANY);
    assert.ok(met >= 100);
  });

  it('is not preempted again, but the one on top of it is not by an equal either', () => {
    const order: string[] = [];
    const program = kernelProgram(
      'nest',
      {
        cpus: 1,
        threads: {
          *low(k, high) {
            order.push('low');
            yield* lwkt_schedule(k, high);
            order.push('low again');
          },
          *high(k) {
            order.push('high');
            yield* k.fence();
          },
        },
      },
      function* (k) {
        const high = yield* start(k, 'high', [], { pri: TDPRI_INT_HIGH, nostart: true });
        const low = yield* start(k, 'low', [high], { pri: TDPRI_INT_LOW, nostart: true });
        yield* lwkt_schedule(k, low);
        order.push('main');
        yield* joinAll(k, low, high);
      },
    );
    passesOnce(program);
    assert.deepEqual(order, ['low', 'high', 'low again', 'main']);
  });

  it('is scheduled on another CPU by a message, where a handler only asks for the switch', () => {
    const program = kernelProgram(
      'remote',
      {
        threads: {
          *handler(k, word) {
            yield* k.store(word, 1);
          },
        },
      },
      function* (k) {
        const word = yield* newWord(k);
        const td = yield* start(k, 'handler', [word], { cpu: 1, pri: TDPRI_INT_LOW, nostart: true });
        yield* lwkt_schedule(k, td);
        yield* k.until(word, NOT_EQUAL, 0);
        yield* k.until(word, EQUAL, 1);
        need_lwkt_resched(k.cpu);
        yield* joinAll(k, td);
      },
    );
    verdictOf(program, 'none', MANY);
  });
});
