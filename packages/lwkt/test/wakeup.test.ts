import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type Context,
  FN_WAKEUP,
  GD,
  IP,
  isAsleep,
  lwkt_create,
  lwkt_schedule,
  PWAKEUP_ONE,
  type Steps,
  TD,
  TDF_TSLEEPQ,
  tsleep,
  tsleep_interlock,
  wakeup,
  wakeup_domain,
  wakeup_end_delayed,
  wakeup_mycpu,
  wakeup_one,
  wakeup_start_delayed,
} from '../src/index.ts';
import { _wakeup } from '../src/wakeup.ts';
import { fn, kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { newWord } from './fixtures/tokens.ts';
import { watch, watchAll } from './fixtures/watch.ts';

const WORD_SLEEPS = 3;

/**
 * Three threads sleep on these CPUs; main, when all are asleep, wakes by `wake`. Gives the numbers of threads
 * that were woken when all messages have been served, one for each schedule.
 */
function woken(
  cpus: readonly number[],
  wake: (k: Context, ident: number) => Steps,
  asSeed: string[] = [],
): number[] {
  const counts: number[] = [];
  const program = kernelProgram(
    'woken',
    {
      cpus: 2,
      asSeed,
      threads: {
        *sleeper(k, ident, count, domain) {
          yield* tsleep(k, ident, domain, 'sleeper', 0);
          yield* k.fetchadd(count, 1);
        },
      },
    },
    function* (k) {
      const ident = yield* newWord(k);
      const count = yield* newWord(k);
      const threads: number[] = [];
      for (const [at, cpu] of cpus.entries()) {
        const args = [ident, count, at === 2 ? 0x10000 : 0];
        threads.push(yield* lwkt_create(k, fn('sleeper'), { cpu, args }));
      }
      while (!threads.every((td) => isAsleep(k.words, td))) yield* tsleep(k, 5, 0, 'settle', 1);
      yield* wake(k, ident);
      for (let wait = 0; wait < WORD_SLEEPS; wait++) yield* tsleep(k, 5, 0, 'settle', 1);
      yield* settled(k);
      counts.push(k.peek(count));
      // Those that were not woken go on too, so that the run ends well.
      for (const domain of [0, 0x10000]) yield* _wakeup(k, ident, domain);
    },
  );
  watchAll(program, {}, { strategy: 'random', schedules: 60 });
  return [...new Set(counts)].sort();
}

/** All messages are served and nobody who is awake has anything to do. */
function* settled(k: Context): Steps {
  const ip = k.kernel.ipiqOf(0, 1);
  while (k.peek(ip + IP.ip_xindex) !== k.peek(ip + IP.ip_windex)) yield* k.fence();
  for (let wait = 0; wait < 40; wait++) yield* k.fence();
}

describe('wakeup', () => {
  it('wakes every sleeper of the ident in domain 0, on every CPU', () => {
    for (const cpus of [
      [0, 0],
      [0, 1],
      [1, 1],
      [0, 1, 1],
    ]) {
      assert.deepEqual(woken(cpus, wakeup).at(-1), 2, `cpus ${cpus.join()}`);
    }
  });

  it('of a domain wakes the sleepers of that domain only', () => {
    assert.deepEqual(
      woken([0, 1, 0], (k, ident) => wakeup_domain(k, ident, 0x10000)),
      [1],
    );
  });

  it('on this CPU leaves those of others asleep', () => {
    assert.deepEqual(woken([0, 1, 1], wakeup_mycpu), [1]);
  });

  it('sends the ident to the CPUs whose bucket has sleepers, never a thread', () => {
    const sent = new Set<string>();
    const program = kernelProgram(
      'message',
      {
        cpus: 3,
        threads: {
          *sleeper(k, ident) {
            yield* tsleep(k, ident, 0, 'sleeper', 0);
          },
        },
      },
      function* (k) {
        const ident = yield* newWord(k);
        const td = yield* lwkt_create(k, fn('sleeper'), { cpu: 1, args: [ident] });
        while (!isAsleep(k.words, td)) yield* tsleep(k, 5, 0, 'settle', 1);
        const before = [1, 2].map((cpu) => k.peek(k.kernel.ipiqOf(0, cpu) + IP.ip_windex));
        yield* _wakeup(k, ident, PWAKEUP_ONE);
        const after = [1, 2].map((cpu) => k.peek(k.kernel.ipiqOf(0, cpu) + IP.ip_windex));
        const entry = k.kernel.ipiqOf(0, 1) + IP.ip_info + (before[0] & 31) * 3;
        const [func, arg1, arg2] = k.words.subarray(entry, entry + 3);
        assert.deepEqual([func, arg1, arg2], [FN_WAKEUP, ident, PWAKEUP_ONE]);
        sent.add([after[0] - before[0], after[1] - before[1]].join());
      },
    );
    watchAll(program, {}, { strategy: 'random', schedules: 60 });
    assert.deepEqual([...sent], ['1,0'], 'cpu2 has nobody in that bucket');
  });
});

describe('wakeup_one', () => {
  it('wakes one of its own CPU and asks no other', () => {
    assert.deepEqual(woken([0, 0], wakeup_one), [1]);
    assert.deepEqual(woken([0, 1], wakeup_one), [1]);
  });

  it('asks all other CPUs if its own has nobody, so that more than one may wake', () => {
    const program = kernelProgram(
      'two',
      {
        cpus: 3,
        threads: {
          *sleeper(k, ident, count) {
            yield* tsleep(k, ident, 0, 'sleeper', 0);
            yield* k.fetchadd(count, 1);
          },
        },
      },
      function* (k) {
        const ident = yield* newWord(k);
        const count = yield* newWord(k);
        const threads = [
          yield* lwkt_create(k, fn('sleeper'), { cpu: 1, args: [ident, count] }),
          yield* lwkt_create(k, fn('sleeper'), { cpu: 2, args: [ident, count] }),
        ];
        while (!threads.every((td) => isAsleep(k.words, td))) yield* tsleep(k, 5, 0, 'settle', 1);
        yield* wakeup_one(k, ident);
        while (k.peek(count) < 2) yield* k.fence();
      },
    );
    watchAll(program, {}, { strategy: 'random', schedules: 60 });
  });

  it('does not count a thread that is merely interlocked', () => {
    const program = kernelProgram(
      'interlocked',
      {
        cpus: 1,
        threads: {
          *sleeper(k, ident) {
            yield* tsleep(k, ident, 0, 'sleeper', 0);
          },
        },
      },
      function* (k) {
        const ident = yield* newWord(k);
        yield* tsleep_interlock(k, ident);
        const td = yield* lwkt_create(k, fn('sleeper'), { args: [ident] });
        yield* tsleep(k, 5, 0, 'settle', 1);
        yield* tsleep_interlock(k, ident);
        // The sleeper came first into the bucket; let it come second.
        while (!isAsleep(k.words, td)) yield* tsleep(k, 5, 0, 'settle', 1);
        yield* tsleep_interlock(k, ident);
        yield* wakeup_one(k, ident);
        assert.ok(!isAsleep(k.words, td));
      },
    );
    watchAll(program, {}, { strategy: 'random', schedules: 20 });
  });
});

describe('delayed wakeups', () => {
  /** Idents that are put off on this CPU. */
  const delayed = (k: Context): number[] => [0, 1].map((at) => k.words[k.cpu.gd + GD.gd_delayed_wakeup + at]);

  it('are put off two at a time until the thread says so', () => {
    const program = kernelProgram('delayed', { cpus: 1 }, function* (k) {
      wakeup_start_delayed(k);
      for (const ident of [11, 12, 11]) yield* wakeup(k, ident);
      assert.deepEqual(delayed(k), [11, 12]);
      yield* tsleep_interlock(k, 11);
      // A third one makes room for itself by the first.
      yield* wakeup(k, 13);
      assert.deepEqual(delayed(k), [12, 13]);
      assert.equal(k.words[k.td + TD.td_flags] & TDF_TSLEEPQ, 0, '11 was issued');
      yield* wakeup_end_delayed(k);
      assert.deepEqual(delayed(k), [0, 0]);
      yield* tsleep_interlock(k, 14);
      yield* wakeup(k, 14);
      assert.equal(k.words[k.td + TD.td_flags] & TDF_TSLEEPQ, 0, 'nothing is put off any more');
    });
    watchAll(program, {}, { strategy: 'random', schedules: 1 });
  });

  it('are issued before the thread sleeps', () => {
    assert.deepEqual(
      woken([0, 1], function* (k, ident) {
        wakeup_start_delayed(k);
        yield* wakeup(k, ident);
        yield* tsleep(k, 5, 0, 'nap', 1);
        yield* wakeup_end_delayed(k);
      }),
      [2],
    );
  });

  it('as of old lost the first when a third came (asSeed delayed-wakeup)', () => {
    const program = kernelProgram('S6', { cpus: 1, asSeed: ['delayed-wakeup'] }, function* (k) {
      wakeup_start_delayed(k);
      yield* tsleep_interlock(k, 11);
      for (const ident of [11, 12, 13]) yield* wakeup(k, ident);
      yield* wakeup_end_delayed(k);
      assert.equal(k.words[k.td + TD.td_flags] & TDF_TSLEEPQ, 0, 'the wakeup of 11 was issued');
    });
    assert.equal(watch(program, {}, { strategy: 'random', schedules: 1 }).failure?.verdict, 'assertion');
  });
});

describe('a sleeper that nobody wakes', () => {
  it('is a lost wakeup if it would go on, and a deadlock if it waits for something else then', () => {
    const asleep = kernelProgram('asleep', {}, function* (k) {
      yield* tsleep(k, 9, 0, 'for ever', 0);
    });
    verdictOf(asleep, 'lost-wakeup', { strategy: 'random', schedules: 10 });
    const again = kernelProgram('again', {}, function* (k) {
      const word = yield* newWord(k);
      while ((yield* k.load(word)) === 0) yield* tsleep(k, word, 0, 'never set', 0);
      yield* lwkt_schedule(k, k.td);
    });
    const { finding } = verdictOf(again, 'deadlock', { strategy: 'random', schedules: 10 });
    assert.match((finding?.details ?? []).join('\n'), /cpu0\/main sleeps on "never set"/);
  });
});
