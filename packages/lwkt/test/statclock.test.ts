import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type Context,
  cpuTicks,
  GD,
  hardclock,
  KERN,
  LOAD_SCALE,
  loadAverages,
  type Steps,
  TD,
} from '../src/index.ts';
import { kernelProgram } from './fixtures/kernel-program.ts';
import { passesOnce } from './fixtures/passes.ts';
import { joinAll, start } from './fixtures/tokens.ts';

/** The time goes on to a tick; the clock of this CPU is called if it is awake. */
function goTo(k: Context, ticks: number, isAwake = true): void {
  k.words[k.kernel.kern + KERN.k_ticks] = ticks;
  if (isAwake) hardclock(k.cpu);
}

/** What a load is after samples with so many threads running, as Linux counts it. */
function expected(decay: number, samples: readonly number[]): number {
  return samples.reduce(
    (load, running) => Math.floor((load * decay + running * LOAD_SCALE * (LOAD_SCALE - decay)) / LOAD_SCALE),
    0,
  );
}

describe('the clock that counts', () => {
  it('charges a tick to who runs and to the CPU: user, system, or nobody', () => {
    const program = kernelProgram('charge', { cpus: 2 }, function* (k: Context) {
      yield* k.fence();
      const { words, td, cpu } = k;
      goTo(k, 1);
      goTo(k, 2);
      assert.deepEqual([words[td + TD.td_uticks], words[td + TD.td_sticks]], [0, 2], 'no lwp');
      words[td + TD.td_lwp] = 77;
      goTo(k, 3);
      words[td + TD.td_incall] = 1;
      goTo(k, 4);
      assert.deepEqual([words[td + TD.td_uticks], words[td + TD.td_sticks]], [1, 3], 'in and out of a call');
      words[td + TD.td_lwp] = 0;
      words[cpu.gd + GD.gd_curthread] = words[cpu.gd + GD.gd_idlethread];
      goTo(k, 5);
      words[cpu.gd + GD.gd_curthread] = td;
      assert.deepEqual(cpuTicks(k, 0), { user: 1, system: 3, idle: 1 });
      assert.deepEqual(cpuTicks(k, 1), { user: 0, system: 0, idle: 5 }, 'a CPU without ticks');
    });
    passesOnce(program);
  });

  it('takes the load every five seconds, and counts nobody for the time without ticks', () => {
    const program = kernelProgram(
      'load',
      {
        cpus: 2,
        limits: { hz: 10 },
        threads: {
          *other(k): Steps {
            yield* k.fence();
          },
        },
      },
      function* (k: Context) {
        yield* k.fence();
        goTo(k, 49);
        assert.deepEqual(loadAverages(k), [0, 0, 0]);
        goTo(k, 50);
        goTo(k, 51);
        assert.deepEqual(
          loadAverages(k),
          [1884, 2014, 2037].map((each) => expected(each, [1])),
        );
        const td = yield* start(k, 'other', [], { cpu: 0 });
        goTo(k, 100);
        assert.deepEqual(
          loadAverages(k),
          [1884, 2014, 2037].map((each) => expected(each, [1, 2])),
        );
        yield* joinAll(k, td);
        // Two samples while nobody ran: told to who asks, and kept once the clock ticks again.
        goTo(k, 200, false);
        assert.deepEqual(
          loadAverages(k),
          [1884, 2014, 2037].map((each) => expected(each, [1, 2, 0, 0])),
        );
        goTo(k, 250);
        const samples = [1, 2, 0, 0, 1];
        assert.deepEqual(
          loadAverages(k),
          [1884, 2014, 2037].map((each) => expected(each, samples)),
        );
        goTo(k, 1 << 30, false);
        assert.deepEqual(loadAverages(k), [0, 0, 0], 'long ago');
      },
    );
    passesOnce(program);
  });
});
