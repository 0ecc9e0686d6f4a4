/**
 * Owns round robin: one queue for all CPUs, a quantum each; and with an endless quantum first in, first out.
 */
import type { Policy } from './policy.ts';
import { TaskQueue } from './task-queue.ts';

const QUANTUM_NS = 10_000_000;

/** Every task in turn, for a quantum; default 10 ms. */
export function roundRobin({ quantumNs = QUANTUM_NS }: { readonly quantumNs?: number } = {}): Policy {
  const queue = new TaskQueue<null>();
  return {
    name: quantumNs === Infinity ? 'FIFO' : 'round robin',
    init: () => undefined,
    init_task: () => null,
    enqueue: (task) => queue.push(task),
    dequeue: (task) => void queue.remove(task),
    dispatch: (cpu) => queue.takeFor(cpu),
    running: (task) => void (task.slice = quantumNs),
  };
}

/** Tasks as they come, each until it blocks. */
export function fifo(): Policy {
  return roundRobin({ quantumNs: Infinity });
}
