/**
 * Owns earliest deadline first on each CPU by itself: a task is given a CPU when it is made, by its budget
 * over its period, and stays there. Tasks should be made in decreasing order of that for the bounds of the
 * literature to hold (`byUtilization`).
 */
import type { Task, TaskOptions } from '../task/task.ts';
import { ENQ_PREEMPTED, type Policy, type PolicyHost } from './policy.ts';
import { TaskHeap } from './task-heap.ts';

/** Which CPU with enough room: the first, the fullest, or the emptiest. */
export type Fit = 'first' | 'best' | 'worst';

/** What a task set needs more of than CPUs have; it runs all the same, where there is most room. */
export interface PartitionedOptions {
  readonly fit?: Fit;
  /** Told of a task that no CPU has room for. */
  readonly onOverload?: (task: Task, utilization: number) => void;
}

function utilizationOf({
  budgetNs = Infinity,
  periodNs = Infinity,
}: Pick<TaskOptions, 'budgetNs' | 'periodNs'>): number {
  return periodNs === Infinity || budgetNs === Infinity ? 0 : budgetNs / periodNs;
}

/** Task sets in the order in which they should be made: the largest part of a CPU first. */
export function byUtilization(tasks: readonly TaskOptions[]): readonly TaskOptions[] {
  return tasks.toSorted((a, b) => utilizationOf(b) - utilizationOf(a));
}

/** Partitioned EDF. */
export function partitionedEdf({ fit = 'first', onOverload }: PartitionedOptions = {}): Policy<number> {
  let queues: TaskHeap<number>[] = [];
  let used: number[] = [];
  let host: PolicyHost<number>;

  /** The CPU of a new task. */
  function assign(task: Task<number>): number {
    const utilization = utilizationOf(task);
    const allowed = host.onlineCpus.filter((cpu) => task.mayRunOn(cpu));
    const fits = allowed.filter((cpu) => used[cpu] + utilization <= 1 + 1e-9);
    if (fits.length === 0) onOverload?.(task, utilization);
    const [candidates, how] = fits.length === 0 ? [allowed, 'worst'] : [fits, fit];
    const best = candidates.reduce((chosen, cpu) => {
      if (how === 'best') return used[cpu] > used[chosen] ? cpu : chosen;
      return how === 'worst' && used[cpu] < used[chosen] ? cpu : chosen;
    });
    used[best] += utilization;
    return best;
  }

  return {
    name: `EDF, partitioned (${fit} fit)`,
    init(given) {
      host = given;
      queues = host.topology.cpus.map(() => new TaskHeap<number>());
      used = host.topology.cpus.map(() => 0);
    },
    init_task: assign,
    exit_task: (task) => void (used[task.data] -= utilizationOf(task)),
    select_cpu(task) {
      // Its CPU is off, or it may not run there any more: it is given another.
      if (!host.onlineCpus.includes(task.data) || !task.mayRunOn(task.data)) {
        used[task.data] -= utilizationOf(task);
        task.data = assign(task);
      }
      return task.data;
    },
    enqueue(task, flags) {
      queues[task.cpu].push(task, task.effectiveDeadline);
      const current = host.current(task.cpu);
      const isFirst = current !== null && task.effectiveDeadline < current.effectiveDeadline;
      if (isFirst && (flags & ENQ_PREEMPTED) === 0) host.preempt(task.cpu);
    },
    dequeue: (task) => void queues[task.cpu].remove(task),
    dispatch: (cpu) => queues[cpu].takeFor(cpu),
    running: (task) => void (task.slice = Infinity),
    set_priority(task) {
      const queue = queues[task.cpu];
      if (queue.remove(task)) queue.push(task, task.effectiveDeadline);
      const current = host.current(task.cpu);
      if (current !== null && queue.leastKey < current.effectiveDeadline) host.preempt(task.cpu);
    },
  };
}
