import assert from 'node:assert/strict';
import { CPU_IDLE, CPU_RUNNING, CPU_WAITING, GD, KERN, type Kernel } from '@smplab/lwkt';
import { Watchdog } from '../../src/live/host-watchdog.ts';
import { bootedKernel } from '../fixtures/booted-kernel.ts';

const set = (kernel: Kernel, cpuid: number, field: keyof typeof GD, value: number): void => {
  kernel.words[kernel.gdOf(cpuid) + GD[field]] = value;
};

/** Looks so often; before each look the CPUs do what is said. The message of the first alarm. */
function looks(watchdog: Watchdog, count: number, act: (look: number) => void): string | null {
  for (let look = 0; look < count; look++) {
    act(look);
    const alarm = watchdog.look();
    if (alarm !== null) return `${look}: ${alarm.message}`;
  }
  return null;
}

describe('the watchdog', () => {
  it('finds a CPU that reaches no operation, not before its time', () => {
    const kernel = bootedKernel(2);
    set(kernel, 0, 'gd_state', CPU_IDLE);
    set(kernel, 1, 'gd_state', CPU_RUNNING);
    const message = looks(new Watchdog(kernel, 1), 20, () => undefined);
    assert.equal(
      message,
      '9: cpu1 reached no operation for 1 s: thread none computes without end, or sleeps outside the kernel',
    );
  });

  it('finds a CPU that works, but takes no interrupt', () => {
    const kernel = bootedKernel(1);
    set(kernel, 0, 'gd_state', CPU_RUNNING);
    const message = looks(new Watchdog(kernel, 1), 20, (look) => set(kernel, 0, 'gd_heartbeat', look + 1));
    assert.match(message ?? '', /^9: cpu0 took no interrupt for 1 s/);
  });

  it('finds a machine that nothing will wake, and names who sleeps', () => {
    const kernel = bootedKernel(2);
    set(kernel, 0, 'gd_state', CPU_WAITING);
    set(kernel, 1, 'gd_state', CPU_IDLE);
    const message = looks(new Watchdog(kernel, 1), 20, () => undefined);
    assert.equal(message, '9: every CPU is idle and nothing will wake main (cpu0)');
  });

  it('lets an idle machine wait for a device, if it has one and a thread that serves it', () => {
    const kernel = bootedKernel(2);
    for (const cpuid of [0, 1]) set(kernel, cpuid, 'gd_state', CPU_IDLE);
    const message = (): string | null => looks(new Watchdog(kernel, 1, true), 20, () => undefined);
    assert.match(message() ?? '', /^9: every CPU is idle/);
    kernel.words[kernel.words[kernel.kern + KERN.k_ithreads] + 40] = 1;
    assert.equal(message(), null);
    assert.match(looks(new Watchdog(kernel, 1), 20, () => undefined) ?? '', /^9: every CPU is idle/);
  });

  it('is content while CPUs work, sleep with a timeout, or stand still now and then', () => {
    const kernel = bootedKernel(2);
    set(kernel, 0, 'gd_state', CPU_IDLE);
    set(kernel, 0, 'gd_nexttimo', 5);
    set(kernel, 1, 'gd_state', CPU_RUNNING);
    const message = looks(new Watchdog(kernel, 1), 100, (look) => {
      set(kernel, 1, 'gd_heartbeat', look >> 3);
      set(kernel, 1, 'gd_cnt_ticks', look >> 3);
    });
    assert.equal(message, null);
  });
});
