/**
 * Owns what a task is: who it is, what it may and wants, and what has become of it. Changed by the simulator
 * alone, but for `slice` and `data`, which are the policy's.
 */
import { Distribution } from '../metrics/distribution.ts';
import type { Request, RequestHost } from './request.ts';
import type { TaskContext } from './task-context.ts';

const NEW = 0;
export const RUNNABLE = 1;
export const RUNNING = 2;
export const BLOCKED = 3;
export const DEAD = 4;

/** How urgent a task is: both less is more. */
export interface Urgency {
  readonly priority: number;
  readonly deadline: number;
}

/** Something that a task holds and others wait for, which may make it more urgent than it is by itself. */
export interface Held {
  readonly owner: Task | null;
  urgencyFor(base: Urgency): Urgency;
}

/** A token, as tasks that stop and go on see it. */
export interface Serializer {
  /** Whether the task has it now. */
  take(host: RequestHost, task: Task): boolean;
  /** The task has it no more, if it had. */
  drop(host: RequestHost, task: Task): void;
  /** The task is woken when it may try again. */
  await(task: Task): void;
}

/** What a task does: a generator of requests. */
export type Program = (t: TaskContext) => Generator<Request, void, number>;

export interface TaskOptions {
  readonly name: string;
  readonly program: Program;
  /** -20 to 19, as in every Unix; default 0. */
  readonly nice?: number;
  /** Share of policies that have shares; default that of the nice value in Linux, 1024 for 0. */
  readonly weight?: number;
  /** For policies of fixed priorities: less is more urgent; default 100. */
  readonly priority?: number;
  /** Period of its jobs, ns, for policies that go by it. */
  readonly periodNs?: number;
  /** Execution time that a policy may reserve for each period, ns. */
  readonly budgetNs?: number;
  /** CPUs it may run on; default all. */
  readonly affinity?: readonly number[];
  /** Its task group, for policies that know groups; default none. */
  readonly group?: string;
}

/** Weights of nice values in Linux (sched_prio_to_weight), from -20. */
export const NICE_WEIGHTS: readonly number[] = [
  88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904, 3906, 3121,
  2501, 1991, 1586, 1277, 1024, 820, 655, 526, 423, 335, 272, 215, 172, 137, 110, 87, 70, 56, 45, 36, 29, 23,
  18, 15,
];

/** A task was asked for that cannot be; the message says which and why. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
}

export class Task<D = unknown> {
  readonly id: number;
  readonly name: string;
  nice: number;
  weight: number;
  readonly periodNs: number;
  readonly budgetNs: number;
  readonly group: string | null;
  /** Its own priority; `priority` is that of who waits for it, where that is more urgent. */
  basePriority: number;
  priority: number;
  /** When its job has to be done, by itself and for who waits for it; Infinity: never. */
  deadline = Infinity;
  inheritedDeadline = Infinity;
  affinity: ReadonlySet<number> | null;

  /** Who has made it, while it ran; null if no task did. */
  parent: Task | null = null;
  /** Its program, under way. */
  running: Generator<Request, void, number> | null = null;
  state = NEW;
  readonly holds: Held[] = [];
  readonly tokens: Serializer[] = [];
  waitsFor: Held | null = null;
  /** Where it runs, or is expected to run. */
  cpu = 0;
  /** Where it ran last; -1 before the first time. */
  lastCpu = -1;
  /** Work of the current computation that is left, ns of a CPU of speed 1. */
  remaining = 0;
  /** Time it may run until the policy is asked again, ns; set by the policy. */
  slice = Infinity;
  data: D;

  /** Event that wakes it; -1 when it has never slept. */
  timer = -1;
  /** What its program is told when it goes on. */
  answer = 0;
  /** It has suspended itself; or somebody has woken it before it did. */
  isSuspended = false;
  isWaking = false;

  // What has become of it.
  readonly createdAt: number;
  endedAt = -1;
  readyAt = 0;
  sleptAt = 0;
  runNs = 0;
  waitNs = 0;
  sleepNs = 0;
  wakeups = 0;
  switches = 0;
  preemptions = 0;
  migrations = 0;
  /** From waking up to running. */
  readonly latency = new Distribution();

  // Its jobs: the first is released when it is made, others by TaskContext.nextPeriod.
  releasedAt: number;
  hasBegun = false;
  isJobOpen = false;
  jobs = 0;
  misses = 0;
  firstMissAt = -1;
  readonly response = new Distribution();

  constructor(id: number, now: number, data: D, options: TaskOptions) {
    const { name, nice = 0, priority = 100, periodNs = Infinity, budgetNs = Infinity, affinity } = options;
    if (!Number.isInteger(nice) || nice < -20 || nice > 19)
      throw new TaskError(`task "${name}": nice is ${nice}: a whole number from -20 to 19 is needed`);
    const { weight = NICE_WEIGHTS[nice + 20] } = options;
    if (!(weight > 0)) throw new TaskError(`task "${name}": weight is ${weight}: a number above 0 is needed`);
    if (!(periodNs > 0) || !(budgetNs > 0))
      throw new TaskError(`task "${name}": period ${periodNs} and budget ${budgetNs} must be above 0`);
    this.id = id;
    this.name = name;
    this.nice = nice;
    this.weight = weight;
    this.basePriority = priority;
    this.priority = priority;
    this.periodNs = periodNs;
    this.budgetNs = budgetNs;
    this.group = options.group ?? null;
    this.affinity = affinity === undefined ? null : new Set(affinity);
    this.createdAt = now;
    this.releasedAt = now;
    if (periodNs !== Infinity) {
      this.deadline = now + periodNs;
      this.isJobOpen = true;
    }
    this.data = data;
  }

  mayRunOn(cpu: number): boolean {
    return this.affinity === null || this.affinity.has(cpu);
  }

  /** Its own deadline or one that it inherits, whichever is first. */
  get effectiveDeadline(): number {
    return Math.min(this.deadline, this.inheritedDeadline);
  }
}
