/**
 * Owns what both kinds of simulated kernels have (threads of tasks, processes with programs of their own):
 * the machine in virtual time, the policy, and what the policy may ask. The policy sees tasks and CPUs; what
 * they are in the kernel, the subclasses know.
 */
import {
  bootThread,
  type Context,
  crit_enter,
  crit_leave,
  dequeue,
  KERN,
  type Kernel,
  lwkt_switch,
  type MachineLimits,
  type Registry,
  SimulatedMachine,
  splz,
  type Steps,
  type Subsystem,
  TDPRI_INT_LOW,
  VECTORS,
} from '@smplab/lwkt';
import { type CostModel, DEFAULT_COSTS } from '../cost-model.ts';
import type { Policy, PolicyHost } from '../policy/policy.ts';
import { RandomStream } from '../random-stream.ts';
import type { Cpu } from '../simulation/cpu.ts';
import type { SimulationListener } from '../simulation/listener.ts';
import type { LoadMeter } from '../simulation/load-meter.ts';
import { SimulationCore, SimulationError } from '../simulation/simulation-core.ts';
import type { SimulationOptions } from '../simulation/simulation.ts';
import { RUNNING, type Task } from '../task/task.ts';
import type { Topology } from '../topology/topology.ts';
import { kernelTiming } from './kernel-timing.ts';
import { LOOK_VECTOR, type TaskThreads, UserScheduler } from './user-scheduler.ts';

/** What a subclass says of its machine. */
export interface KernelGiven {
  readonly registry: Registry;
  /** Number of the function that runs as the thread main. */
  readonly main: number;
  readonly limits: Partial<MachineLimits>;
  /** Time between interrupts of the clock of a busy CPU, ns. */
  readonly clockNs: number;
  readonly asSeed?: readonly string[] | 'all';
}

export abstract class KernelHost<D> implements PolicyHost<D>, TaskThreads<D> {
  readonly topology: Topology;
  readonly costs: CostModel;
  readonly seed: number;
  readonly policy: Policy<D>;
  readonly cpus: readonly Cpu<D>[];
  readonly load: LoadMeter;
  /** Tasks that have not ended. */
  readonly tasks: Set<Task<D>>;
  readonly machine: SimulatedMachine;
  readonly onlineCpus: readonly number[];
  protected readonly core: SimulationCore<D>;
  protected readonly scheduler: UserScheduler<D>;

  constructor(options: SimulationOptions<D>, given: KernelGiven) {
    const { policy, topology, costs = DEFAULT_COSTS, seed = 1, listener = {} } = options;
    this.topology = topology;
    this.costs = costs;
    this.seed = seed;
    this.policy = policy;
    this.core = new SimulationCore(policy, topology, costs, listener, false);
    this.cpus = this.core.cpus;
    this.tasks = this.core.tasks;
    this.load = this.core.load;
    this.onlineCpus = this.cpus.map(({ index }) => index);
    const { registry, main, limits, clockNs, asSeed } = given;
    registry.addSubsystem(this.#helpers(registry));
    this.machine = new SimulatedMachine('experiment', {
      cpus: topology.count,
      registry,
      main,
      timing: kernelTiming(costs, topology),
      clockNs,
      limits,
      listener: { signalled: (now, from, to) => this.core.listener.interrupted?.(now, from, to) },
      ...(asSeed && { asSeed }),
    });
    this.scheduler = new UserScheduler(this.core, this.machine, this);
    policy.init(this);
  }

  /** The thread of a task; 0: it has none yet. */
  abstract threadOf(task: Task<D>): number;
  /** Makes the thread of a task that has none, on this CPU, runnable. */
  abstract begin(k: Context, task: Task<D>): Steps;
  /** What the helper of a CPU does besides looking at the queues; true: something is left to do. */
  protected abstract help(k: Context): Steps;
  protected abstract isToHelp(cpuid: number): boolean;
  /** The kernel of the machine is here. */
  protected attached(_kernel: Kernel): void {
    // Nothing to be told.
  }

  /** The helper threads of the CPUs, which their interrupts start. */
  #helpers(registry: Registry): Subsystem {
    const body = registry.register('experiment.helper', (k: Context) => this.#helper(k));
    return {
      name: 'experiment',
      fixes: [],
      options: {},
      boot: (kernel) => {
        for (let cpuid = 0; cpuid < kernel.ncpus; cpuid++) {
          const td = bootThread(kernel, cpuid, body, { name: 'usched', pri: TDPRI_INT_LOW, isSystem: true });
          kernel.words[kernel.words[kernel.kern + KERN.k_ithreads] + cpuid * VECTORS + LOOK_VECTOR] = td;
        }
      },
      attach: (kernel) => {
        this.scheduler.start();
        this.attached(kernel);
      },
      reset: () => undefined,
      quiesce: () => [],
      check: () => [],
    };
  }

  /** The body of the helper thread of a CPU, which its interrupt starts. */
  *#helper(k: Context): Steps {
    const { cpuid } = k.cpu;
    for (;;) {
      yield* this.help(k);
      if (this.scheduler.isToLook(cpuid)) yield* this.scheduler.look(k);
      crit_enter(k);
      // Nothing comes between this look and the switch: it would be an interrupt of this CPU.
      if (!this.isToHelp(cpuid) && !this.scheduler.isToLook(cpuid)) {
        dequeue(k.cpu, k.td);
        yield* lwkt_switch(k);
      }
      if (crit_leave(k)) yield* splz(k);
    }
  }

  // ---- what programs and policies see
  // -------------------------------------------------------------------------------------------------

  get now(): number {
    return Math.max(this.machine.now, this.core.now);
  }

  /** Operations of the kernel up to now. */
  get events(): number {
    return this.machine.operations;
  }

  get listener(): SimulationListener {
    return this.core.listener;
  }

  /** Tasks that have ended, in the order in which they did. */
  get ended(): readonly Task<D>[] {
    return this.core.ended;
  }

  current(cpu: number): Task<D> | null {
    return this.cpus[cpu].current;
  }

  isIdle(cpu: number): boolean {
    return this.cpus[cpu].current === null;
  }

  idleCpuFor(task: Task<D>): number {
    if (task.lastCpu >= 0 && this.scheduler.isFree(task.lastCpu) && task.mayRunOn(task.lastCpu))
      return task.lastCpu;
    return this.onlineCpus.find((cpu) => this.scheduler.isFree(cpu) && task.mayRunOn(cpu)) ?? -1;
  }

  kick(cpu: number): void {
    this.scheduler.kick(cpu);
  }

  preempt(cpu: number): void {
    this.scheduler.preempt(cpu);
  }

  account(task: Task<D>): void {
    if (task.state === RUNNING) this.core.charge(this.cpus[task.cpu]);
  }

  /** Brings up to date what CPUs have done besides running tasks: the kernel, in nobody's name. */
  settle(): void {
    // It has not begun.
    if (this.machine.cpus.length === 0) return;
    for (const cpu of this.cpus)
      cpu.overheadNs = Math.max(0, this.machine.cpuOf(cpu.index).busyNs - cpu.busyNs);
  }

  random(name: string): RandomStream {
    return new RandomStream(this.seed, name);
  }

  at(timeNs: number, step: (now: number) => void): void {
    if (!(timeNs >= this.core.now)) throw new SimulationError(`at ${timeNs}: it is ${this.core.now} already`);
    this.machine.at(timeNs, (now) => {
      this.core.now = now;
      step(now);
    });
  }

  // ---- tasks
  // -------------------------------------------------------------------------------------------------

  /** A task is runnable: into the queues with it. */
  protected makeRunnable(task: Task<D>, waker: Task<D> | null, flags: number): void {
    this.core.makeRunnable(this, task, waker, flags);
  }

  end(task: Task<D>): void {
    this.core.end(task);
  }

  // ---- the loop
  // -------------------------------------------------------------------------------------------------

  /** Goes on until a time, ns from the beginning, or until nothing is left to happen. */
  run(untilNs: number): void {
    const { failure, thrown } = this.machine.run(untilNs);
    if (thrown !== null) throw thrown;
    if (failure !== null) throw new SimulationError(`${failure.verdict}: ${failure.message}`);
    this.core.acting = -1;
    this.core.now = Number.isFinite(untilNs) ? untilNs : this.machine.now;
    for (const cpu of this.cpus) this.core.charge(cpu);
    this.load.upTo(this.core.now);
    // With nothing left to happen nobody may be left waiting for a CPU.
    if (this.machine.isOver && this.cpus.every(({ current }) => current === null)) this.core.checkLost();
    this.core.missOpenJobs();
  }
}
