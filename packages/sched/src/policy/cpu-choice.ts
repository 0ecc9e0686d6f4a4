/**
 * Owns where a waking task is placed by policies that prefer what is near: the CPU it was on last, if that is
 * idle; an idle one of the same cache, of the same node, of the machine; else the least loaded of those.
 */
import type { Task } from '../task/task.ts';
import type { PolicyHost } from './policy.ts';

const LEVELS = ['cache', 'node'] as const;

/** The CPU for a task. `loadOf` is asked only where none is idle. */
export function chooseNear<D>(
  host: PolicyHost<D>,
  task: Task<D>,
  previous: number,
  loadOf: (cpu: number) => number,
): number {
  const isFit = (cpu: number): boolean => task.mayRunOn(cpu) && host.onlineCpus.includes(cpu);
  if (isFit(previous) && host.isIdle(previous) && loadOf(previous) === 0) return previous;
  const isFree = (cpu: number): boolean => isFit(cpu) && host.isIdle(cpu) && loadOf(cpu) === 0;
  for (const level of LEVELS) {
    const found = host.topology.groupOf(previous, level).find(isFree);
    if (found !== undefined) return found;
  }
  const free = host.onlineCpus.find(isFree);
  if (free !== undefined) return free;
  let [best, least] = [-1, Infinity];
  for (const cpu of host.onlineCpus) {
    if (!task.mayRunOn(cpu)) continue;
    // Of equals the one it was on.
    const load = loadOf(cpu) - (cpu === previous ? 1e-9 : 0);
    if (load < least) [best, least] = [cpu, load];
  }
  return best;
}
