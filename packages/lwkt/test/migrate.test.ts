import assert from 'node:assert/strict';
import { EQUAL } from '@smplab/explore';
import { describe, it } from 'mocha';
import {
  type Context,
  GD,
  lwkt_acquire,
  lwkt_gettoken,
  lwkt_giveaway,
  lwkt_reltoken,
  lwkt_schedule,
  lwkt_send_ipiq,
  lwkt_setcpu_self,
  type Steps,
  TD,
  TDF_MIGRATING,
  TDF_RUNQ,
  TDF_TSLEEPQ,
  tsleep_interlock,
} from '../src/index.ts';
import { fn, kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { countOf, joinAll, newToken, newWord, start } from './fixtures/tokens.ts';
import { watchAll } from './fixtures/watch.ts';

const ONE = { strategy: 'random', schedules: 1 };
const MANY = { strategy: 'portfolio', schedules: 300 };

function isListed(k: Context, cpuid: number, td: number): boolean {
  const head = k.kernel.gdOf(cpuid) + GD.gd_tdallq;
  for (let at = k.words[head]; at !== 0; at = k.words[at + TD.td_allq]) if (at === td) return true;
  return false;
}

describe('lwkt_setcpu_self', () => {
  it('moves the current thread to another CPU and back, with its tokens dropped and had again', () => {
    let wasFree = 0;
    const program = kernelProgram(
      'move',
      {
        threads: {
          *watcher(k, token) {
            if (countOf(k, token) === 0) wasFree++;
            yield* k.fence();
            if (countOf(k, token) === 0) wasFree++;
          },
        },
      },
      function* (k) {
        const token = yield* newToken(k);
        const td = yield* start(k, 'watcher', [token], { cpu: 1 });
        yield* lwkt_gettoken(k, token);
        for (const target of [1, 0]) {
          yield* lwkt_setcpu_self(k, target);
          assert.deepEqual([k.cpu.cpuid, k.words[k.td + TD.td_gd]], [target, target]);
          assert.equal(k.words[k.td + TD.td_flags] & (TDF_MIGRATING | TDF_RUNQ), TDF_RUNQ);
          assert.ok(isListed(k, target, k.td) && !isListed(k, 1 - target, k.td));
          assert.equal(countOf(k, token), 1);
          assert.equal(k.words[k.td + TD.td_critcount], 0);
        }
        yield* lwkt_reltoken(k, token);
        yield* joinAll(k, td);
      },
    );
    verdictOf(program, 'none', MANY);
    assert.ok(wasFree > 0);
  });

  it('does nothing where the thread is already, and refuses a CPU that does not exist', () => {
    const same = kernelProgram('same', { cpus: 1 }, function* (k) {
      const switches = k.words[k.cpu.gd + GD.gd_cnt_switch];
      yield* lwkt_setcpu_self(k, 0);
      assert.equal(k.words[k.cpu.gd + GD.gd_cnt_switch], switches);
      yield* lwkt_setcpu_self(k, 1);
    });
    assert.match(verdictOf(same, 'panic', ONE).message, /lwkt_setcpu_self: there is no cpu1/);
  });

  it('takes the thread off the sleep queue it interlocked on', () => {
    const program = kernelProgram('interlocked', {}, function* (k) {
      yield* tsleep_interlock(k, 9);
      yield* lwkt_setcpu_self(k, 1);
      assert.equal(k.words[k.td + TD.td_flags] & TDF_TSLEEPQ, 0);
    });
    watchAll(program, {}, { strategy: 'random', schedules: 50 });
  });

  it('leaves the thread on no list while it is in flight, where no scan finds it', () => {
    let inFlight = 0;
    const program = kernelProgram(
      'flight',
      {
        cpus: 3,
        threads: {
          *mover(k) {
            yield* lwkt_setcpu_self(k, 2);
          },
        },
      },
      function* (k) {
        const td = yield* start(k, 'mover', [], { cpu: 1 });
        for (let wait = 0; wait < 30; wait++) {
          yield* k.fence();
          const isMoving = (k.words[td + TD.td_flags] & TDF_MIGRATING) !== 0;
          if (isMoving && !isListed(k, 1, td) && !isListed(k, 2, td)) inFlight++;
        }
        yield* joinAll(k, td);
      },
    );
    verdictOf(program, 'none', { strategy: 'random', schedules: 100 });
    assert.ok(inFlight > 0);
  });

  it('completes while threads of both CPUs move against each other (T10)', () => {
    const program = kernelProgram(
      'cross',
      {
        threads: {
          *mover(k, first): Steps {
            for (const target of [first, 1 - first]) yield* lwkt_setcpu_self(k, target);
          },
        },
      },
      function* (k) {
        const one = yield* start(k, 'mover', [1], { cpu: 0 });
        const two = yield* start(k, 'mover', [0], { cpu: 1 });
        yield* joinAll(k, one, two);
      },
    );
    verdictOf(program, 'none', MANY);
  });
});

describe('lwkt_giveaway and lwkt_acquire', () => {
  it('hand a thread of one CPU to another', () => {
    const program = kernelProgram(
      'pull',
      {
        threads: {
          *worker(k, word) {
            yield* k.store(word, k.cpu.cpuid + 1);
          },
          *taker(k, td) {
            yield* lwkt_acquire(k, td);
            yield* lwkt_schedule(k, td);
          },
        },
      },
      function* (k) {
        const word = yield* newWord(k);
        const td = yield* start(k, 'worker', [word], { nostart: true });
        yield* lwkt_giveaway(k, td);
        assert.ok(!isListed(k, 0, td));
        assert.ok((k.words[td + TD.td_flags] & TDF_MIGRATING) !== 0);
        yield* start(k, 'taker', [td], { cpu: 1 });
        yield* k.until(word, EQUAL, 2);
      },
    );
    verdictOf(program, 'none', MANY);
  });

  it('lets the target wait until the thread has stopped running, serving its own messages', () => {
    const program = kernelProgram(
      'wait',
      {
        threads: {
          *bump(k, word) {
            yield* k.fetchadd(word, 1);
          },
          *taker(k, td, word) {
            yield* lwkt_acquire(k, td);
            assert.equal(k.words[td + TD.td_gd], 1);
            assert.equal(k.peek(word), 1, 'a message ran meanwhile');
          },
        },
      },
      function* (k) {
        const word = yield* newWord(k);
        const td = yield* start(k, 'bump', [word], { nostart: true });
        yield* lwkt_giveaway(k, td);
        // As if it still ran here.
        k.words[td + TD.td_flags] |= 1;
        const taker = yield* start(k, 'taker', [td, word], { cpu: 1 });
        yield* lwkt_send_ipiq(k, 1, fn('bump'), word, 0);
        yield* k.until(word, EQUAL, 1);
        yield* k.and(td + TD.td_flags, ~1);
        yield* joinAll(k, taker);
      },
    );
    verdictOf(program, 'none', MANY);
  });

  it('is for threads of the own CPU', () => {
    const program = kernelProgram('foreign', { threads: { *worker() {} } }, function* (k) {
      yield* lwkt_giveaway(k, yield* start(k, 'worker', [], { cpu: 1, nostart: true }));
    });
    assert.match(verdictOf(program, 'panic', ONE).message, /worker is not of cpu0/);
  });
});
