import assert from 'node:assert/strict';
import { EQUAL, NOT_EQUAL } from '@smplab/explore';
import { describe, it } from 'mocha';
import {
  crit_enter,
  crit_exit,
  GD,
  lwkt_deschedule,
  lwkt_deschedule_self,
  lwkt_gettoken,
  lwkt_reltoken,
  lwkt_schedule,
  lwkt_setpri,
  lwkt_switch,
  lwkt_yield,
  TD,
  TDF_MIGRATING,
  TDF_RUNNING,
  TDF_RUNQ,
} from '../src/index.ts';
import { kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { passesOnce } from './fixtures/passes.ts';
import { countOf, joinAll, newToken, newWord, start } from './fixtures/tokens.ts';

const ONE = { strategy: 'random', schedules: 1 };
const MANY = { strategy: 'random', schedules: 100 };

describe('lwkt_schedule', () => {
  it('makes a thread of its own CPU runnable at once, one of another CPU by a message', () => {
    for (const cpu of [0, 1]) {
      const program = kernelProgram(
        'schedule',
        {
          threads: {
            *worker(k, word) {
              yield* k.store(word, 1);
            },
          },
        },
        function* (k) {
          const word = yield* newWord(k);
          const td = yield* start(k, 'worker', [word], { cpu, nostart: true });
          for (let wait = 0; wait < 20; wait++) yield* k.fence();
          assert.equal(k.peek(word), 0, 'nostart waits');
          const sent = k.words[k.cpu.gd + GD.gd_cnt_ipiq];
          yield* lwkt_schedule(k, td);
          assert.equal(k.words[k.cpu.gd + GD.gd_cnt_ipiq] - sent, cpu);
          if (cpu === 0) assert.ok((k.words[td + TD.td_flags] & TDF_RUNQ) !== 0);
          yield* joinAll(k, td);
          assert.equal(k.peek(word), 1);
        },
      );
      verdictOf(program, 'none', MANY);
    }
  });

  it('refuses a thread that has exited, which would run again', () => {
    const program = kernelProgram('exited', { cpus: 1, threads: { *worker() {} } }, function* (k) {
      const td = yield* start(k, 'worker');
      yield* joinAll(k, td);
      yield* lwkt_schedule(k, td);
    });
    assert.match(verdictOf(program, 'panic', ONE).message, /worker has exited/);
  });

  it('refuses a migrating thread and what is no thread', () => {
    const migrating = kernelProgram('migrating', { cpus: 1, threads: { *worker() {} } }, function* (k) {
      const td = yield* start(k, 'worker', [], { nostart: true });
      k.words[td + TD.td_flags] |= TDF_MIGRATING;
      yield* lwkt_schedule(k, td);
    });
    assert.match(verdictOf(migrating, 'panic', ONE).message, /worker is migrating/);
    const none = kernelProgram('none', { cpus: 1 }, (k) => lwkt_schedule(k, 0));
    assert.match(verdictOf(none, 'null-dereference', ONE).message, /lwkt_schedule: 0 is no thread/);
  });
});

describe('lwkt_deschedule', () => {
  it('takes a thread off its run queue, by a message that is not waited for if it is of another CPU', () => {
    for (const cpu of [0, 1]) {
      let stopped = 0;
      const program = kernelProgram(
        'deschedule',
        {
          threads: {
            *worker(k, word) {
              yield* k.until(word, EQUAL, 1);
            },
          },
        },
        function* (k) {
          const word = yield* newWord(k);
          const td = yield* start(k, 'worker', [word], { cpu });
          yield* lwkt_deschedule(k, td);
          for (let wait = 0; wait < 20; wait++) yield* k.fence();
          if ((k.words[td + TD.td_flags] & (TDF_RUNQ | TDF_RUNNING)) === 0) stopped++;
          if (cpu === 1) yield* k.until(td + TD.td_flags, EQUAL, 0, TDF_RUNQ);
          yield* lwkt_schedule(k, td);
          yield* k.until(td + TD.td_flags, NOT_EQUAL, 0, TDF_RUNQ);
          // The message was sent before, so it is not late for a thread that has exited.
          yield* k.store(word, 1);
          yield* joinAll(k, td);
        },
      );
      verdictOf(program, 'none', MANY);
      assert.ok(stopped > 0);
    }
  });

  it('of oneself leaves the thread running until it switches', () => {
    const program = kernelProgram(
      'self',
      {
        cpus: 1,
        threads: {
          *waker(k, td) {
            yield* lwkt_schedule(k, td);
          },
        },
      },
      function* (k) {
        yield* start(k, 'waker', [k.td]);
        crit_enter(k);
        lwkt_deschedule_self(k);
        assert.equal(k.words[k.td + TD.td_flags] & (TDF_RUNNING | TDF_RUNQ), TDF_RUNNING);
        yield* lwkt_switch(k);
        yield* crit_exit(k);
      },
    );
    passesOnce(program);
  });
});

describe('lwkt_yield', () => {
  it('gives way only if somebody better asked for the CPU', () => {
    const program = kernelProgram(
      'yield',
      {
        cpus: 1,
        threads: {
          *worker(k, word) {
            yield* k.store(word, 1);
          },
        },
      },
      function* (k) {
        const word = yield* newWord(k);
        const td = yield* start(k, 'worker', [word]);
        yield* lwkt_yield(k);
        assert.equal(k.peek(word), 0, 'an equal waits');
        lwkt_setpri(k, td, 20);
        assert.equal(k.peek(word), 0);
        yield* lwkt_yield(k);
        assert.equal(k.peek(word), 1, 'a better one runs');
        yield* joinAll(k, td);
      },
    );
    passesOnce(program);
  });

  it('drops tokens when it does', () => {
    let wasFree = 0;
    const program = kernelProgram(
      'yield with token',
      {
        cpus: 1,
        threads: {
          *worker(k, token) {
            if (countOf(k, token) === 0) wasFree++;
            yield* k.fence();
          },
        },
      },
      function* (k) {
        const token = yield* newToken(k);
        const td = yield* start(k, 'worker', [token]);
        yield* lwkt_gettoken(k, token);
        lwkt_setpri(k, td, 20);
        yield* lwkt_yield(k);
        assert.equal(countOf(k, token), 1);
        yield* lwkt_reltoken(k, token);
        yield* joinAll(k, td);
      },
    );
    passesOnce(program);
    assert.equal(wasFree, 1);
  });
});
