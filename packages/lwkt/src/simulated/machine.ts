/**
 * Owns a kernel machine in virtual time: the same kernel, contexts and operations as under the explorer, but
 * the CPU whose time is least moves, and what it does takes time. One loop, on one thread; the same machine
 * gives the same events to the nanosecond. Nothing is looked for here: no races, no leaks.
 *
 *     pick the CPU with the least (nextAt, sequence)
 *       its clock goes on to nextAt; its strand makes one step; the clock goes on by what the step costs
 *       as long as no other CPU is earlier, it goes on with the same one
 */
import { Execution, type Operation, type Strategy, WRITE } from '@smplab/explore';
import type { ExploredContext } from '../explored/context.ts';
import type { ExploredCpu } from '../explored/cpu.ts';
import { DELIVER, type Effect, PEND } from '../explored/kinds.ts';
import { ExploredMachine, type ExploredMachineOptions } from '../explored/machine.ts';
import { KernelStrand } from '../explored/strand.ts';
import { GD } from '../globaldata.ts';
import { KERN } from '../kern.ts';
import { hardclock } from '../timeout.ts';
import { SimulatedContext } from './context.ts';
import { SimulatedCpu } from './cpu.ts';
import type { Timing } from './timing.ts';

/** Steps in which the time may stand still. */
const MOST_AT_ONCE = 5_000_000;

export interface SimulatedMachineOptions extends ExploredMachineOptions {
  readonly timing: Timing;
  /** Time between interrupts of the clock of a CPU that is not idle, ns; default a tick; Infinity: none. */
  readonly clockNs?: number;
  readonly listener?: MachineListener;
}

/** Who is told what happens, when. */
export interface MachineListener {
  /** A CPU goes from a thread to another; the idle thread is 0. */
  switched?(now: number, cpu: number, from: number, to: number): void;
  signalled?(now: number, cpu: number, target: number): void;
  /** A CPU says that something has happened (event.ts): a number for what, and three for the rest. */
  emitted?(now: number, cpu: number, kind: number, a: number, b: number, c: number): void;
}

/** A strand whose place is used again when it has ended: a simulation may have any number of them. */
class SimulatedStrand extends KernelStrand {
  override get label(): string {
    return this.name;
  }
}

export class SimulatedMachine extends ExploredMachine {
  override readonly isTimed: boolean = true;
  readonly timing: Timing;
  readonly tickNs: number;
  readonly clockNs: number;
  readonly listener: MachineListener;
  /** Virtual time, ns. */
  now = 0;
  /** Operations performed. */
  operations = 0;
  #sequence = 0;
  #strands = 0;
  readonly #live = new Set<KernelStrand>();
  readonly #free: KernelStrand[] = [];
  readonly #cpus: SimulatedCpu[] = [];
  #current: SimulatedCpu | null = null;
  /** When another CPU than the current one moves next. */
  #limit = Infinity;
  #still = 0;
  readonly #events: { readonly at: number; readonly step: (now: number) => void }[] = [];
  #simulation: Execution | null = null;
  #untilNs = 0;
  #pauseAt = Infinity;

  constructor(name: string, given: SimulatedMachineOptions) {
    super(name, given);
    const { timing, listener = {} } = given;
    this.timing = timing;
    this.listener = listener;
    this.tickNs = 1e9 / this.limits.hz;
    this.clockNs = given.clockNs ?? this.tickNs;
  }

  cpuOf(cpuid: number): SimulatedCpu {
    return this.#cpus[cpuid];
  }

  nextSequence(): number {
    return ++this.#sequence;
  }

  // ---- running
  // -------------------------------------------------------------------------------------------------

  /**
   * Goes on until a time, ns, or until all threads have ended or wait for ever; or, for who has to look
   * elsewhere from time to time, for so many operations. Gives the run.
   */
  run(untilNs: number, operations = Infinity): Execution {
    const execution = this.#simulation ?? this.#begin();
    this.#untilNs = untilNs;
    this.#pauseAt = this.operations + operations;
    execution.goOn(this.#advance);
    return execution;
  }

  /** Whether something is still going to happen. */
  get isOver(): boolean {
    return this.#cpus.every((cpu) => cpu.nextAt === Infinity);
  }

  /** Threads that have not ended, but for those of the kernel's own. */
  get liveThreads(): readonly KernelStrand[] {
    return [...this.#live].filter(({ isBackground }) => !isBackground);
  }

  #begin(): Execution {
    const execution = new Execution({ maxSteps: Infinity, races: false });
    execution.recorder.keepsTrace = false;
    this.#simulation = execution;
    execution.begin(this, FIRST);
    if (execution.failure === null) for (const cpu of this.#cpus) cpu.settle();
    return execution;
  }

  override start(execution: Execution): void {
    super.start(execution);
    for (const cpu of this.#cpus) cpu.begin(this.clockNs);
  }

  /** Makes steps until it is time for a pause. */
  readonly #advance = (): null => {
    for (let cpu = this.#earliest(); cpu !== null; cpu = this.#earliest()) {
      if (this.#events.length > 0 && this.#events[0].at <= cpu.nextAt) {
        this.#happen();
        continue;
      }
      // First, and then as long as nobody is before it, nor as early with an older claim.
      do {
        this.#move(cpu);
        if (this.execution.failure !== null || this.operations >= this.#pauseAt) return null;
      } while (
        (cpu.nextAt < this.#limit || (cpu.nextAt === this.now && cpu.nextAt <= this.#limit)) &&
        cpu.nextAt <= this.#untilNs &&
        cpu.nextAt !== Infinity
      );
    }
    if (this.#untilNs !== Infinity && !this.isOver) this.now = Math.max(this.now, this.#untilNs);
    return null;
  };

  #earliest(): SimulatedCpu | null {
    let first: SimulatedCpu | null = null;
    let limit = Infinity;
    for (const cpu of this.#cpus) {
      if (first === null || isBefore(cpu, first)) {
        limit = first === null ? Infinity : first.nextAt;
        first = cpu;
      } else if (cpu.nextAt < limit) limit = cpu.nextAt;
    }
    const next = this.#events.length === 0 ? Infinity : this.#events[0].at;
    this.#limit = Math.min(limit, next);
    this.#current = first;
    if (first !== null && next <= this.#untilNs && next !== Infinity && next <= first.nextAt) return first;
    return first === null || first.nextAt === Infinity || first.nextAt > this.#untilNs ? null : first;
  }

  /** Has something done at a time, by no CPU: a device that raises an interrupt, say. */
  at(timeNs: number, step: (now: number) => void): void {
    const events = this.#events;
    let place = events.length;
    while (place > 0 && events[place - 1].at > timeNs) place--;
    events.splice(place, 0, { at: timeNs, step });
    this.#limit = Math.min(this.#limit, timeNs);
  }

  #happen(): void {
    const event = this.#events.shift();
    if (event === undefined) return;
    this.#pass(event.at);
    this.#current = null;
    event.step(event.at);
  }

  /** Raises an interrupt of a CPU, as a device does. */
  raise(cpuid: number, vector: number): void {
    const cpu = this.cpuOf(cpuid);
    const { words } = this.kernel;
    words[cpu.gd + GD.gd_intpend] |= 1 << vector;
    const from = this.#current;
    if (from !== null) this.listener.signalled?.(from.now, from.cpuid, cpuid);
    cpu.notice();
    const at = from === null ? this.now : from.now;
    cpu.arrives(at + (from === null ? 0 : this.timing.ipiNs(from.cpuid, cpuid)));
    if (cpu !== from && cpu.nextAt < this.#limit) this.#limit = cpu.nextAt;
  }

  /** One step of a CPU, at its time. */
  #move(cpu: SimulatedCpu): void {
    const { execution, kernel } = this;
    this.#pass(cpu.nextAt);
    cpu.advance();
    const strand = cpu.next as KernelStrand;
    const operation = strand.pending as Operation;
    const { location, kind } = operation;
    const { access } = kind;
    const before = cpu.running;
    const isClock = strand === cpu.timer;
    this.operations++;
    cpu.operations++;
    execution.steps++;
    execution.current = strand;
    execution.granted = strand;
    execution.previous = strand;
    kernel.memory.currentCpu = cpu.cpuid;
    if (isClock) operation.perform();
    else cpu.run(strand);
    execution.current = null;
    execution.syncWords();
    let ns: number;
    if (isClock) ns = this.timing.clockNs;
    else if (kind === DELIVER || kind === PEND) ns = this.#interrupted(cpu, kind === DELIVER);
    else ns = this.timing.operationNs(cpu.cpuid, access, location, cpu.now);
    if (cpu.running !== before) ns += this.#switched(cpu, before);
    if (ns > 0) {
      cpu.now += ns;
      if (!cpu.isIdle) cpu.busyNs += ns;
    }
    cpu.settle();
    if ((access & WRITE) !== 0) this.#wrote(cpu, location);
  }

  #interrupted(cpu: SimulatedCpu, isDelivered: boolean): number {
    cpu.interrupted(isDelivered);
    return isDelivered ? this.timing.interruptNs : 0;
  }

  /** The time of the machine goes on. */
  #pass(now: number): void {
    if (now > this.now) {
      this.now = now;
      this.#still = 0;
      const { words } = this.kernel;
      words[this.kernel.kern + KERN.k_ticks] = Math.floor(now / this.tickNs);
    } else if (++this.#still > MOST_AT_ONCE) {
      this.execution.fail('livelock', `time stands still at ${this.now} ns`, { strand: null });
    }
  }

  /** A CPU has gone to another thread: what that costs. */
  #switched(cpu: SimulatedCpu, before: KernelStrand): number {
    const idle = this.kernel.words[cpu.gd + GD.gd_idlethread];
    const to = cpu.running;
    const from = before.td === idle ? 0 : before.td;
    const isIdle = to.td === idle;
    cpu.switches++;
    this.listener.switched?.(cpu.now, cpu.cpuid, from, isIdle ? 0 : to.td);
    if (isIdle !== (from === 0)) this.#setSpeeds(cpu);
    if (isIdle) return 0;
    if (from === 0) cpu.clockAt = (Math.floor(cpu.now / this.clockNs) + 1) * this.clockNs;
    const last = to.lastCpu;
    to.lastCpu = cpu.cpuid;
    return this.timing.switchNs(cpu.cpuid, last);
  }

  /** Who shares a core with a CPU that has become busy or idle is faster or slower now. */
  #setSpeeds(cpu: SimulatedCpu): void {
    const { siblings, smtFactor, speeds } = this.timing;
    const others = siblings[cpu.cpuid];
    if (others.length === 0) return;
    for (const index of [cpu.cpuid, ...others]) {
      const isShared = siblings[index].some((other) => !this.cpuOf(other).isIdle);
      this.cpuOf(index).setSpeed(isShared ? speeds[index] * smtFactor : speeds[index], cpu.now);
      if (index !== cpu.cpuid) this.#limit = Math.min(this.#limit, this.cpuOf(index).nextAt);
    }
  }

  /** A word was written: who waits for it may go on. */
  #wrote(cpu: SimulatedCpu, location: number): void {
    for (const other of this.#cpus) {
      if (!other.isWatching || other === cpu) continue;
      const operation = other.active.pending as Operation;
      if (!isOn(operation, location)) continue;
      other.now = Math.max(other.now, cpu.now);
      other.settle();
      if (other.nextAt < this.#limit) this.#limit = other.nextAt;
    }
  }

  /** A CPU has signalled another. */
  signalled(from: SimulatedCpu, target: number): void {
    const to = this.cpuOf(target);
    this.listener.signalled?.(from.now, from.cpuid, target);
    to.arrives(from.now + this.timing.ipiNs(from.cpuid, target));
    if (to !== this.#current && to.nextAt < this.#limit) this.#limit = to.nextAt;
  }

  /**
   * Has the clock of a CPU interrupt it at a time, for its `onAlarm`; Infinity: no more. Its place among
   * equals may have been taken before, with `nextSequence`.
   */
  setAlarm(cpuid: number, at: number, sequence = this.nextSequence()): void {
    const cpu = this.cpuOf(cpuid);
    if (cpu.alarmAt === at) return;
    cpu.alarmAt = at;
    cpu.alarmSequence = sequence;
    cpu.settle();
    if (cpu !== this.#current && cpu.nextAt < this.#limit) this.#limit = cpu.nextAt;
  }

  override readonly clock: Effect = {
    perform: (_execution, operation) => {
      const { strand } = operation;
      if (!(strand instanceof KernelStrand)) return 0;
      const cpu = this.#cpus[strand.cpu.cpuid];
      const { words } = this.kernel;
      const ticks = words[this.kernel.kern + KERN.k_ticks];
      if (cpu.alarmAt <= cpu.now) {
        cpu.alarmAt = Infinity;
        cpu.onAlarm?.(cpu.now);
      }
      const deadline = words[cpu.gd + GD.gd_nexttimo];
      const isDue = (deadline !== -1 && deadline <= ticks) || words[cpu.gd + GD.gd_passive] !== 0;
      if (cpu.clockAt <= cpu.now || isDue) {
        if (cpu.clockAt <= cpu.now) cpu.clockAt = (Math.floor(cpu.now / this.clockNs) + 1) * this.clockNs;
        hardclock(cpu);
      }
      return ticks;
    },
  };

  // ---- parts
  // -------------------------------------------------------------------------------------------------

  protected override makeContext(strand: KernelStrand): ExploredContext {
    return new SimulatedContext(this, strand);
  }

  protected override makeCpu(cpuid: number, execution: Execution): ExploredCpu {
    const cpu = new SimulatedCpu(this.kernel, cpuid, this, execution);
    this.#cpus[cpuid] = cpu;
    const { listener } = this;
    if (listener.emitted !== undefined)
      cpu.events = { emit: (kind, a, b, c) => listener.emitted?.(cpu.now, cpuid, kind, a, b, c) };
    return cpu;
  }

  protected override newStrand(execution: Execution, path: string): KernelStrand {
    const strand = this.#free.pop() ?? new SimulatedStrand(execution);
    strand.reuse(++this.#strands, path, null, 0);
    strand.lastCpu = -1;
    this.#live.add(strand);
    return strand;
  }

  protected override dropStrand(strand: KernelStrand): void {
    strand.ended = true;
    strand.pending = null;
    this.#live.delete(strand);
    this.#free.push(strand);
  }
}

function isBefore(a: SimulatedCpu, b: SimulatedCpu): boolean {
  return a.nextAt < b.nextAt || (a.nextAt === b.nextAt && a.sequence < b.sequence);
}

/** Whether what an operation waits for can change with a word. */
function isOn(operation: Operation, location: number): boolean {
  if (operation.waitLocation === location) return true;
  return operation.alternatives?.some((each) => each.location === location) === true;
}

/** Decides what is left to decide: nothing random. */
const FIRST: Strategy = { name: 'simulate', begin: () => true, pick: () => 0, choose: () => 0 };
