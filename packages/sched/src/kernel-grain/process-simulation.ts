/**
 * Owns a machine in virtual time whose tasks are the processes of the kernel: the programs of a scenario,
 * with fork, exec, wait, signals and whatever else they call, each operation of the kernel at its cost, and a
 * policy that says which of them run user code where. A thread is a task of the policy from its first return
 * to user mode until it exits; in the kernel, on its way to sleep or back, it needs nobody's leave.
 */
import {
  type Context,
  functionNumber,
  type Kernel,
  lwkt_setpri,
  type MachineLimits,
  Registry,
  type Steps,
  TDPRI_KERN_USER,
  type UserScheduling,
} from '@smplab/lwkt';
import { MAIN, type MachineScenario, SIMULATE_LIMITS } from '@smplab/machine';
import { ENQ_NEW, ENQ_WAKEUP } from '../policy/policy.ts';
import type { SimulationOptions } from '../simulation/simulation.ts';
import { BLOCKED, Task } from '../task/task.ts';
import { KernelHost } from './kernel-host.ts';

export interface ProcessSimulationOptions<D> extends SimulationOptions<D> {
  /** The programs: a processScenario, or any scenario above it. */
  readonly scenario: MachineScenario;
  /** Sizes and limits; default those of the scenario over SIMULATE_LIMITS. */
  readonly limits?: Partial<MachineLimits>;
  readonly asSeed?: readonly string[] | 'all';
  /** For how long historical code waits for memory, in ticks; default 0, it gives way once. */
  readonly memoryWaitTicks?: number;
}

/** A policy sees a process only when it wants to compute: there is nothing for it to run. */
const NOTHING_TO_RUN = function* (): Generator<never, void, number> {};

export class ProcessSimulation<D> extends KernelHost<D> implements UserScheduling {
  readonly #tasksOf = new Map<number, Task<D>>();
  readonly #threads = new Map<Task<D>, number>();
  readonly #memoryWaitTicks: number;
  #tasks = 0;

  constructor(options: ProcessSimulationOptions<D>) {
    const { scenario, limits, asSeed = scenario.given.asSeed } = options;
    const registry = new Registry();
    scenario.register(registry);
    const all = { ...SIMULATE_LIMITS, ...scenario.given.limits, ...limits };
    const main = functionNumber(MAIN);
    super(options, { registry, main, limits: all, clockNs: 1e9 / all.hz, ...(asSeed && { asSeed }) });
    this.#memoryWaitTicks = options.memoryWaitTicks ?? 0;
  }

  protected override attached(kernel: Kernel): void {
    kernel.usched = this;
    kernel.memoryWaitTicks = this.#memoryWaitTicks;
  }

  // ---- what the kernel asks
  // -------------------------------------------------------------------------------------------------

  mayRun(k: Context): boolean {
    const task = this.#tasksOf.get(k.td);
    return task !== undefined && this.#isCurrent(k, task) && !this.scheduler.isAsked(k, task);
  }

  #isCurrent(k: Context, task: Task<D>): boolean {
    return this.cpus[k.cpu.cpuid].current === task;
  }

  *acquire(k: Context): Steps {
    let task = this.#tasksOf.get(k.td);
    if (task !== undefined && this.#isCurrent(k, task)) {
      if (this.scheduler.isAsked(k, task)) yield* this.scheduler.reschedule(k, task);
      return;
    }
    this.scheduler.enter(k);
    if (task === undefined) {
      task = this.#made(k);
      this.makeRunnable(task, null, ENQ_NEW);
    } else {
      task.sleepNs += this.core.now - task.sleptAt;
      task.wakeups++;
      this.core.listener.woken?.(this.core.now, task, null);
      this.makeRunnable(task, null, ENQ_WAKEUP);
    }
    this.scheduler.leave();
    yield* this.scheduler.acquire(k, task);
  }

  *release(k: Context): Steps {
    const task = this.#tasksOf.get(k.td);
    if (task === undefined || !this.#isCurrent(k, task)) return;
    const next = this.scheduler.stopFor(k, task, () => undefined);
    lwkt_setpri(k, k.td, TDPRI_KERN_USER);
    if (next !== null) yield* this.scheduler.grant(k, next);
  }

  *exit(k: Context): Steps {
    const task = this.#tasksOf.get(k.td);
    if (task === undefined) return;
    this.#tasksOf.delete(k.td);
    this.#threads.delete(task);
    if (!this.#isCurrent(k, task)) {
      this.scheduler.enter(k);
      this.end(task);
      this.scheduler.leave();
      return;
    }
    const next = this.scheduler.stopFor(k, task, () => this.end(task));
    if (next !== null) yield* this.scheduler.grant(k, next);
  }

  /** The task of a thread that is in user mode for the first time. */
  #made(k: Context): Task<D> {
    const { now } = this.core;
    const task = new Task<D>(++this.#tasks, now, null as D, {
      name: k.nameOf(k.td),
      program: NOTHING_TO_RUN,
    });
    task.lastCpu = k.cpu.cpuid;
    task.cpu = k.cpu.cpuid;
    task.state = BLOCKED;
    task.sleptAt = now;
    this.#tasksOf.set(k.td, task);
    this.#threads.set(task, k.td);
    this.tasks.add(task);
    task.data = this.policy.init_task(task);
    this.core.listener.created?.(now, task);
    return task;
  }

  // ---- threads of tasks
  // -------------------------------------------------------------------------------------------------

  threadOf(task: Task<D>): number {
    return this.#threads.get(task) ?? 0;
  }

  begin(k: Context, task: Task<D>): Steps {
    return k.panic(`usched: task ${task.name} has no thread`);
  }

  protected help(): Steps {
    return nothing();
  }

  protected isToHelp(): boolean {
    return false;
  }
}

function* nothing(): Steps {}
