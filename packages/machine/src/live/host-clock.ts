/**
 * Owns the clock of a live machine: it advances k_ticks by the time of the wall, and interrupts the CPUs that
 * run something or have a timeout due. Runs on the main thread; the clock of the wall is read here and in the
 * watchdog and nowhere else in this package.
 */
import { CPU_IDLE, CPU_RUNNING, DOORBELL_TICK, GD, KERN, type Kernel } from '@smplab/lwkt';

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

/** Longest rest of the clock while no CPU does anything. */
const REST_TICKS = 10;

/** Starts the clock; `onTick` is called at each tick it takes. Gives what stops it. */
export function startClock(kernel: Kernel, onTick: () => void): () => void {
  const { hz } = kernel.limits;
  const seconds = stopwatch();
  let timer: NodeJS.Timeout;
  const onTime = (): void => {
    const now = Math.floor(seconds() * hz);
    tick(kernel, now);
    onTick();
    timer = setTimeout(onTime, (ticksToRest(kernel, now) * 1000) / hz);
  };
  timer = setTimeout(onTime, 1000 / hz);
  return () => clearTimeout(timer);
}

/**
 * Ticks until somebody needs the clock: an idle machine, whose CPUs wait for timeouts only, is left alone.
 */
export function ticksToRest(kernel: Kernel, now: number): number {
  const { words } = kernel;
  let rest = REST_TICKS;
  for (let cpuid = 0; cpuid < kernel.ncpus; cpuid++) {
    const gd = kernel.gdOf(cpuid);
    if (Atomics.load(words, gd + GD.gd_state) !== CPU_IDLE || words[gd + GD.gd_passive] !== 0) return 1;
    const next = words[gd + GD.gd_nexttimo];
    if (next !== -1) rest = Math.min(rest, Math.max(1, next - now));
  }
  return rest;
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
