/**
 * Owns the grain `kernel` of an experiment: the same tasks, locks and policies as `Simulation`, but every
 * task is a thread of the real kernel core in virtual time, and what switches, wakes and migrates them are
 * the kernel's own operations, each with its cost. With costs of nothing both give the same schedule.
 */
import { type Context, lwkt_create, Registry, type Steps, TDPRI_USER_NORM } from '@smplab/lwkt';
import { SIMULATE_LIMITS } from '@smplab/machine';
import { ENQ_NEW, ENQ_WAKEUP } from '../policy/policy.ts';
import { SimulationError } from '../simulation/simulation-core.ts';
import type { SimulationOptions } from '../simulation/simulation.ts';
import { Task, TaskError, type TaskOptions } from '../task/task.ts';
import { TaskContext } from '../task/task-context.ts';
import { takeTokens } from '../task/tokens.ts';
import type { WorkloadHost } from '../workload/workload.ts';
import { KernelHost } from './kernel-host.ts';
import { KernelTasks, type KernelTasksHost } from './kernel-tasks.ts';

/** Time between two ticks of the kernel, of which sleeps are multiples: a microsecond. */
const HZ = 1_000_000;
const LIMITS = { ...SIMULATE_LIMITS, hz: HZ, memoryWords: 1 << 26 };

export class KernelSimulation<D> extends KernelHost<D> implements KernelTasksHost<D>, WorkloadHost {
  readonly #threads: KernelTasks<D>;
  readonly #body: number;
  /** Who woke whom, until the woken are in the queues. */
  readonly #wakers = new Map<Task<D>, Task<D> | null>();
  #tasks = 0;

  constructor(options: SimulationOptions<D>) {
    const registry = new Registry();
    const main = registry.register('experiment.main', function* () {});
    super(options, { registry, main, limits: LIMITS, clockNs: Infinity });
    this.#body = registry.register('experiment.task', (k: Context, id) => this.#threads.run(k, id));
    this.#threads = new KernelTasks(this.core, this.machine, this.scheduler, this);
    // The machine is up before the first task is made.
    this.machine.run(0);
  }

  threadOf(task: Task<D>): number {
    return this.#threads.threadOf(task);
  }

  *begin(k: Context, task: Task<D>): Steps {
    const options = { pri: TDPRI_USER_NORM, args: [task.id], name: task.name.slice(0, 15) };
    this.#threads.setThread(task, yield* lwkt_create(k, this.#body, options));
  }

  protected help(k: Context): Steps {
    return this.#threads.help(k);
  }

  protected isToHelp(cpuid: number): boolean {
    return this.#threads.isToHelp(cpuid);
  }

  // ---- what programs see
  // -------------------------------------------------------------------------------------------------

  priorityChanged(task: Task): void {
    this.policy.set_priority?.(task as Task<D>);
  }

  wakeAt(task: Task, timeNs: number): void {
    this.#threads.setTimeout(task as Task<D>, timeNs);
  }

  // ---- tasks
  // -------------------------------------------------------------------------------------------------

  /** Makes a task, which is runnable at once. */
  spawn(options: TaskOptions): Task<D> {
    const task: Task<D> = new Task<D>(++this.#tasks, this.core.now, null as D, options);
    if (task.affinity !== null && ![...task.affinity].some((cpu) => this.cpus[cpu] !== undefined))
      throw new TaskError(`task "${task.name}" may run on CPUs ${[...task.affinity].join(', ')}: none is on`);
    task.running = options.program(new TaskContext(this, task));
    this.tasks.add(task);
    this.#threads.add(task);
    task.data = this.policy.init_task(task);
    this.core.listener.created?.(this.core.now, task);
    this.makeRunnable(task, null, ENQ_NEW);
    return task;
  }

  wake(task: Task, waker: Task | null): void {
    this.#wake(task as Task<D>, waker as Task<D> | null, false);
  }

  timedOut(task: Task<D>): void {
    this.#wake(task, null, true);
  }

  #wake(task: Task<D>, waker: Task<D> | null, isItself: boolean): void {
    if (!this.#threads.isWaiting(task))
      throw new SimulationError(`task "${task.name}" is woken, but does not wait`);
    // It waits on for a token that somebody else has.
    if (task.tokens.length > 0 && !takeTokens(this, task)) return;
    this.#wakers.set(task, waker);
    this.#threads.wake(task, isItself);
  }

  ready(task: Task<D>): void {
    const waker = this.#wakers.get(task) ?? null;
    this.#wakers.delete(task);
    task.sleepNs += this.core.now - task.sleptAt;
    task.wakeups++;
    this.core.listener.woken?.(this.core.now, task, waker);
    this.makeRunnable(task, waker, ENQ_WAKEUP);
  }
}
