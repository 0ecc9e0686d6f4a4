/**
 * Owns policies that hand out shares: stride scheduling (Waldspurger, Weihl 1995), by which each task has had
 * its share to within a quantum at all times, and the lottery (1994), by which it has it on average. One
 * queue for all CPUs; tickets are weights.
 */
import type { RandomStream } from '../random-stream.ts';
import type { Task } from '../task/task.ts';
import type { Policy, PolicyHost } from './policy.ts';
import { TaskHeap } from './task-heap.ts';
import { TaskQueue } from './task-queue.ts';

const STRIDE_1 = 2 ** 20;
const QUANTUM_NS = 10_000_000;

interface Pass {
  pass: number;
  /** Run time up to which the pass has been moved on. */
  runNs: number;
}

/** Runs whoever has the least pass: a quantum moves it on by 2^20/tickets, half of one by half of that. */
export function stride({ quantumNs = QUANTUM_NS }: { readonly quantumNs?: number } = {}): Policy<Pass> {
  const queue = new TaskHeap<Pass>();
  let global = 0;

  function moveOn(task: Task<Pass>): void {
    const { data, weight, runNs } = task;
    data.pass += ((runNs - data.runNs) / quantumNs) * (STRIDE_1 / weight);
    data.runNs = runNs;
  }

  return {
    name: 'stride',
    init: () => undefined,
    init_task: () => ({ pass: global, runNs: 0 }),
    enqueue(task) {
      // Who was away has no claim on the time that it did not want.
      task.data.pass = Math.max(task.data.pass, global);
      queue.push(task, task.data.pass);
    },
    dequeue: (task) => void queue.remove(task),
    dispatch(cpu) {
      const task = queue.takeFor(cpu);
      if (task !== null) global = Math.max(global, task.data.pass);
      return task;
    },
    running: (task) => void (task.slice = quantumNs),
    stopping: (task) => moveOn(task),
  };
}

interface Draw {
  /** Tickets count so much more for who has not used its last quantum. */
  compensation: number;
  runNs: number;
}

/** Draws a ticket for each quantum. Who uses only a part f of one has its tickets count 1/f until it wins. */
export function lottery({ quantumNs = QUANTUM_NS }: { readonly quantumNs?: number } = {}): Policy<Draw> {
  const queue = new TaskQueue<Draw>();
  let random: RandomStream;
  const ticketsOf = (task: Task<Draw>): number => task.weight * task.data.compensation;

  function draw(cpu: number): Task<Draw> | null {
    let tickets = 0;
    for (let at = 0; at < queue.length; at++) {
      const task = queue.at(at);
      if (task?.mayRunOn(cpu) === true) tickets += ticketsOf(task);
    }
    let left = random.uniform() * tickets;
    let last: Task<Draw> | null = null;
    for (let at = 0; at < queue.length && left >= 0; at++) {
      const task = queue.at(at);
      if (task?.mayRunOn(cpu) !== true) continue;
      left -= ticketsOf(task);
      last = task;
    }
    return last;
  }

  return {
    name: 'lottery',
    init: (host: PolicyHost<Draw>) => void (random = host.random('lottery')),
    init_task: () => ({ compensation: 1, runNs: 0 }),
    enqueue: (task) => queue.push(task),
    dequeue: (task) => void queue.remove(task),
    dispatch(cpu) {
      const task = draw(cpu);
      if (task !== null) queue.remove(task);
      return task;
    },
    running(task) {
      task.slice = quantumNs;
      task.data.compensation = 1;
      task.data.runNs = task.runNs;
    },
    stopping(task, isRunnable) {
      const used = (task.runNs - task.data.runNs) / quantumNs;
      if (!isRunnable && used > 0 && used < 1) task.data.compensation = 1 / used;
    },
  };
}
