/**
 * Owns what an rt-app file wants of a machine, as far as it can be told beforehand: of threads that run for
 * ever in step with timers the work of a round by its periods.
 */
import type { RtEvent } from './event.ts';
import type { RtPhase, RtThread } from './plan.ts';

function sumOf<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}

function workOf(event: RtEvent): number {
  return event.type === 'run' || event.type === 'runtime' ? event.law.mean : 0;
}

function periodOf(event: RtEvent): number {
  return event.type === 'timer' ? event.periodNs : 0;
}

/** Of one instance, in CPUs of speed 1; 0 if it is not known. */
function threadDemand({ loop, phases }: RtThread): number {
  if (loop !== Infinity || !phases.every(({ hasTimer }) => hasTimer)) return 0;
  // A phase that is run for ever is all that counts.
  const last = phases.find((phase) => phase.loop === Infinity);
  const counted = last === undefined ? phases : [{ ...last, loop: 1 }];
  const total = (value: (event: RtEvent) => number): number =>
    sumOf(counted, (phase: RtPhase) => phase.loop * sumOf(phase.events, value));
  const period = total(periodOf);
  return period > 0 ? total(workOf) / period : 0;
}

/** Of all threads of which it is known. */
export function demandOf(threads: readonly RtThread[]): number {
  return sumOf(threads, (thread) => thread.instances * threadDemand(thread));
}
