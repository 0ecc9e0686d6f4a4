/**
 * Owns what a metric of one's own sees of a run that is over.
 */
import type { AnySimulation } from '../simulation/any-simulation.ts';
import type { Figure } from '../workload/workload.ts';
import type { Distribution } from './distribution.ts';
import type { SignedDistribution } from './signed-distribution.ts';
import type { TaskGroup } from './task-group.ts';

/** A task that waited too long for a CPU. */
export interface Starved {
  readonly task: string;
  /** From when on, and for how long, ns. */
  readonly sinceNs: number;
  readonly waitedNs: number;
}

/** Everything is after the warm-up, but for `figures`, which the workload counts as it likes. */
export interface RunView {
  readonly simulation: AnySimulation;
  readonly levels: Readonly<Record<string, unknown>>;
  /** How long was measured, ns. */
  readonly measuredNs: number;
  /** From waking up to running; from being able to run to running; from release to the end of jobs. */
  readonly wakeup: Distribution;
  readonly wait: Distribution;
  readonly response: Distribution;
  /** Deadlines less ends of jobs; and how late those were that were late. */
  readonly slack: SignedDistribution;
  readonly tardiness: Distribution;
  /** Jobs done, and tasks without jobs that ended. */
  readonly done: number;
  readonly misses: number;
  readonly busyNs: number;
  readonly overheadNs: number;
  readonly cpus: readonly {
    readonly busyNs: number;
    readonly overheadNs: number;
    readonly switches: number;
  }[];
  readonly switches: number;
  readonly preemptions: number;
  readonly migrations: number;
  readonly waitingNs: number;
  readonly mostWaiting: number;
  readonly wastedNs: number;
  /** Jain's index of the shares of tasks that were there throughout; null with fewer than two. */
  readonly fairness: number | null;
  /** How far such a task is from its share of what they had together, at most, ns. */
  readonly lagNs: number | null;
  readonly longestWaitNs: number;
  readonly longestWaiter: string;
  readonly starved: readonly Starved[];
  /** When the last task ended, ns; null if there are some that did not. */
  readonly endedNs: number | null;
  readonly groups: readonly TaskGroup[];
  readonly figures: readonly Figure[];
}
