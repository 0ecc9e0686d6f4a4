import assert from 'node:assert/strict';
import { EQUAL } from '@smplab/explore';
import { describe, it } from 'mocha';
import {
  type Context,
  Cpuhold,
  lwkt_hold_cpus,
  lwkt_release_cpus,
  lwkt_yield,
  type Steps,
} from '../src/index.ts';
import { check, type KernelProgramOptions, kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { passesOnce } from './fixtures/passes.ts';
import { joinAll, newWord, start } from './fixtures/tokens.ts';

const ROUNDS = 3;

/** Counts, giving way in between, on a CPU of its own. */
const threads = {
  *counter(k: Context, word: number): Steps {
    for (let round = 0; round < ROUNDS; round++) {
      yield* k.fetchadd(word, 1);
      yield* k.fetchadd(word, 1);
      yield* lwkt_yield(k);
    }
  },
};

function* newHold(k: Context): Steps<number> {
  return yield* k.allocate('cpuhold', Cpuhold.size, true);
}

describe('a hold of the other CPUs', () => {
  const holds = (options: KernelProgramOptions, onHeld: (lasted: boolean) => void) =>
    kernelProgram('hold', { threads, ...options }, function* (k) {
      const word = yield* newWord(k);
      const cpus = Array.from({ length: k.kernel.ncpus }, (_, cpu) => cpu);
      const counters: number[] = [];
      for (const cpu of cpus) counters.push(yield* start(k, 'counter', [word], { cpu }));
      const ch = yield* newHold(k);
      yield* lwkt_hold_cpus(k, ch, 1);
      const before = yield* k.load(word);
      const after = yield* k.load(word);
      const lasted = yield* lwkt_release_cpus(k, ch);
      check(k, !lasted || before === after, `${before}, and then ${after}`);
      onHeld(lasted);
      yield* k.free('cpuhold', ch);
      yield* joinAll(k, ...counters);
      check(k, (yield* k.load(word)) === 2 * ROUNDS * cpus.length, 'everybody counts to the end');
    });

  for (const cpus of [1, 2, 3]) {
    it(`means that nobody else has run, of ${cpus}, or that it has not lasted`, () => {
      const seen = new Set<boolean>();
      const program = holds({ cpus }, (lasted) => seen.add(lasted));
      verdictOf(program, cpus === 1 ? 'proved' : 'none', { strategy: 'portfolio', schedules: 200 });
      assert.ok(seen.has(true));
      assert.equal(seen.has(false), cpus > 1, 'with CPUs to hold, time may be over');
    });
  }

  it('ends by itself when its master waits for somebody who cannot run', () => {
    const program = kernelProgram('wait', { threads }, function* (k) {
      const word = yield* newWord(k);
      const ch = yield* newHold(k);
      yield* lwkt_hold_cpus(k, ch, 10);
      const td = yield* start(k, 'counter', [word], { cpu: 1 });
      yield* k.until(word, EQUAL, 2 * ROUNDS);
      check(k, k.kernel.ticks >= 10, 'the time was over');
      check(k, !(yield* lwkt_release_cpus(k, ch)), 'the hold has not lasted');
      yield* joinAll(k, td);
    });
    passesOnce(program);
    verdictOf(program, 'none', { strategy: 'portfolio', schedules: 50 });
  });

  it('has not lasted when its master has slept, though it was alone', () => {
    const program = kernelProgram('sleep', { cpus: 1, threads }, function* (k) {
      const word = yield* newWord(k);
      const ch = yield* newHold(k);
      yield* lwkt_hold_cpus(k, ch, 10);
      yield* joinAll(k, yield* start(k, 'counter', [word]));
      check(k, !(yield* lwkt_release_cpus(k, ch)), 'somebody has counted');
    });
    passesOnce(program);
  });
});
