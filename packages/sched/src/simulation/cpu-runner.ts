/**
 * Owns what a CPU does: it runs a task until its computation, its slice or the patience of the policy is at
 * an end, asks it what it wants next, and takes another one. Everything of a machine's CPUs is changed here.
 */
import { ENQ_EXPIRED, ENQ_PREEMPTED, ENQ_YIELD } from '../policy/policy.ts';
import { COMPUTE, GIVE_WAY, GO_ON, type Outcome, type RequestHost } from '../task/request.ts';
import { RUNNABLE, type Task } from '../task/task.ts';
import { dropTokens } from '../task/tokens.ts';
import type { Cpu } from './cpu.ts';
import {
  EVENTS_PER_CPU,
  LOOK,
  MOST_AT_ONCE,
  RUN,
  type SimulationCore,
  SimulationError,
  TICK,
} from './simulation-core.ts';

const ENDED = -1;

/** What it needs of the simulation. */
export interface CpuRunnerHost<D> extends RequestHost {
  /** A task's program is at its end. */
  end(task: Task<D>): void;
}

export class CpuRunner<D> {
  readonly #core: SimulationCore<D>;
  readonly #host: CpuRunnerHost<D>;
  readonly #hasSiblings: boolean;

  constructor(core: SimulationCore<D>, host: CpuRunnerHost<D>) {
    this.#core = core;
    this.#host = host;
    const { topology } = core;
    this.#hasSiblings = topology.cpus.some((_, cpu) => topology.siblingsOf(cpu).length > 0);
  }

  /** What the current task has done up to now. */
  account(cpu: Cpu<D>): void {
    const ns = this.#core.charge(cpu);
    const task = cpu.current;
    if (ns > 0 && task !== null) task.remaining = Math.max(0, task.remaining - ns * cpu.speed);
  }

  /** Sets the next event of a CPU that runs a task. */
  #arm(cpu: Cpu<D>, task: Task<D>): void {
    const work = Math.ceil(task.remaining / cpu.speed);
    cpu.endsWork = work <= task.slice;
    const ns = cpu.endsWork ? work : Math.max(0, task.slice);
    this.#core.queue.set(EVENTS_PER_CPU * cpu.index + RUN, cpu.runFrom + ns);
  }

  /** Its task gives the CPU up: to go on later, or not. */
  stop(cpu: Cpu<D>, task: Task<D>, isRunnable: boolean): void {
    this.account(cpu);
    this.#core.queue.cancel(EVENTS_PER_CPU * cpu.index + RUN);
    this.#core.release(cpu, task, isRunnable);
  }

  /** Puts the task of a CPU back, and has the CPU take whoever is next. */
  reschedule(cpu: Cpu<D>, flags: number): void {
    const task = cpu.current;
    if (task !== null) {
      this.stop(cpu, task, true);
      if ((flags & ENQ_PREEMPTED) !== 0) task.preemptions++;
      this.#core.policy.enqueue(task, flags);
    }
    this.next(cpu, task);
  }

  /** Has a CPU that runs nothing take tasks until one has work to do, or there are no more. */
  next(cpu: Cpu<D>, previous: Task<D> | null): void {
    let before = previous;
    for (let left = MOST_AT_ONCE; left > 0; left--) {
      const task = cpu.isOnline ? this.#core.policy.dispatch(cpu.index, before) : null;
      if (before !== task && (before !== null || task !== null))
        this.#core.listener.switched?.(this.#core.now, cpu.index, before, task, before?.state === RUNNABLE);
      if (task === null) {
        this.setSpeeds(cpu);
        return;
      }
      this.#start(cpu, task);
      if (task.remaining > 0 || cpu.runFrom > this.#core.now) {
        this.setSpeeds(cpu);
        this.#arm(cpu, task);
        return;
      }
      if (this.#goOn(cpu, task)) {
        this.setSpeeds(cpu);
        return;
      }
      before = task;
    }
    throw new SimulationError(
      `livelock: tasks take turns on CPU ${cpu.index} at ${this.#core.now} ns for ever`,
    );
  }

  #start(cpu: Cpu<D>, task: Task<D>): void {
    const overhead = this.#overheadOf(cpu, task);
    this.#core.assign(cpu, task);
    cpu.overheadNs += overhead;
    cpu.runFrom += overhead;
    this.#core.policy.running?.(task, cpu.index);
    const { tickNs } = this.#core.policy;
    const tick = EVENTS_PER_CPU * cpu.index + TICK;
    if (tickNs !== undefined && !this.#core.queue.isSet(tick))
      this.#core.queue.set(tick, (Math.floor(this.#core.now / tickNs) + 1) * tickNs);
  }

  /** What it costs that a task goes on here. */
  #overheadOf(cpu: Cpu<D>, task: Task<D>): number {
    const { costs, topology } = this.#core;
    const { lastCpu } = task;
    const switchNs = cpu.last === task ? 0 : costs.contextSwitchNs;
    if (lastCpu === cpu.index || lastCpu === -1) return switchNs;
    const hops = topology.hopsOf(lastCpu, cpu.index);
    return switchNs + costs.migrationNs[topology.distanceOf(lastCpu, cpu.index)] + hops * costs.hopNs;
  }

  /** Asks the current task what it wants, until it works: true; or is off the CPU: false. */
  #goOn(cpu: Cpu<D>, task: Task<D>): boolean {
    const outcome = this.#ask(cpu, task);
    if (outcome === COMPUTE) {
      const isOver = task.slice <= 0;
      if (!cpu.needsResched && !isOver) {
        this.#arm(cpu, task);
        return true;
      }
      this.stop(cpu, task, true);
      if (!isOver) task.preemptions++;
      this.#core.policy.enqueue(task, isOver ? ENQ_EXPIRED : ENQ_PREEMPTED);
      return false;
    }
    this.stop(cpu, task, outcome === GIVE_WAY);
    if (outcome !== GIVE_WAY && task.tokens.length > 0) dropTokens(this.#host, task);
    if (outcome === GIVE_WAY) this.#core.policy.enqueue(task, ENQ_YIELD);
    else if (outcome === ENDED) this.#host.end(task);
    return false;
  }

  #ask(cpu: Cpu<D>, task: Task<D>): Outcome | typeof ENDED {
    const acting = this.#core.acting;
    this.#core.acting = cpu.index;
    const program = task.running;
    if (program === null) throw new SimulationError(`task "${task.name}" has no program`);
    let outcome: Outcome = GO_ON;
    let isEnded = false;
    for (let left = MOST_AT_ONCE; outcome === GO_ON && !isEnded; left--) {
      if (left === 0)
        throw new SimulationError(`livelock: task "${task.name}" asks for ever at ${this.#core.now} ns`);
      const answer = task.answer;
      task.answer = 0;
      const asked = program.next(answer);
      if (asked.done === true) isEnded = true;
      else outcome = asked.value.perform(this.#host, task);
    }
    this.#core.acting = acting;
    return isEnded ? ENDED : outcome;
  }

  /** Who shares a core with a CPU that has become busy or idle is faster or slower now. */
  setSpeeds(cpu: Cpu<D>): void {
    if (!this.#hasSiblings) return;
    for (const index of [cpu.index, ...this.#core.topology.siblingsOf(cpu.index)]) {
      const each = this.#core.cpus[index];
      const isShared = this.#core.topology
        .siblingsOf(index)
        .some((other) => this.#core.cpus[other].current !== null);
      const speed = isShared ? each.baseSpeed * this.#core.topology.smtFactor : each.baseSpeed;
      if (speed === each.speed) continue;
      this.account(each);
      each.speed = speed;
      if (each.current !== null) this.#arm(each, each.current);
    }
  }

  /** A computation or a slice is over. */
  ran(cpu: Cpu<D>): void {
    const task = cpu.current;
    if (task === null) return;
    this.account(cpu);
    if (!cpu.endsWork) {
      this.reschedule(cpu, ENQ_EXPIRED);
      return;
    }
    task.remaining = 0;
    if (this.#goOn(cpu, task)) return;
    if (this.#core.choosesTogether) this.#chooseLater(cpu, task);
    else this.next(cpu, task);
  }

  tick(cpu: Cpu<D>): void {
    const task = cpu.current;
    const { tickNs } = this.#core.policy;
    if (task === null || tickNs === undefined) return;
    this.account(cpu);
    cpu.runFrom = Math.max(cpu.runFrom, this.#core.now) + this.#core.costs.tickNs;
    cpu.overheadNs += this.#core.costs.tickNs;
    this.#core.acting = cpu.index;
    this.#core.policy.tick?.(task, cpu.index);
    this.#core.acting = -1;
    this.#core.queue.set(EVENTS_PER_CPU * cpu.index + TICK, this.#core.now + tickNs);
    if (cpu.needsResched) this.reschedule(cpu, ENQ_EXPIRED);
    else this.#arm(cpu, task);
  }

  /** After all that happens at this time already. */
  #chooseLater(cpu: Cpu<D>, task: Task<D>): void {
    const { now, listener, queue } = this.#core;
    listener.switched?.(now, cpu.index, task, null, task.state === RUNNABLE);
    this.setSpeeds(cpu);
    queue.set(EVENTS_PER_CPU * cpu.index + LOOK, now);
  }
}
