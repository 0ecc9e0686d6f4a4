/**
 * Owns how many tasks there are of each group (autogroups, say the tasks of one terminal): balancing counts
 * the load of a group as that of one task, divided among its tasks.
 */
import type { Task } from '../task/task.ts';

export class TaskGroups {
  readonly #sizes = new Map<string, number>();

  add({ group }: Task): void {
    if (group !== null) this.#sizes.set(group, (this.#sizes.get(group) ?? 0) + 1);
  }

  remove({ group }: Task): void {
    if (group !== null) this.#sizes.set(group, (this.#sizes.get(group) ?? 1) - 1);
  }

  /** What a task counts for. */
  loadOf({ group, weight }: Task): number {
    return group === null ? weight : weight / Math.max(1, this.#sizes.get(group) ?? 1);
  }
}
