/**
 * Owns a machine in virtual time: one loop that takes the next event, ordered by (time, sequence), on one
 * thread, with nothing random in it but what the seed says. Tasks are generators, policies plain functions.
 */
import { type CostModel, DEFAULT_COSTS } from '../cost-model.ts';
import {
  ENQ_MOVED,
  ENQ_NEW,
  ENQ_PREEMPTED,
  ENQ_WAKEUP,
  type Policy,
  type PolicyHost,
} from '../policy/policy.ts';
import { RandomStream } from '../random-stream.ts';
import type { RequestHost } from '../task/request.ts';
import { BLOCKED, RUNNABLE, RUNNING, Task, TaskError, type TaskOptions } from '../task/task.ts';
import { TaskContext } from '../task/task-context.ts';
import { takeTokens } from '../task/tokens.ts';
import type { Topology } from '../topology/topology.ts';
import type { WorkloadHost } from '../workload/workload.ts';
import type { Cpu } from './cpu.ts';
import { CpuRunner } from './cpu-runner.ts';
import type { SimulationListener } from './listener.ts';
import type { LoadMeter } from './load-meter.ts';
import {
  EVENTS_PER_CPU,
  LOOK,
  MOST_AT_ONCE,
  RUN,
  SimulationCore,
  SimulationError,
  TICK,
} from './simulation-core.ts';
import { type Step, StepTable } from './step-table.ts';

export interface SimulationOptions<D> {
  readonly policy: Policy<D>;
  readonly topology: Topology;
  /** Default DEFAULT_COSTS. */
  readonly costs?: CostModel;
  /** Default 1. */
  readonly seed?: number;
  readonly listener?: SimulationListener;
  /**
   * Whether CPUs that become free at one time choose their next tasks only when all that ends at that time
   * has ended, as theory has it; default false: each chooses as it becomes free.
   */
  readonly choosesTogether?: boolean;
}

export class Simulation<D> implements PolicyHost<D>, RequestHost, WorkloadHost {
  readonly topology: Topology;
  readonly costs: CostModel;
  readonly seed: number;
  readonly policy: Policy<D>;
  readonly cpus: readonly Cpu<D>[];
  readonly load: LoadMeter;
  /** Tasks that have not ended. */
  readonly tasks: Set<Task<D>>;
  events = 0;
  readonly #core: SimulationCore<D>;
  readonly #runner: CpuRunner<D>;
  readonly #steps = new StepTable<D>();
  #tasks = 0;
  #online: readonly number[];
  #eventsNow = 0;

  constructor(options: SimulationOptions<D>) {
    const {
      policy,
      topology,
      costs = DEFAULT_COSTS,
      seed = 1,
      listener = {},
      choosesTogether = false,
    } = options;
    this.topology = topology;
    this.costs = costs;
    this.seed = seed;
    this.policy = policy;
    this.#core = new SimulationCore(policy, topology, costs, listener, choosesTogether);
    this.#runner = new CpuRunner(this.#core, this);
    this.cpus = this.#core.cpus;
    this.load = this.#core.load;
    this.tasks = this.#core.tasks;
    this.#online = this.cpus.map(({ index }) => index);
    policy.init(this);
  }

  // ---- what programs and policies see
  // -------------------------------------------------------------------------------------------------

  get now(): number {
    return this.#core.now;
  }

  get onlineCpus(): readonly number[] {
    return this.#online;
  }

  get listener(): SimulationListener {
    return this.#core.listener;
  }

  /** Tasks that have ended, in the order in which they did. */
  get ended(): readonly Task<D>[] {
    return this.#core.ended;
  }

  current(cpu: number): Task<D> | null {
    return this.cpus[cpu].current;
  }

  isIdle(cpu: number): boolean {
    return this.cpus[cpu].current === null && this.cpus[cpu].isOnline;
  }

  idleCpuFor(task: Task<D>): number {
    if (task.lastCpu >= 0 && this.#isFree(task.lastCpu) && task.mayRunOn(task.lastCpu)) return task.lastCpu;
    for (const cpu of this.#online) if (this.#isFree(cpu) && task.mayRunOn(cpu)) return cpu;
    return -1;
  }

  /** Idle, and not about to take somebody. */
  #isFree(cpu: number): boolean {
    return this.isIdle(cpu) && !this.#core.queue.isSet(EVENTS_PER_CPU * cpu + LOOK);
  }

  kick(cpu: number): void {
    if (this.isIdle(cpu)) this.#look(cpu);
  }

  preempt(cpu: number): void {
    this.cpus[cpu].needsResched = true;
    if (cpu !== this.#core.acting) this.#look(cpu);
  }

  #look(cpu: number): void {
    const event = EVENTS_PER_CPU * cpu + LOOK;
    const isOwn = this.#core.acting === -1 || this.#core.acting === cpu;
    if (this.#core.queue.isSet(event)) return;
    this.#core.queue.set(event, this.#core.now + (isOwn ? 0 : this.costs.ipiNs));
    if (!isOwn) this.#core.listener.interrupted?.(this.#core.now, this.#core.acting, cpu);
  }

  account(task: Task<D>): void {
    if (task.state === RUNNING) this.#runner.account(this.cpus[task.cpu]);
  }

  random(name: string): RandomStream {
    return new RandomStream(this.seed, name);
  }

  priorityChanged(task: Task): void {
    this.policy.set_priority?.(task as Task<D>);
  }

  wakeAt(task: Task, timeNs: number): void {
    if (task.timer === -1) {
      task.timer = this.#core.queue.add();
      this.#steps.setTask(task.timer, task as Task<D>);
    }
    this.#core.queue.set(task.timer, timeNs);
  }

  /** Has something done at a time, by nobody's CPU. */
  at(timeNs: number, step: Step): void {
    if (!(timeNs >= this.#core.now))
      throw new SimulationError(`at ${timeNs}: it is ${this.#core.now} already`);
    const event = this.#core.queue.add();
    this.#steps.setStep(event, step);
    this.#core.queue.set(event, timeNs);
  }

  // ---- tasks
  // -------------------------------------------------------------------------------------------------

  /** Makes a task, which is runnable at once. */
  spawn(options: TaskOptions): Task<D> {
    const task: Task<D> = new Task<D>(++this.#tasks, this.#core.now, null as D, options);
    if (task.affinity !== null && ![...task.affinity].some((cpu) => this.cpus[cpu]?.isOnline))
      throw new TaskError(`task "${task.name}" may run on CPUs ${[...task.affinity].join(', ')}: none is on`);
    const { acting } = this.#core;
    task.parent = acting === -1 ? null : this.cpus[acting].current;
    task.running = options.program(new TaskContext(this, task));
    this.tasks.add(task);
    task.data = this.policy.init_task(task);
    this.#core.listener.created?.(this.#core.now, task);
    this.#core.makeRunnable(this, task, null, ENQ_NEW);
    return task;
  }

  wake(task: Task, waker: Task | null): void {
    if (task.state !== BLOCKED) throw new SimulationError(`task "${task.name}" is woken, but does not wait`);
    // It waits on for a token that somebody else has.
    if (task.tokens.length > 0 && !takeTokens(this, task)) return;
    task.sleepNs += this.#core.now - task.sleptAt;
    task.wakeups++;
    this.#core.listener.woken?.(this.#core.now, task, waker);
    this.#core.makeRunnable(this, task as Task<D>, waker as Task<D> | null, ENQ_WAKEUP);
  }

  /** For its CPU runner: a program is at its end. */
  end(task: Task<D>): void {
    if (task.timer !== -1) this.#core.queue.remove(task.timer);
    this.#core.end(task);
  }

  // ---- the loop
  // -------------------------------------------------------------------------------------------------

  /** Goes on until a time, ns from the beginning, or until nothing is left to happen. */
  run(untilNs: number): void {
    const queue = this.#core.queue;
    while (queue.size > 0 && queue.nextTime <= untilNs) {
      const time = queue.nextTime;
      this.#eventsNow = time === this.#core.now ? this.#eventsNow + 1 : 0;
      if (this.#eventsNow > MOST_AT_ONCE)
        throw new SimulationError(`livelock: time stands still at ${time} ns`);
      this.#core.now = time;
      this.events++;
      this.#happen(queue.pop());
    }
    // With nothing left to happen nobody may be left waiting for a CPU.
    if (queue.size === 0 && this.cpus.every(({ current }) => current === null)) this.#core.checkLost();
    if (Number.isFinite(untilNs)) this.#core.now = untilNs;
    for (const cpu of this.cpus) this.#runner.account(cpu);
    this.load.upTo(this.#core.now);
    this.#core.missOpenJobs();
  }

  #happen(event: number): void {
    if (event >= EVENTS_PER_CPU * this.cpus.length) {
      this.#fire(event);
      return;
    }
    const cpu = this.cpus[Math.floor(event / EVENTS_PER_CPU)];
    const kind = event % EVENTS_PER_CPU;
    if (kind === RUN) this.#runner.ran(cpu);
    else if (kind === TICK) this.#runner.tick(cpu);
    else if (cpu.current === null) this.#runner.next(cpu, null);
    else if (cpu.needsResched) this.#runner.reschedule(cpu, ENQ_PREEMPTED);
  }

  #fire(event: number): void {
    const task = this.#steps.taskAt(event);
    if (task !== undefined) {
      this.wake(task, null);
      return;
    }
    const step = this.#steps.takeStep(event);
    this.#core.queue.remove(event);
    step(this.#core.now);
  }

  // ---- CPUs that come and go
  // -------------------------------------------------------------------------------------------------

  /** Switches a CPU off: what ran there, and waited for it, goes elsewhere. */
  offline(index: number): void {
    const cpu = this.cpus[index];
    if (!cpu.isOnline) throw new SimulationError(`CPU ${index} is off already`);
    if (this.#online.length === 1) throw new SimulationError(`CPU ${index} is the last that is on`);
    const moved = [...this.tasks].filter((task) => task.cpu === index && task.state === RUNNABLE);
    const running = cpu.current;
    if (running !== null) {
      this.#runner.stop(cpu, running, true);
      this.#core.listener.switched?.(this.#core.now, index, running, null, true);
    }
    for (const task of moved) this.policy.dequeue(task);
    cpu.isOnline = false;
    this.load.addIdle(this.#core.now, -1);
    this.#online = this.#online.filter((each) => each !== index);
    this.policy.cpu_offline?.(index);
    this.#runner.setSpeeds(cpu);
    for (const task of running === null ? moved : [running, ...moved]) this.#moveAway(task);
  }

  #moveAway(task: Task<D>): void {
    task.cpu = this.#core.placeFor(this, task, null);
    this.policy.enqueue(task, ENQ_MOVED);
    this.kick(task.cpu);
  }

  online(index: number): void {
    const cpu = this.cpus[index];
    if (cpu.isOnline) throw new SimulationError(`CPU ${index} is on already`);
    cpu.isOnline = true;
    this.load.addIdle(this.#core.now, 1);
    this.#online = this.cpus.flatMap((each) => (each.isOnline ? [each.index] : []));
    this.policy.cpu_online?.(index);
    this.#look(index);
  }
}
