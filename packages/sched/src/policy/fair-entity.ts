/**
 * Owns what the fair policies of Linux know of a task (struct sched_entity), and its virtual time.
 */
import type { Task } from '../task/task.ts';

const NICE_0_WEIGHT = 1024;

/** What the fair policies know of a task. Virtual times are ns of a task of nice 0. */
export interface Fair {
  vruntime: number;
  deadline: number;
  /** What it was owed when it left, in virtual time. */
  lag: number;
  /** Run time that vruntime has been moved on for. */
  runNs: number;
  isNew: boolean;
  /** CPU whose virtual time its vruntime is of. */
  home: number;
  /** What it counts for in balancing: its weight, or its part of that of its group. */
  load: number;
  /** The weight with which it joined. */
  weight: number;
  /** Place in a heap, -1 in none; and the order of coming there. */
  place: number;
  sequence: number;
}

export function newFair(): Fair {
  const entity = { vruntime: 0, deadline: 0, lag: 0, runNs: 0, isNew: true };
  return { ...entity, home: 0, load: 0, weight: 0, place: -1, sequence: 0 };
}

/** Virtual time of a task for a time of its own. */
export function virtual(task: Task<Fair>, ns: number): number {
  return (ns * NICE_0_WEIGHT) / task.weight;
}
