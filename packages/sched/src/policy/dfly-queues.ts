/**
 * Owns the run queues of usched_dfly, a set for each CPU, who runs there (uschedcp), and what each thread
 * counts for its CPU in the tree by which places are chosen. Keeps these three in step; decides nothing.
 */
import type { Task } from '../task/task.ts';
import type { Topology } from '../topology/topology.ts';
import { type Dfly, type DflySituation, recalculate, resetPriority } from './dfly-estimate.ts';
import { type DflyWeights, LoadTree } from './dfly-topology.ts';
import { ALL_QUEUES, PRIBASE_NULL, queueOf } from './estcpu.ts';
import { RunLinks, RunQueues } from './run-queues.ts';

const NULL_QUEUE = queueOf(PRIBASE_NULL);

export class DflyQueues {
  readonly tree: LoadTree;
  readonly queues: readonly RunQueues<Dfly>[];
  readonly current: (Task<Dfly> | null)[];
  /** Threads that count for CPUs (dfly_ucount). */
  threads = 0;

  constructor(topology: Topology, weights: DflyWeights) {
    this.tree = new LoadTree(topology, weights);
    const links = new RunLinks<Dfly>();
    this.queues = topology.cpus.map(() => new RunQueues<Dfly>(ALL_QUEUES, links));
    this.current = topology.cpus.map(() => null);
  }

  /** Queue of who runs on a CPU; one that is worse than any, if nobody does. */
  queueOfCurrent(cpu: number): number {
    const current = this.current[cpu];
    return current === null ? NULL_QUEUE : queueOf(current.data.priority);
  }

  /** dfly_choose_best_queue; the CPU of the thread, if it may run nowhere. */
  best(task: Task<Dfly>): number {
    const { qcpu, isCounted, uload, wakeFrom } = task.data;
    const found = this.tree.best(task, qcpu, isCounted ? uload : -1, wakeFrom);
    return found === -1 ? qcpu : found;
  }

  /** The worst thread of the most loaded queue, if a CPU may run it. */
  worst(cpu: number): Task<Dfly> | null {
    const from = this.tree.worst(cpu);
    return from === -1 ? null : this.queues[from].worstFor(cpu);
  }

  count({ data }: Task<Dfly>): void {
    if (data.isCounted) return;
    data.isCounted = true;
    this.threads++;
    this.tree.count(data.qcpu, data.uload, 1);
  }

  discount({ data }: Task<Dfly>): void {
    if (!data.isCounted) return;
    data.isCounted = false;
    this.threads--;
    this.tree.count(data.qcpu, data.uload, -1);
  }

  /** dfly_changeqcpu_locked: a thread that is in no queue is of another CPU from now on. */
  changeCpu(task: Task<Dfly>, cpu: number): void {
    if (task.data.qcpu === cpu) return;
    this.discount(task);
    task.data.qcpu = cpu;
  }

  /**
   * dfly_setrunqueue_locked: at the end of its queue. Who has not had its turn is put in front there, but if
   * the queue is not empty at the end all the same, which comes to that.
   */
  insert(task: Task<Dfly>): void {
    const { data } = task;
    this.count(task);
    this.queues[data.qcpu].push(task, data.rqindex);
    data.rrcount = 0;
    this.tree.setIdle(data.qcpu, false);
  }

  remove(task: Task<Dfly>): void {
    this.queues[task.data.qcpu].remove(task);
    this.refresh(task.data.qcpu);
  }

  /** Takes a thread out of its queue, to be of a CPU. */
  take(task: Task<Dfly>, cpu: number): void {
    this.remove(task);
    if (task.data.qcpu === cpu) return;
    this.changeCpu(task, cpu);
    task.cpu = cpu;
    this.count(task);
  }

  setCurrent(cpu: number, task: Task<Dfly> | null): void {
    this.current[cpu] = task;
    this.refresh(cpu);
  }

  refresh(cpu: number): void {
    this.tree.setIdle(cpu, this.current[cpu] === null && this.queues[cpu].length === 0);
  }

  /** dfly_recalculate_estcpu, and what follows. */
  recalculate(task: Task<Dfly>, slept: number, situation: DflySituation): void {
    if (recalculate(task.data, slept, situation)) this.resetPriority(task);
  }

  /** dfly_resetpriority; whether the queue is another, to which it has moved if it waits. */
  resetPriority(task: Task<Dfly>): boolean {
    const { data } = task;
    const before = data.uload;
    const isOther = resetPriority(task);
    if (data.isCounted) this.tree.change(data.qcpu, data.uload - before);
    if (isOther && this.queues[data.qcpu].remove(task)) this.insert(task);
    return isOther;
  }

  /** The same for all who run or wait. */
  recalculateAll(situation: DflySituation): void {
    for (const current of this.current) if (current !== null) this.recalculate(current, 0, situation);
    for (const queue of this.queues) for (const task of queue.all()) this.recalculate(task, 0, situation);
  }
}
