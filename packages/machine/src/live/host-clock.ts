/**
 * Owns the clock of a live machine: it advances k_ticks by the time of the wall, and interrupts the CPUs that
 * run something or have a timeout due. Runs on the main thread; the clock of the wall is read here and in the
 * watchdog and nowhere else in this package.
 */
import { CPU_RUNNING, DOORBELL_TICK, GD, KERN, type Kernel } from '@smplab/lwkt';

/** Gives the seconds since it was made. */
export function stopwatch(): () => number {
  const started = performance.now();
  return () => (performance.now() - started) / 1000;
}

/** Sets bits of a CPU's doorbell and wakes it. */
export function ring(kernel: Kernel, cpuid: number, bits: number): void {
  const doorbell = kernel.gdOf(cpuid) + GD.gd_doorbell;
  Atomics.or(kernel.words, doorbell, bits);
  Atomics.notify(kernel.words, doorbell);
}

/** Starts the clock; `onTick` is called at each tick. Ended by clearInterval. */
export function startClock(kernel: Kernel, onTick: () => void): NodeJS.Timeout {
  const { hz } = kernel.limits;
  const seconds = stopwatch();
  return setInterval(() => {
    tick(kernel, Math.floor(seconds() * hz));
    onTick();
  }, 1000 / hz);
}

/** The time is now `now` ticks after boot. */
export function tick(kernel: Kernel, now: number): void {
  const { words } = kernel;
  Atomics.store(words, kernel.kern + KERN.k_ticks, now);
  for (let cpuid = 0; cpuid < kernel.ncpus; cpuid++) {
    const gd = kernel.gdOf(cpuid);
    const next = words[gd + GD.gd_nexttimo];
    const isDue = (next !== -1 && next - now <= 0) || words[gd + GD.gd_passive] !== 0;
    if (isDue || Atomics.load(words, gd + GD.gd_state) === CPU_RUNNING) ring(kernel, cpuid, DOORBELL_TICK);
  }
}
