import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type Context,
  EWOULDBLOCK,
  GD,
  hardclock,
  isTimeoutDue,
  RQF_IPIQ,
  type Steps,
  TD,
  TDF_TIMEOUT_ARMED,
  tsleep,
  wakeup,
} from '../src/index.ts';
import { softclockEnsure, timeoutArm, timeoutCancel } from '../src/timeout.ts';
import { kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { passesOnce } from './fixtures/passes.ts';
import { joinAll, newWord, start } from './fixtures/tokens.ts';
import { watchAll } from './fixtures/watch.ts';

const MANY = { strategy: 'portfolio', schedules: 300 };

describe('the timeout of a sleep', () => {
  it('gives EWOULDBLOCK when its ticks are over; the time jumps there when nobody else can move', () => {
    const program = kernelProgram('alone', { cpus: 1 }, function* (k) {
      assert.equal(k.kernel.ticks, 0);
      assert.equal(yield* tsleep(k, 9, 0, 'timeout', 250), EWOULDBLOCK);
      assert.equal(k.kernel.ticks, 250);
      assert.equal(k.words[k.td + TD.td_flags] & TDF_TIMEOUT_ARMED, 0);
    });
    passesOnce(program);
  });

  it('or a wakeup ends it, whichever comes first', () => {
    const errors = new Set<number>();
    const program = kernelProgram(
      'race',
      {
        threads: {
          *waker(k, word) {
            yield* wakeup(k, word);
          },
        },
      },
      function* (k) {
        const word = yield* newWord(k);
        const td = yield* start(k, 'waker', [word], { cpu: 1 });
        errors.add(yield* tsleep(k, word, 0, 'either', 1));
        assert.equal(k.words[k.td + TD.td_flags] & TDF_TIMEOUT_ARMED, 0, 'the timeout is inactive (S3)');
        yield* joinAll(k, td);
      },
    );
    verdictOf(program, 'none', MANY);
    assert.deepEqual([...errors].sort(), [0, EWOULDBLOCK]);
  });

  it('come in the order of their deadlines, equals in the order they were armed', () => {
    const orders = new Set<string>();
    let order = '';
    const program = kernelProgram(
      'deadlines',
      {
        cpus: 1,
        threads: {
          *sleeper(k, me, ticks): Steps {
            yield* tsleep(k, k.td, 0, 'sleeper', ticks);
            order += String(me);
          },
        },
      },
      function* (k) {
        const threads: number[] = [];
        for (const [at, ticks] of [30, 10, 20, 10].entries())
          threads.push(yield* start(k, 'sleeper', [at + 1, ticks]));
        yield* joinAll(k, ...threads);
        orders.add(order);
      },
    );
    watchAll(program, { onRun: () => (order = '') }, { strategy: 'random', schedules: 100 });
    assert.deepEqual([...orders], ['2431']);
  });

  it('cannot be missed by a thread that is woken while it runs', () => {
    const program = kernelProgram(
      'both',
      {
        threads: {
          *waker(k, word) {
            yield* k.store(word, 1);
            yield* wakeup(k, word);
          },
        },
      },
      function* (k) {
        const word = yield* newWord(k);
        const td = yield* start(k, 'waker', [word], { cpu: 1 });
        while ((yield* k.load(word)) === 0) yield* tsleep(k, word, 0, 'poll', 1);
        yield* joinAll(k, td);
      },
    );
    verdictOf(program, 'none', MANY);
  });
});

describe('the list of timeouts', () => {
  it('tells the clock the next deadline, and forgets what is cancelled', () => {
    const program = kernelProgram('list', { cpus: 1 }, function* (k) {
      const next = (): number => k.words[k.cpu.gd + GD.gd_nexttimo];
      yield* k.fence();
      assert.equal(next(), -1);
      timeoutArm(k, 5);
      assert.deepEqual([next(), isTimeoutDue(k.cpu)], [5, false]);
      assert.equal(timeoutCancel(k, k.td), true);
      assert.equal(timeoutCancel(k, k.td), false);
      assert.equal(next(), -1);
      timeoutArm(k, 0);
      assert.equal(next(), 1, 'at least one tick');
      timeoutCancel(k, k.td);
    });
    passesOnce(program);
  });
});

describe('hardclock', () => {
  it('counts, has waiting passive messages taken, and starts softclock once when something is due', () => {
    const program = kernelProgram('tick', { cpus: 1 }, function* (k: Context) {
      const { words, cpu } = k;
      yield* k.fence();
      softclockEnsure(k);
      const softclock = words[cpu.gd + GD.gd_softclock];
      softclockEnsure(k);
      assert.equal(words[cpu.gd + GD.gd_softclock], softclock);
      timeoutArm(k, 1);
      words[cpu.gd + GD.gd_passive] = 1;
      hardclock(cpu);
      assert.equal(words[cpu.gd + GD.gd_cnt_ticks], 1);
      assert.deepEqual(
        [words[cpu.gd + GD.gd_reqflags] & RQF_IPIQ, words[cpu.gd + GD.gd_passive]],
        [RQF_IPIQ, 0],
      );
      words[cpu.gd + GD.gd_reqflags] &= ~RQF_IPIQ;
      assert.equal(words[cpu.gd + GD.gd_nexttimo], 1, 'nothing is due yet');
      words[k.td + TD.td_deadline] = 0;
      hardclock(cpu);
      assert.equal(
        words[cpu.gd + GD.gd_nexttimo],
        -1,
        'no further tick is needed until softclock has looked',
      );
      timeoutCancel(k, k.td);
    });
    passesOnce(program);
  });

  it('ticks as often as the budget allows', () => {
    let most = 0;
    const program = kernelProgram(
      'budget',
      {
        cpus: 2,
        limits: { ticks: 3 },
        threads: {
          *other(k) {
            yield* k.fence();
          },
        },
      },
      function* (k) {
        const td = yield* start(k, 'other', [], { cpu: 1 });
        for (let wait = 0; wait < 10; wait++) {
          yield* k.fence();
          most = Math.max(most, k.kernel.ticks);
        }
        yield* joinAll(k, td);
      },
    );
    watchAll(program, {}, { strategy: 'random', schedules: 200 });
    assert.equal(most, 3);
  });
});

describe('a thread that polls with timeouts', () => {
  const poller = (timeouts: number) =>
    kernelProgram(
      'polling',
      {
        limits: { timeouts },
        threads: {
          *setter(k, word) {
            for (let step = 0; step < 8; step++) yield* k.fence();
            yield* k.store(word, 1);
          },
        },
      },
      function* (k) {
        const word = yield* newWord(k);
        const td = yield* start(k, 'setter', [word], { cpu: 1 });
        while ((yield* k.load(word)) === 0) yield* tsleep(k, word, 0, 'poll', 1);
        yield* joinAll(k, td);
      },
    );

  for (const strategy of ['random', 'pct', 'pos', 'surw']) {
    it(`lets the others go on under ${strategy}, however unfair`, () => {
      verdictOf(poller(64), 'none', { strategy, schedules: 300 });
    });
  }

  it('fires early as often as the limit says, and later only when nothing else can run', () => {
    const most = (timeouts: number): number => {
      let ticks = 0;
      const program = poller(timeouts);
      const onStep = (): void => {
        ticks = Math.max(ticks, program.kernel.ticks);
      };
      watchAll(program, { onStep }, { strategy: 'surw', schedules: 300 });
      return ticks;
    };
    assert.ok(most(2) < most(20));
  });
});
