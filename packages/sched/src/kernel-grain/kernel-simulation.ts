/**
 * Owns the grain `kernel` of an experiment: the same tasks, locks and policies as `Simulation`, but every task
 * is a thread of the real kernel core in virtual time, and what switches, wakes and migrates them are the
 * kernel's own operations, each with its cost. With costs of nothing both give the same schedule.
 */
import {
  bootThread,
  KERN,
  Registry,
  SimulatedMachine,
  type Subsystem,
  TDPRI_INT_LOW,
  VECTORS,
} from '@smplab/lwkt';
import { type CostModel, DEFAULT_COSTS } from '../cost-model.ts';
import { ENQ_NEW, ENQ_WAKEUP, type Policy, PolicyError, type PolicyHost } from '../policy/policy.ts';
import { RandomStream } from '../random-stream.ts';
import type { Cpu } from '../simulation/cpu.ts';
import type { LoadMeter } from '../simulation/load-meter.ts';
import { SimulationCore, SimulationError } from '../simulation/simulation-core.ts';
import type { SimulationOptions } from '../simulation/simulation.ts';
import { DEAD, RUNNABLE, RUNNING, Task, TaskError, type TaskOptions } from '../task/task.ts';
import { endJob, missed, TaskContext } from '../task/task-context.ts';
import { takeTokens } from '../task/tokens.ts';
import type { Topology } from '../topology/topology.ts';
import type { WorkloadHost } from '../workload/workload.ts';
import { KernelTasks, type KernelTasksHost } from './kernel-tasks.ts';
import { kernelTiming } from './kernel-timing.ts';
import type { UserScheduler } from './user-scheduler.ts';
import { LOOK_VECTOR } from './user-scheduler.ts';

/** Time between two ticks of the kernel, of which sleeps are multiples: a microsecond. */
const HZ = 1_000_000;

export class KernelSimulation<D> implements PolicyHost<D>, KernelTasksHost<D>, WorkloadHost {
  readonly topology: Topology;
  readonly costs: CostModel;
  readonly seed: number;
  readonly policy: Policy<D>;
  readonly cpus: readonly Cpu<D>[];
  readonly load: LoadMeter;
  /** Tasks that have not ended. */
  readonly tasks = new Set<Task<D>>();
  readonly machine: SimulatedMachine;
  readonly onlineCpus: readonly number[];
  readonly #core: SimulationCore<D>;
  readonly #threads: KernelTasks<D>;
  readonly #scheduler: UserScheduler<D>;
  readonly #ended: Task<D>[] = [];
  /** Who woke whom, until the woken are in the queues. */
  readonly #wakers = new Map<Task<D>, Task<D> | null>();
  #tasks = 0;

  constructor(options: SimulationOptions<D>) {
    const { policy, topology, costs = DEFAULT_COSTS, seed = 1, listener = {} } = options;
    this.topology = topology;
    this.costs = costs;
    this.seed = seed;
    this.policy = policy;
    this.#core = new SimulationCore(policy, topology, costs, listener, false);
    this.cpus = this.#core.cpus;
    this.load = this.#core.load;
    this.onlineCpus = this.cpus.map(({ index }) => index);
    const registry = new Registry();
    registry.addSubsystem(this.#helpers(registry));
    this.machine = new SimulatedMachine('experiment', {
      cpus: topology.count,
      registry,
      main: registry.register('experiment.main', function* () {}),
      timing: kernelTiming(costs, topology),
      clockNs: Infinity,
      limits: { hz: HZ, memoryWords: 1 << 26, sleepBuckets: 509, poolTokens: 101, quarantineBlocks: 0 },
    });
    this.#threads = new KernelTasks(this.#core, this.machine, this);
    this.#scheduler = this.#threads.scheduler;
    this.#threads.body = registry.register('experiment.task', (k, id) => this.#threads.run(k, id));
    // The clocks begin before the first task is made.
    this.machine.run(0);
    this.#scheduler.start();
    policy.init(this);
  }

  /** The helper threads of the CPUs, which their interrupts start. */
  #helpers(registry: Registry): Subsystem {
    const body = registry.register('experiment.helper', (k) => this.#threads.help(k));
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
      attach: () => undefined,
      reset: () => undefined,
      quiesce: () => [],
      check: () => [],
    };
  }

  // ---- what programs and policies see
  // -------------------------------------------------------------------------------------------------

  get now(): number {
    return this.#core.now;
  }

  /** Operations of the kernel up to now. */
  get events(): number {
    return this.machine.operations;
  }

  /** Tasks that have ended, in the order in which they did. */
  get ended(): readonly Task<D>[] {
    return this.#ended;
  }

  current(cpu: number): Task<D> | null {
    return this.cpus[cpu].current;
  }

  isIdle(cpu: number): boolean {
    return this.cpus[cpu].current === null;
  }

  idleCpuFor(task: Task<D>): number {
    if (task.lastCpu >= 0 && this.#scheduler.isFree(task.lastCpu) && task.mayRunOn(task.lastCpu))
      return task.lastCpu;
    return this.onlineCpus.find((cpu) => this.#scheduler.isFree(cpu) && task.mayRunOn(cpu)) ?? -1;
  }

  kick(cpu: number): void {
    this.#scheduler.kick(cpu);
  }

  preempt(cpu: number): void {
    this.#scheduler.preempt(cpu);
  }

  account(task: Task<D>): void {
    if (task.state === RUNNING) this.#scheduler.account(this.cpus[task.cpu]);
  }

  random(name: string): RandomStream {
    return new RandomStream(this.seed, name);
  }

  at(timeNs: number, step: (now: number) => void): void {
    if (!(timeNs >= this.#core.now))
      throw new SimulationError(`at ${timeNs}: it is ${this.#core.now} already`);
    this.machine.at(timeNs, (now) => {
      this.#core.now = now;
      step(now);
    });
  }

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
    const task: Task<D> = new Task<D>(++this.#tasks, this.#core.now, null as D, options);
    if (task.affinity !== null && ![...task.affinity].some((cpu) => this.cpus[cpu] !== undefined))
      throw new TaskError(`task "${task.name}" may run on CPUs ${[...task.affinity].join(', ')}: none is on`);
    task.running = options.program(new TaskContext(this, task));
    this.tasks.add(task);
    this.#threads.add(task);
    task.data = this.policy.init_task(task);
    this.#core.listener.created?.(this.#core.now, task);
    this.#makeRunnable(task, null, ENQ_NEW);
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
    task.sleepNs += this.#core.now - task.sleptAt;
    task.wakeups++;
    this.#core.listener.woken?.(this.#core.now, task, waker);
    this.#makeRunnable(task, waker, ENQ_WAKEUP);
  }

  #makeRunnable(task: Task<D>, waker: Task<D> | null, flags: number): void {
    task.state = RUNNABLE;
    task.readyAt = this.#core.now;
    this.load.addWaiting(this.#core.now, 1);
    task.cpu = this.#placeFor(task, waker);
    this.policy.enqueue(task, flags);
    this.kick(task.cpu);
  }

  /** The CPU for which a task is enqueued. */
  #placeFor(task: Task<D>, waker: Task<D> | null): number {
    const previous = task.lastCpu === -1 ? (waker?.cpu ?? 0) : task.lastCpu;
    const chosen = this.policy.select_cpu?.(task, previous, waker);
    if (chosen !== undefined) {
      this.#core.checkPlace(task, chosen, 'selects');
      return chosen;
    }
    const idle = this.idleCpuFor(task);
    if (idle !== -1) return idle;
    if (task.mayRunOn(previous)) return previous;
    return this.onlineCpus.find((cpu) => task.mayRunOn(cpu)) ?? previous;
  }

  end(task: Task<D>): void {
    endJob(this.#core.now, task);
    task.state = DEAD;
    task.endedAt = this.#core.now;
    this.tasks.delete(task);
    this.#ended.push(task);
    this.policy.exit_task?.(task);
    this.#core.listener.ended?.(this.#core.now, task);
  }

  // ---- the loop
  // -------------------------------------------------------------------------------------------------

  /** Goes on until a time, ns from the beginning, or until nothing is left to happen. */
  run(untilNs: number): void {
    const { failure, thrown } = this.machine.run(untilNs);
    if (thrown !== null) throw thrown;
    if (failure !== null) throw new SimulationError(`${failure.verdict}: ${failure.message}`);
    this.#core.acting = -1;
    this.#core.now = Number.isFinite(untilNs) ? untilNs : this.machine.now;
    for (const cpu of this.cpus) this.#scheduler.account(cpu);
    this.load.upTo(this.#core.now);
    this.#checkLost();
    for (const task of this.tasks) if (task.isJobOpen && task.deadline < this.#core.now) missed(task);
  }

  /** With nothing left to happen nobody may be left waiting for a CPU. */
  #checkLost(): void {
    if (!this.machine.isOver || this.cpus.some(({ current }) => current !== null)) return;
    for (const task of this.tasks) {
      if (task.state === RUNNABLE)
        throw new PolicyError(
          `policy "${this.policy.name}" has lost task "${task.name}": it waits since ${task.readyAt} ns, ` +
            'and every CPU is idle',
        );
    }
  }
}
