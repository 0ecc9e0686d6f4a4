/**
 * Owns a CPU in virtual time: its own clock, and which of its strands moves next, and when. Between two
 * moves of a CPU its clock stands still; what arrives meanwhile is taken at its time or when the CPU is free
 * for it, whichever is later. A computation is the one thing that takes time before it is done, and so the
 * one that an interrupt comes into the middle of.
 *
 *     nextAt = the least of    now                      the thread has an operation that can be performed
 *                              now + work / speed       it computes
 *                              max(now, arrival)        a message or an interrupt, outside critical sections
 *                              max(now, clock)          a timeout, a tick, the alarm
 */
import { ALWAYS, type Execution, type Operation } from '@smplab/explore';
import { ExploredCpu } from '../explored/cpu.ts';
import { COMPUTE } from '../explored/kinds.ts';
import type { KernelStrand } from '../explored/strand.ts';
import { GD } from '../globaldata.ts';
import type { Kernel } from '../kernel.ts';
import type { SimulatedMachine } from './machine.ts';

export class SimulatedCpu extends ExploredCpu {
  /** Its clock: everything before has happened. */
  now = 0;
  /** When it moves next; Infinity: when somebody else makes it. */
  nextAt = Infinity;
  /** The strand that moves then. */
  next: KernelStrand | null = null;
  /** Changes with every change of `nextAt`: who was there first is first, among equals. */
  sequence = 0;
  /** It waits for a word that other CPUs write. */
  isWatching = false;
  /** The next interrupt of the clock that is due whatever happens; Infinity: none. */
  clockAt = Infinity;
  /** A time at which the clock interrupts for `onAlarm`. */
  alarmAt = Infinity;
  alarmSequence = 0;
  onAlarm: ((now: number) => void) | null = null;
  /** How fast it is now. */
  speed: number;

  /** Time in which something other than the idle thread had it, and the part of it that was computing. */
  busyNs = 0;
  computeNs = 0;
  switches = 0;
  interrupts = 0;
  operations = 0;
  #arrivalAt = Infinity;

  constructor(
    kernel: Kernel,
    cpuid: number,
    readonly simulated: SimulatedMachine,
    execution: Execution,
  ) {
    super(kernel, cpuid, simulated, execution);
    this.speed = simulated.timing.speeds[cpuid];
  }

  /** Before a run. */
  begin(clockNs: number): void {
    this.now = 0;
    this.clockAt = clockNs;
    this.alarmAt = Infinity;
    this.#arrivalAt = Infinity;
    this.busyNs = 0;
    this.computeNs = 0;
    this.switches = 0;
    this.interrupts = 0;
    this.operations = 0;
  }

  /** The strand whose code has the CPU. */
  get active(): KernelStrand {
    return this.isHandling ? this.irq : this.running;
  }

  get isIdle(): boolean {
    return !this.isHandling && this.running.td === this.kernel.words[this.gd + GD.gd_idlethread];
  }

  /** A signal is on its way. */
  arrives(at: number): void {
    if (at < this.#arrivalAt) this.#arrivalAt = at;
    this.settle();
  }

  override signal(target: number): void {
    super.signal(target);
    this.simulated.signalled(this, target);
  }

  override leave(target: number): void {
    super.leave(target);
    this.simulated.cpuOf(target).settle();
  }

  /** Works out what comes next. */
  settle(): void {
    const { active } = this;
    const before = this.nextAt;
    this.next = active;
    this.nextAt = this.#operationAt(active.pending);
    if (!this.isHandling) this.#lines();
    if (this.next === this.timer && this.nextAt === this.alarmAt) this.sequence = this.alarmSequence;
    else if (this.nextAt !== before) this.sequence = this.simulated.nextSequence();
  }

  #operationAt(operation: Operation | null): number {
    this.isWatching = false;
    if (operation === null) return Infinity;
    if (operation.kind === COMPUTE) {
      const isWanted = (this.kernel.words[this.gd + GD.gd_reqflags] & operation.waitMask) !== 0;
      return isWanted ? this.now : this.now + Math.ceil(operation.a / this.speed);
    }
    if (operation.comparison === ALWAYS || this.execution.isEnabled(operation)) return this.now;
    // Its own words it sees by itself: an idle CPU waits for its interrupts.
    this.isWatching = operation.alternatives !== null || operation.waitLocation !== this.gd + GD.gd_reqflags;
    return Infinity;
  }

  #lines(): void {
    const { irq, timer } = this;
    if (irq.pending !== null && this.arrived() !== 0) {
      const at = this.#arrivalAt === Infinity ? this.now : Math.max(this.now, this.#arrivalAt);
      if (at <= this.nextAt) {
        this.nextAt = at;
        this.next = irq;
      }
    }
    if (timer.pending === null) return;
    const at = Math.max(this.now, this.#timerAt());
    if (at < this.nextAt || (at === this.nextAt && this.next !== irq)) {
      if (at === Infinity) return;
      this.nextAt = at;
      this.next = timer;
    }
  }

  /** When its clock has to interrupt it. */
  #timerAt(): number {
    const { words } = this.kernel;
    const { tickNs } = this.simulated;
    const deadline = words[this.gd + GD.gd_nexttimo];
    let at = deadline === -1 ? Infinity : deadline * tickNs;
    if (words[this.gd + GD.gd_passive] !== 0) at = Math.min(at, (Math.floor(this.now / tickNs) + 1) * tickNs);
    if (!this.isIdle) at = Math.min(at, this.clockAt);
    return Math.min(at, this.alarmAt);
  }

  /** Time goes on up to the next move. */
  advance(): void {
    const { nextAt: at, active, next } = this;
    const ns = at - this.now;
    if (ns > 0) {
      this.now = at;
      if (this.isIdle) return;
      this.busyNs += ns;
      this.#computed(active.pending, ns);
    }
    const operation = next === null ? null : next.pending;
    // What is left, where somebody wants the CPU before it is done.
    if (operation !== null && operation.kind === COMPUTE) operation.b = operation.a;
  }

  #computed(operation: Operation | null, ns: number): void {
    if (operation === null || operation.kind !== COMPUTE) return;
    this.computeNs += ns;
    operation.a = Math.max(0, operation.a - ns * this.speed);
  }

  /** Another of its core has become busy or idle. */
  setSpeed(speed: number, now: number): void {
    if (speed === this.speed) return;
    const { active } = this;
    if (now > this.now && !this.isIdle && active.pending?.kind === COMPUTE) {
      this.busyNs += now - this.now;
      this.#computed(active.pending, now - this.now);
      this.now = now;
    }
    this.speed = speed;
    this.settle();
  }

  /** It has taken what had arrived, or noted it in a critical section. */
  interrupted(isDelivered: boolean): void {
    if (isDelivered) this.interrupts++;
    this.#arrivalAt = Infinity;
  }
}
