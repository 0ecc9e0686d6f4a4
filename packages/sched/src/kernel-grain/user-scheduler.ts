/**
 * Owns which task of each CPU runs in user mode, in the grain where the kernel itself runs: what DragonFly
 * calls a user scheduler, between the kernel's own (LWKT), which knows threads, and a policy, which knows
 * tasks. One task of a CPU computes; one that is runnable and does not is in the policy's queues, and its
 * thread is on no CPU (lwkt_giveaway) until some CPU takes it (lwkt_acquire). A task in the kernel, on its
 * way to sleep or back, needs nobody's leave.
 *
 *     acquire      a thread wants to compute: enqueue; this CPU's turn, or it is given away and switches
 *     release      it is to wait: somebody else of the queues is taken
 *     reschedule   it is asked to give way: back to the queues, and as acquire
 *     look         (helper thread of a CPU, an interrupt) it was kicked: takes somebody, or asks who runs
 *
 * Everything of a policy happens between two operations of the kernel, on whichever CPU is at it.
 */
import {
  type Context,
  crit_enter,
  crit_leave,
  GD,
  lwkt_acquire,
  lwkt_giveaway,
  lwkt_schedule,
  lwkt_setpri,
  lwkt_switch,
  RQF_AST_USER_RESCHED,
  type SimulatedMachine,
  splz,
  type Steps,
  TDPRI_USER_NORM,
} from '@smplab/lwkt';
import { ENQ_EXPIRED, ENQ_PREEMPTED } from '../policy/policy.ts';
import type { Cpu } from '../simulation/cpu.ts';
import type { SimulationCore } from '../simulation/simulation-core.ts';
import { RUNNABLE, type Task } from '../task/task.ts';

/** Interrupt vector that has the helper thread of a CPU look. */
export const LOOK_VECTOR = 7;

/** What the threads of tasks are. */
export interface TaskThreads<D> {
  /** 0: it has none yet. */
  threadOf(task: Task<D>): number;
  /** Makes the thread of a task that has none, on this CPU. */
  begin(k: Context, task: Task<D>): Steps;
}

export class UserScheduler<D> {
  readonly #core: SimulationCore<D>;
  readonly #machine: SimulatedMachine;
  readonly #threads: TaskThreads<D>;
  /** Whether a CPU has been told to look. */
  readonly #looks: boolean[];
  /** Next tick of the policy on each CPU; Infinity: none is on its way. */
  readonly #tickAt: number[];
  /** The place of that tick among events of its time. */
  readonly #tickSequence: number[];
  /** Whether the task of a CPU was stopped by its slice or a tick, and not for another. */
  readonly #isExpired: boolean[];

  constructor(core: SimulationCore<D>, machine: SimulatedMachine, threads: TaskThreads<D>) {
    this.#core = core;
    this.#machine = machine;
    this.#threads = threads;
    this.#looks = core.cpus.map(() => false);
    this.#tickAt = core.cpus.map(() => Infinity);
    this.#tickSequence = core.cpus.map(() => 0);
    this.#isExpired = core.cpus.map(() => false);
  }

  /** Before the first event: the clocks of the CPUs are the machine's. */
  start(): void {
    for (const cpu of this.#core.cpus)
      this.#machine.cpuOf(cpu.index).onAlarm = (now) => this.#alarm(cpu, now);
  }

  // ---- plain: what policies ask for
  // -------------------------------------------------------------------------------------------------

  /** Idle, and not about to take somebody. */
  isFree(cpu: number): boolean {
    return this.#core.cpus[cpu].current === null && !this.#looks[cpu];
  }

  kick(cpu: number): void {
    if (this.#core.cpus[cpu].current !== null) return;
    // Its own CPU it sees to itself, in `acquire`.
    if (cpu === this.#core.acting) this.#looks[cpu] = true;
    else this.#raise(cpu);
  }

  /** What follows is plain code of a thread, which may call the policy. */
  enter(k: Context): void {
    const { cpuid } = k.cpu;
    this.#core.acting = cpuid;
    this.#core.now = this.#machine.cpuOf(cpuid).now;
  }

  leave(): void {
    this.#core.acting = -1;
  }

  preempt(cpu: number): void {
    const each = this.#core.cpus[cpu];
    each.needsResched = true;
    if (cpu === this.#core.acting) this.#ask(each);
    else this.#raise(cpu);
  }

  #raise(cpu: number): void {
    if (this.#looks[cpu]) return;
    this.#looks[cpu] = true;
    this.#machine.raise(cpu, LOOK_VECTOR);
  }

  /** Its task is to come back to the scheduler at its next operation. */
  #ask(cpu: Cpu<D>): void {
    this.#machine.kernel.words[this.#machine.cpuOf(cpu.index).gd + GD.gd_reqflags] |= RQF_AST_USER_RESCHED;
  }

  /** The clock of a CPU, for the policy: a tick, or the end of a slice. */
  #alarm(cpu: Cpu<D>, now: number): void {
    const { policy } = this.#core;
    this.#core.now = now;
    const task = cpu.current;
    const isTick = this.#tickAt[cpu.index] <= now;
    if (isTick) this.#tickAt[cpu.index] = Infinity;
    if (task === null) return;
    this.#core.charge(cpu);
    if (isTick) {
      const acting = this.#core.acting;
      this.#core.acting = cpu.index;
      policy.tick?.(task, cpu.index);
      this.#core.acting = acting;
      this.#setTick(cpu);
    }
    if (task.slice <= 0 || (isTick && cpu.needsResched)) {
      this.#isExpired[cpu.index] = true;
      this.#ask(cpu);
    } else this.#arm(cpu, task);
  }

  #setTick(cpu: Cpu<D>): void {
    const { tickNs } = this.#core.policy;
    if (tickNs === undefined) return;
    this.#tickAt[cpu.index] = (Math.floor(this.#core.now / tickNs) + 1) * tickNs;
    this.#tickSequence[cpu.index] = this.#machine.nextSequence();
  }

  #arm(cpu: Cpu<D>, task: Task<D>): void {
    const sliceAt = Math.ceil(cpu.runFrom + Math.max(0, task.slice));
    const tickAt = this.#tickAt[cpu.index];
    if (tickAt <= sliceAt) this.#machine.setAlarm(cpu.index, tickAt, this.#tickSequence[cpu.index]);
    else this.#machine.setAlarm(cpu.index, sliceAt);
  }

  // ---- plain: who has a CPU
  // -------------------------------------------------------------------------------------------------

  #stop(cpu: Cpu<D>, task: Task<D>, isRunnable: boolean): void {
    this.#core.charge(cpu);
    this.#isExpired[cpu.index] = false;
    this.#machine.kernel.words[this.#machine.cpuOf(cpu.index).gd + GD.gd_reqflags] &= ~RQF_AST_USER_RESCHED;
    this.#core.release(cpu, task, isRunnable);
  }

  /** Takes a task of the queues for a CPU that has none. */
  #choose(cpu: Cpu<D>, previous: Task<D> | null): Task<D> | null {
    const { policy, listener, now } = this.#core;
    this.#looks[cpu.index] = false;
    const task = policy.dispatch(cpu.index, previous);
    if (previous !== task && (previous !== null || task !== null))
      listener.switched?.(now, cpu.index, previous, task, previous?.state === RUNNABLE);
    if (task !== null) this.#begin(cpu, task);
    else {
      this.#machine.setAlarm(cpu.index, Infinity);
      // Kicked by the policy itself meanwhile.
      if (this.#looks[cpu.index]) this.#machine.raise(cpu.index, LOOK_VECTOR);
    }
    return task;
  }

  #begin(cpu: Cpu<D>, task: Task<D>): void {
    const { now, policy } = this.#core;
    this.#core.assign(cpu, task);
    policy.running?.(task, cpu.index);
    if (this.#tickAt[cpu.index] < now || this.#tickAt[cpu.index] === Infinity) this.#setTick(cpu);
    this.#arm(cpu, task);
  }

  /** A task that is to wait gives up its CPU, if it has one. Gives who is next. */
  stopFor(k: Context, task: Task<D>, then: () => void): Task<D> | null {
    this.enter(k);
    const cpu = this.#core.cpus[k.cpu.cpuid];
    this.#stop(cpu, task, false);
    then();
    const next = this.#choose(cpu, task);
    this.leave();
    return next;
  }

  // ---- kernel code
  // -------------------------------------------------------------------------------------------------

  /** Whether the task of a thread is to come back to the scheduler. */
  isAsked(k: Context, task: Task<D>): boolean {
    return this.#core.cpus[k.cpu.cpuid].needsResched || task.slice <= 0;
  }

  /** A task that has become runnable, and is in the queues, goes on in its thread when it is its turn. */
  *acquire(k: Context, task: Task<D>): Steps {
    this.enter(k);
    const cpu = this.#core.cpus[k.cpu.cpuid];
    const next = cpu.current === null && this.#looks[cpu.index] ? this.#choose(cpu, null) : null;
    this.leave();
    yield* this.#take(k, task, next);
  }

  /** A task that computes goes back to the queues, and on when it is its turn. */
  *reschedule(k: Context, task: Task<D>, flags = 0): Steps {
    this.enter(k);
    const cpu = this.#core.cpus[k.cpu.cpuid];
    this.#core.charge(cpu);
    const isOver = task.slice <= 0 || this.#isExpired[cpu.index];
    this.#stop(cpu, task, true);
    if (flags === 0 && !isOver) task.preemptions++;
    this.#core.policy.enqueue(task, flags !== 0 ? flags : isOver ? ENQ_EXPIRED : ENQ_PREEMPTED);
    const next = this.#choose(cpu, task);
    this.leave();
    yield* this.#take(k, task, next);
  }

  /** The thread of a queued task waits for its turn; `next` has its CPU, which may be itself. */
  *#take(k: Context, task: Task<D>, next: Task<D> | null): Steps {
    if (next !== task) {
      crit_enter(k);
      yield* lwkt_giveaway(k, k.td);
      lwkt_setpri(k, k.td, TDPRI_USER_NORM);
      if (next !== null) yield* this.grant(k, next);
      yield* lwkt_switch(k);
      if (crit_leave(k)) yield* splz(k);
    } else lwkt_setpri(k, k.td, TDPRI_USER_NORM);
  }

  /** The thread of a task that was chosen for this CPU is brought here, and made runnable. */
  *grant(k: Context, task: Task<D>): Steps {
    const td = this.#threads.threadOf(task);
    if (td === 0) {
      yield* this.#threads.begin(k, task);
      return;
    }
    yield* lwkt_acquire(k, td);
    yield* lwkt_schedule(k, td);
  }

  /** On a CPU that was kicked, by its helper. */
  *look(k: Context): Steps {
    const cpu = this.#core.cpus[k.cpu.cpuid];
    if (!this.#looks[cpu.index]) return;
    this.#looks[cpu.index] = false;
    if (cpu.current !== null) {
      if (cpu.needsResched) this.#ask(cpu);
      return;
    }
    this.enter(k);
    const next = this.#choose(cpu, null);
    this.leave();
    if (next !== null) yield* this.grant(k, next);
  }

  isToLook(cpu: number): boolean {
    return this.#looks[cpu];
  }
}
