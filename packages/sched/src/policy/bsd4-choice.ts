/**
 * Owns whom a CPU takes from the queues of usched_bsd4, and whom it leaves: threads that were queued in this
 * tick or the one before are better left to the CPU that they were on, unless somebody much worse runs
 * somewhere (bsd4_chooseproc_locked_cache_coherent, bsd4_batchy_looser_pri_test).
 */
import type { Task } from '../task/task.ts';
import type { Topology } from '../topology/topology.ts';
import type { Bsd4Options } from './bsd4-options.ts';
import type { Bsd4 } from './bsd4-estimate.ts';
import type { RunQueues } from './run-queues.ts';

export interface Bsd4Machine {
  readonly topology: Topology;
  readonly queues: RunQueues<Bsd4>;
  /** Number of this tick. */
  readonly tickNumber: number;
  /** The worst priority of those that run; -Infinity if nobody does. */
  worstRunning(): number;
  /** A thread is left: its own CPU is to look. */
  leave(task: Task<Bsd4>): void;
}

const PPQ = 4;
const LEVELS = ['core', 'cache', 'socket', 'node'] as const;

/** How many levels up two CPUs meet: 0 for one CPU, 1 for a core and so on. */
export function levelsBetween(topology: Topology, a: number, b: number): number {
  if (a === b) return 0;
  const [from, to] = [topology.cpus[a], topology.cpus[b]];
  let levels = 1;
  for (const level of LEVELS) {
    if (from[level] === to[level]) return levels;
    levels++;
  }
  return levels;
}

/**
 * Whom a CPU takes when its thread gives way; null for nobody, which leaves work to others for a tick at
 * most.
 */
export function chooseFor(
  cpu: number,
  { queueChecks, stickToLevel, upriAffinity, cacheCoherent }: Required<Bsd4Options>,
  machine: Bsd4Machine,
): Task<Bsd4> | null {
  if (!cacheCoherent) return chooseFirst(cpu, machine.queues);
  const { queues, topology, tickNumber } = machine;
  let left: Task<Bsd4> | null = null;
  let leftAt = Infinity;
  let checks = 0;
  const worst = queues.length === 0 ? 0 : machine.worstRunning();
  for (let level = queues.bestLevel(); level !== -1; level = queues.bestLevel(level + 1)) {
    for (let task = queues.firstAt(level); task !== null; task = queues.nextOf(task)) {
      if (!task.mayRunOn(cpu)) continue;
      const { home, rebalTick, priority } = task.data;
      const away = levelsBetween(topology, home, cpu);
      const isTaken =
        away <= stickToLevel || rebalTick < tickNumber - 1 || worst - priority > upriAffinity * PPQ;
      if (isTaken) return task;
      if (away < leftAt) {
        if (left !== null) machine.leave(left);
        [left, leftAt] = [task, away];
      } else machine.leave(task);
      if (++checks === queueChecks) return left;
    }
  }
  if (left !== null) machine.leave(left);
  return null;
}

/**
 * bsd4_chooseproc_locked, for a CPU that was told: the best; or the one after it, if that was on this CPU
 * and it was not.
 */
export function chooseFirst(cpu: number, queues: RunQueues<Bsd4>): Task<Bsd4> | null {
  const best = queues.bestFor(cpu);
  if (best === null || best.data.home === cpu) return best;
  const next = queues.nextOf(best);
  return next !== null && next.data.home === cpu && next.mayRunOn(cpu) ? next : best;
}
