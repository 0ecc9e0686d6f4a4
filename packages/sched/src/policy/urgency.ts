/**
 * Owns policies that run the most urgent tasks there are, on any CPU, and preempt for them: fixed priorities,
 * rate monotonic (Liu, Layland 1973), earliest deadline first; all of them global. Work of one urgency goes
 * in the order in which it came.
 */
import type { Task } from '../task/task.ts';
import { ENQ_PREEMPTED, type Policy, type PolicyHost } from './policy.ts';
import { TaskHeap } from './task-heap.ts';

/** How urgent a task is: less is more. */
type UrgencyOf = (task: Task<null>) => number;

function byUrgency(
  name: string,
  urgencyOf: UrgencyOf,
  begin: (task: Task<null>) => void,
  isPreemptive = true,
): Policy {
  const queue = new TaskHeap<null>();
  let host: PolicyHost<null>;

  /** Where the least urgent task runs that a more urgent one may take the place of; -1 if there is none. */
  function victimFor(task: Task<null>): number {
    let [victim, most] = [-1, urgencyOf(task)];
    for (const cpu of host.onlineCpus) {
      const current = host.current(cpu);
      if (current === null || !task.mayRunOn(cpu)) continue;
      const urgency = urgencyOf(current);
      if (urgency > most) [victim, most] = [cpu, urgency];
    }
    return victim;
  }

  /** Has somebody run it at once, if it is urgent enough. */
  function place(task: Task<null>): void {
    const idle = host.idleCpuFor(task);
    const victim = idle === -1 && isPreemptive ? victimFor(task) : -1;
    if (idle !== -1) host.kick(idle);
    else if (victim !== -1) host.preempt(victim);
  }

  return {
    name,
    init: (given) => void (host = given),
    init_task(task) {
      begin(task);
      return null;
    },
    enqueue(task, flags) {
      queue.push(task, urgencyOf(task));
      // Whoever has taken its place has just been chosen.
      if ((flags & ENQ_PREEMPTED) === 0) place(task);
    },
    dequeue: (task) => void queue.remove(task),
    dispatch: (cpu) => queue.takeFor(cpu),
    running: (task) => void (task.slice = Infinity),
    set_priority(task) {
      if (queue.remove(task)) {
        queue.push(task, urgencyOf(task));
        place(task);
        return;
      }
      // It runs, and may be less urgent now than somebody who waits.
      const isRunning = isPreemptive && host.current(task.cpu) === task;
      if (isRunning && queue.leastKey < urgencyOf(task)) host.preempt(task.cpu);
    },
  };
}

/**
 * Fixed priorities, as tasks have them: less is more urgent. Without preemption it is list scheduling: a CPU
 * that becomes free takes the first of the list that is ready.
 */
export function fixedPriority({ isPreemptive = true }: { readonly isPreemptive?: boolean } = {}): Policy {
  return byUrgency(
    'fixed priority',
    ({ priority }) => priority,
    () => undefined,
    isPreemptive,
  );
}

/** Rate monotonic: who has the shortest period is the most urgent. */
export function rateMonotonic(): Policy {
  return byUrgency(
    'rate monotonic',
    ({ priority }) => priority,
    (task) => {
      task.basePriority = task.periodNs;
      task.priority = task.periodNs;
    },
  );
}

/** Earliest deadline first, over all CPUs. */
export function globalEdf(): Policy {
  return byUrgency(
    'EDF, global',
    (task) => task.effectiveDeadline,
    () => undefined,
  );
}
