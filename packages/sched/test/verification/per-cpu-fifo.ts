/**
 * Owns a policy that never balances: each task is for a CPU drawn at random, and stays there.
 */
import type { Policy } from '../../src/policy/policy.ts';
import { TaskQueue } from '../../src/policy/task-queue.ts';
import type { RandomStream } from '../../src/random-stream.ts';

export function perCpuFifo(): Policy {
  let queues: TaskQueue<null>[] = [];
  let random: RandomStream;
  return {
    name: 'a queue for each CPU',
    init(host) {
      queues = host.topology.cpus.map(() => new TaskQueue<null>());
      random = host.random('placement');
    },
    init_task: () => null,
    select_cpu: (task, previous) => (task.lastCpu === -1 ? random.below(queues.length) : previous),
    enqueue: (task) => queues[task.cpu].push(task),
    dequeue: (task) => void queues[task.cpu].remove(task),
    dispatch: (cpu) => queues[cpu].takeFor(cpu),
  };
}
