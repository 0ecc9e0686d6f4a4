import assert from 'node:assert/strict';
import { CPU_IDLE, CPU_RUNNING, DOORBELL_TICK, GD } from '@smplab/lwkt';
import { stopwatch, tick, ticksToRest } from '../../src/live/host-clock.ts';
import { bootedKernel } from '../fixtures/booted-kernel.ts';

describe('the clock of a live machine', () => {
  it('interrupts CPUs that run or have something due, and leaves the others asleep', () => {
    const kernel = bootedKernel(4);
    const { words } = kernel;
    const field = (cpuid: number, name: keyof typeof GD): number => kernel.gdOf(cpuid) + GD[name];
    words[field(0, 'gd_state')] = CPU_RUNNING;
    for (const cpuid of [1, 2, 3]) words[field(cpuid, 'gd_state')] = CPU_IDLE;
    words[field(2, 'gd_nexttimo')] = 7;
    words[field(3, 'gd_passive')] = 1;
    tick(kernel, 6);
    assert.equal(kernel.ticks, 6);
    const rung = (): number[] =>
      [0, 1, 2, 3].filter((cpuid) => words[field(cpuid, 'gd_doorbell')] === DOORBELL_TICK);
    assert.deepEqual(rung(), [0, 3]);
    tick(kernel, 7);
    assert.deepEqual(rung(), [0, 2, 3]);
  });

  it('rests while every CPU is idle, until the next timeout, and not at all while one does something', () => {
    const kernel = bootedKernel(2);
    const { words } = kernel;
    for (const cpuid of [0, 1]) words[kernel.gdOf(cpuid) + GD.gd_state] = CPU_IDLE;
    assert.equal(ticksToRest(kernel, 100), 10);
    words[kernel.gdOf(1) + GD.gd_nexttimo] = 104;
    assert.equal(ticksToRest(kernel, 100), 4);
    assert.equal(ticksToRest(kernel, 200), 1);
    words[kernel.gdOf(0) + GD.gd_state] = CPU_RUNNING;
    assert.equal(ticksToRest(kernel, 100), 1);
  });

  it('measures time forwards', () => {
    const seconds = stopwatch();
    const first = seconds();
    assert.ok(first >= 0 && seconds() >= first);
  });
});
