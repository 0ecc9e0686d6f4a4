/**
 * Owns what the parts of a simulation share: its time, what is going to happen, its CPUs. Changed by the
 * simulation and its CPU runner alone.
 *
 * Each CPU has three events: `run`, the end of its task's computation or slice; `tick`; and `look`, which
 * makes it look at the queues (an IPI, where another CPU has sent it). Further events are timers.
 */
import type { CostModel } from '../cost-model.ts';
import { type Policy, PolicyError, type PolicyHost } from '../policy/policy.ts';
import { BLOCKED, DEAD, RUNNABLE, RUNNING, type Task } from '../task/task.ts';
import { endJob, missed } from '../task/task-context.ts';
import type { Topology } from '../topology/topology.ts';
import { Cpu } from './cpu.ts';
import type { SimulationListener } from './listener.ts';
import { LoadMeter } from './load-meter.ts';
import { TimeQueue } from './time-queue.ts';

export const RUN = 0;
export const TICK = 1;
export const LOOK = 2;
export const EVENTS_PER_CPU = 3;
/** Requests of one task, and events, at one time: more are a livelock. */
export const MOST_AT_ONCE = 1_000_000;

/** The simulation cannot go on; the message says why. */
export class SimulationError extends Error {
  override readonly name = 'SimulationError';
}

export class SimulationCore<D> {
  readonly policy: Policy<D>;
  readonly topology: Topology;
  readonly costs: CostModel;
  readonly listener: SimulationListener;
  readonly queue = new TimeQueue();
  readonly cpus: readonly Cpu<D>[];
  readonly load: LoadMeter;
  /** Tasks that have not ended; and those that have, in the order in which they did. */
  readonly tasks = new Set<Task<D>>();
  readonly ended: Task<D>[] = [];
  now = 0;
  /** CPU whose task is being asked what it wants; -1 for clocks. */
  acting = -1;

  /** CPUs that become free at one time choose when all of them have. */
  readonly choosesTogether: boolean;

  constructor(
    policy: Policy<D>,
    topology: Topology,
    costs: CostModel,
    listener: SimulationListener,
    choosesTogether: boolean,
  ) {
    this.choosesTogether = choosesTogether;
    this.policy = policy;
    this.topology = topology;
    this.costs = costs;
    this.listener = listener;
    this.cpus = topology.cpus.map(({ speed }, index) => new Cpu<D>(index, speed));
    this.load = new LoadMeter(topology.count);
    for (let left = EVENTS_PER_CPU * topology.count; left > 0; left--) this.queue.add();
  }

  /** A policy may only name CPUs that are on, and that the task may run on. */
  checkPlace(task: Task<D>, cpu: number, does: string): void {
    const isThere = this.cpus[cpu]?.isOnline;
    if (isThere && task.mayRunOn(cpu)) return;
    const where = `policy "${this.policy.name}" ${does} CPU ${cpu} for task "${task.name}" at ${this.now} ns`;
    throw new PolicyError(
      `${where}${isThere ? ', which may not run there' : ': there is none, or it is off'}`,
    );
  }

  // ---- what becomes of tasks, whatever makes time pass
  // -------------------------------------------------------------------------------------------------

  /** Charges the task of a CPU with the time since it was charged last; gives it, ns. */
  charge(cpu: Cpu<D>): number {
    const ns = this.now - cpu.runFrom;
    const task = cpu.current;
    if (ns <= 0 || task === null) return 0;
    cpu.runFrom = this.now;
    cpu.busyNs += ns;
    task.runNs += ns;
    task.slice -= ns;
    return ns;
  }

  /** The task of a CPU, which has been charged, has it no more: to go on later, or not. */
  release(cpu: Cpu<D>, task: Task<D>, isRunnable: boolean): void {
    cpu.current = null;
    cpu.last = task;
    cpu.needsResched = false;
    task.state = isRunnable ? RUNNABLE : BLOCKED;
    this.load.addIdle(this.now, 1);
    this.policy.stopping?.(task, isRunnable);
    if (!isRunnable) {
      task.sleptAt = this.now;
      return;
    }
    task.readyAt = this.now;
    this.load.addWaiting(this.now, 1);
  }

  /** A task that was dispatched has the CPU from now on. */
  assign(cpu: Cpu<D>, task: Task<D>): void {
    const { now, load } = this;
    if (task.state !== RUNNABLE) {
      const what = task.state === RUNNING ? `it runs on CPU ${task.cpu}` : 'it is not runnable';
      const where = `task "${task.name}" to CPU ${cpu.index} at ${now} ns`;
      throw new PolicyError(`policy "${this.policy.name}" dispatches ${where}: ${what}`);
    }
    this.checkPlace(task, cpu.index, 'dispatches to');
    load.addWaiting(now, -1);
    load.addIdle(now, -1);
    const waited = now - task.readyAt;
    task.waitNs += waited;
    task.latency.add(waited);
    if (cpu.last !== task) {
      cpu.switches++;
      task.switches++;
    }
    if (task.lastCpu !== cpu.index && task.lastCpu !== -1) task.migrations++;
    task.state = RUNNING;
    task.cpu = cpu.index;
    task.lastCpu = cpu.index;
    cpu.current = task;
    cpu.runFrom = now;
  }

  /** A task is runnable: into the queues with it. */
  makeRunnable(host: PolicyHost<D>, task: Task<D>, waker: Task<D> | null, flags: number): void {
    task.state = RUNNABLE;
    task.readyAt = this.now;
    this.load.addWaiting(this.now, 1);
    task.cpu = this.placeFor(host, task, waker);
    this.policy.enqueue(task, flags);
    this.listener.enqueued?.(this.now, task, waker);
    host.kick(task.cpu);
  }

  /** The CPU for which a task is enqueued. */
  placeFor(host: PolicyHost<D>, task: Task<D>, waker: Task<D> | null): number {
    // As Linux does: who may run nowhere that is on may run anywhere.
    if (task.affinity !== null && !host.onlineCpus.some((cpu) => task.mayRunOn(cpu))) task.affinity = null;
    const previous = task.lastCpu === -1 ? (waker?.cpu ?? 0) : task.lastCpu;
    const chosen = this.policy.select_cpu?.(task, previous, waker);
    if (chosen !== undefined) {
      this.checkPlace(task, chosen, 'selects');
      return chosen;
    }
    const idle = host.idleCpuFor(task);
    if (idle !== -1) return idle;
    if (this.cpus[previous].isOnline && task.mayRunOn(previous)) return previous;
    return host.onlineCpus.find((cpu) => task.mayRunOn(cpu)) ?? previous;
  }

  /** A program is at its end. */
  end(task: Task<D>): void {
    endJob(this.now, task, this.listener);
    task.state = DEAD;
    task.endedAt = this.now;
    this.tasks.delete(task);
    this.ended.push(task);
    this.policy.exit_task?.(task);
    this.listener.ended?.(this.now, task);
  }

  /** With nothing left to happen nobody may be left waiting for a CPU. */
  checkLost(): void {
    for (const task of this.tasks) {
      if (task.state === RUNNABLE)
        throw new PolicyError(
          `policy "${this.policy.name}" has lost task "${task.name}": it waits since ${task.readyAt} ns, ` +
            'and every CPU is idle',
        );
    }
  }

  /** Jobs that are open although their deadline is past are missed. */
  missOpenJobs(): void {
    for (const task of this.tasks) if (task.isJobOpen && task.deadline < this.now) missed(task);
  }
}
