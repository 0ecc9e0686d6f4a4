/**
 * Owns an explored CPU: which of its strands may move. One thread at a time has the CPU; the interrupt line
 * and the clock may come between any two of its operations unless it is in a critical section. A switch
 * happens inside the step that leads to it: the next thread runs on to its first operation.
 *
 *     thread    its pending operation ......... put aside while an interrupt is handled
 *     irq       interrupt when npoll or intpend; in a critical section only noted (pend)
 *     timer     tick while a timeout is armed or clock ticks are left
 */
import { ANNOUNCEMENT, type Execution, NOT_EQUAL, Operation, OTHER_STEPPED } from '@smplab/explore';
import { BECOMING } from '../become-point.ts';
import type { Context } from '../context.ts';
import { Cpu } from '../cpu.ts';
import { splz } from '../critical.ts';
import { CPU_RUNNING, GD, RQF_INTPEND, RQF_IPIQ } from '../globaldata.ts';
import { FN_PROCESS_IPIQ } from '../internal.ts';
import { KERN } from '../kern.ts';
import type { Kernel } from '../kernel.ts';
import type { Steps } from '../registry.ts';
import { SWITCHING } from '../switch-point.ts';
import { TD, TDF_RUNNING } from '../thread.ts';
import { DELIVER, type Effect, PEND, TICK } from './kinds.ts';
import type { ExploredMachine } from './machine.ts';
import type { KernelStrand } from './strand.ts';

/** A number of steps no run makes. */
const NEVER = 0x7fffffff;

export class ExploredCpu extends Cpu {
  irq!: KernelStrand;
  timer!: KernelStrand;
  /** The strand of the current thread. */
  running!: KernelStrand;
  /** An interrupt is being handled by `irq`. */
  isHandling = false;
  readonly checksEachStep: boolean;
  #isMasked = true;
  /** In this critical section an arrival was noted already. */
  #isNoted = false;
  readonly #paths = new Map<string, string>();
  /** What the interrupt line and the clock wait for when nothing keeps them away. */
  #line!: Operation;
  #tick!: Operation;
  /** The same when enough timeouts have fired: it comes when nothing else can. */
  #lastTick!: Operation;
  /** Notes an arrival in a critical section. */
  #pend!: Operation;

  constructor(
    kernel: Kernel,
    cpuid: number,
    readonly machine: ExploredMachine,
    readonly execution: Execution,
  ) {
    super(kernel, cpuid);
    this.checksEachStep = machine.checksEachStep;
  }

  /** The path of a strand of this CPU with a name. */
  pathOf(name: string): string {
    let path = this.#paths.get(name);
    if (path === undefined) this.#paths.set(name, (path = `cpu${this.cpuid}/${name}`));
    return path;
  }

  /**
   * Forgets the last run; the lines stand ready, kept away until the first thread leaves its critical
   * section.
   */
  reset(irq: KernelStrand, timer: KernelStrand): void {
    this.isHandling = false;
    this.wants.length = 0;
    if (this.irq !== irq || this.timer !== timer) this.#setUpLines(irq, timer);
    irq.generator = null;
    timer.generator = null;
    this.maskLines();
  }

  #setUpLines(irq: KernelStrand, timer: KernelStrand): void {
    const { execution, gd, machine } = this;
    this.irq = irq;
    this.timer = timer;
    const arrived = { location: gd + GD.gd_intpend, mask: -1, comparison: NOT_EQUAL, value: 0 } as const;
    const target = machine.heapTarget;
    this.#line = new Operation(execution, irq).set(DELIVER, target, gd + GD.gd_npoll, 0, 0);
    this.#pend = new Operation(execution, irq).set(PEND, target, gd + GD.gd_npoll, 0, 0);
    for (const operation of [this.#line, this.#pend]) {
      operation.waitFor(gd + GD.gd_npoll, NOT_EQUAL, 0);
      operation.alternatives = [arrived];
    }
    this.#line.output = this.#delivery;
    this.#pend.output = this.#arrival;
    const { kern } = this.kernel;
    this.#tick = new Operation(execution, timer).set(TICK, target, kern + KERN.k_ticks, 0, 0);
    this.#tick.output = machine.clock;
    this.#tick.waitFor(gd + GD.gd_nexttimo, NOT_EQUAL, -1);
    this.#tick.alternatives = [
      { location: gd + GD.gd_passive, mask: -1, comparison: NOT_EQUAL, value: 0 },
      { location: kern + KERN.k_ticks_left, mask: -1, comparison: NOT_EQUAL, value: 0 },
    ];
    this.#lastTick = new Operation(execution, timer).set(TICK, target, kern + KERN.k_ticks, NEVER, 0);
    this.#lastTick.output = machine.clock;
    this.#lastTick.comparison = OTHER_STEPPED;
  }

  /** Starts the CPU with its first thread, up to that thread's first operation. */
  start(td: number): void {
    const { words } = this.kernel;
    words[this.gd + GD.gd_state] = CPU_RUNNING;
    words[this.gd + GD.gd_curthread] = td;
    words[td + TD.td_flags] |= TDF_RUNNING;
    this.running = this.machine.strandOf(this, td, 0);
    this.run(this.running);
  }

  /** Lets a strand of this CPU make its step, and whoever it hands the CPU to run on to an operation. */
  run(strand: KernelStrand): void {
    this.kernel.memory.currentCpu = this.cpuid;
    if (strand === this.timer) {
      (strand.pending ?? this.#tick).perform();
      this.#armTimer();
      return;
    }
    if (strand === this.irq && !this.isHandling) this.#interrupt();
    else this.#runOn(strand);
  }

  /** Resumes a strand, and those it hands the CPU to, until one announces an operation. */
  #runOn(strand: KernelStrand): void {
    const { execution } = this;
    let current = strand;
    for (;;) {
      execution.current = current;
      if (current.generator === null) this.machine.advance(current, undefined);
      const result = current.resume();
      if (result === (ANNOUNCEMENT as unknown)) return;
      if (result === SWITCHING) current = this.#switch(current);
      else if (result === BECOMING) this.machine.become(current);
      else if (result.done === true) {
        const next = this.#ended(current, result.value);
        if (next === null) return;
        current = next;
      } else {
        execution.misuse(
          `${current.path} yielded something that is no operation: write yield* before each call`,
        );
      }
    }
  }

  /**
   * Code of a strand has ended: gives the strand that goes on in this step, null if it is at its operation.
   */
  #ended(current: KernelStrand, value: unknown): KernelStrand | null {
    if (current === this.irq) return this.#leaveInterrupt();
    if (current.pop()) return null;
    if (!this.machine.advance(current, value))
      this.execution.misuse(`${current.path} ended without lwkt_exit`);
    return current;
  }

  #switch(from: KernelStrand): KernelStrand {
    const { words } = this.kernel;
    const { execution, gd } = this;
    const old = words[gd + GD.gd_curthread];
    const next = from.switchPoint.other;
    words[gd + GD.gd_curthread] = next;
    from.pending = null;
    if (execution.racesOn) execution.clocks.releaseJoin(from, gd);
    const strand = this.machine.strandOf(this, next, old);
    strand.switchPoint.other = old;
    this.running = strand;
    if (execution.racesOn) execution.clocks.acquire(strand, gd);
    return strand;
  }

  // ---- interrupts -------------------------------------------------------------------------------------

  /** The interrupt line fires, or only notes that it would. */
  #interrupt(): void {
    const { irq } = this;
    if (irq.pending === this.#pend) {
      this.#pend.perform();
      this.#isNoted = true;
      irq.pending = null;
      return;
    }
    this.#line.perform();
    const next = irq.generator === null ? this.#leaveInterrupt() : irq;
    if (next !== null) this.#runOn(next);
  }

  readonly #delivery: Effect = {
    perform: () => {
      const { words } = this.kernel;
      const arrived = this.arrived();
      this.isHandling = true;
      this.running.stashed = this.running.pending;
      this.running.pending = null;
      this.timer.pending = null;
      words[this.gd + GD.gd_reqflags] |= arrived & RQF_INTPEND;
      const k = this.machine.contextOf(this.irq);
      k.td = this.running.td;
      if (this.execution.racesOn) this.execution.clocks.acquire(this.irq, this.gd);
      this.irq.generator = (arrived & RQF_IPIQ) === 0 ? null : (this.#messages(k) as Generator);
      return arrived;
    },
  };

  readonly #arrival: Effect = {
    perform: () => {
      const arrived = this.arrived();
      this.kernel.words[this.gd + GD.gd_reqflags] |= arrived;
      return arrived;
    },
  };

  /** What the interrupt handler does: the current thread stands still meanwhile. */
  *#messages(k: Context): Steps {
    const { words } = this.execution;
    words[this.gd + GD.gd_reqflags] &= ~RQF_IPIQ;
    words[k.td + TD.td_critcount]++;
    yield* k.call(FN_PROCESS_IPIQ);
    words[k.td + TD.td_critcount]--;
  }

  /** What has arrived, as bits of gd_reqflags. */
  arrived(): number {
    const { words } = this.kernel;
    return (
      (words[this.gd + GD.gd_npoll] !== 0 ? RQF_IPIQ : 0) |
      (words[this.gd + GD.gd_intpend] !== 0 ? RQF_INTPEND : 0)
    );
  }

  /** The handler is done; gives the strand of the current thread if something runs on top of it now. */
  #leaveInterrupt(): KernelStrand | null {
    const { words } = this.kernel;
    const { running } = this;
    this.isHandling = false;
    this.irq.generator = null;
    if (this.execution.racesOn) this.execution.clocks.releaseJoin(this.irq, this.gd);
    const isPending = (words[this.gd + GD.gd_reqflags] & (RQF_INTPEND | RQF_IPIQ)) !== 0;
    if (!isPending) {
      this.#armLines();
      running.pending = running.stashed;
      running.stashed = null;
      return null;
    }
    // Interrupt threads run on top of the current thread, in its own strand.
    running.push(splz(this.machine.contextOf(running)) as Generator);
    this.maskLines();
    return running;
  }

  override mask(): void {
    if (this.isHandling) return;
    if (this.execution.racesOn) this.execution.clocks.acquire(this.running, this.gd);
    this.maskLines();
  }

  /** From here on what arrives is only noted, once. */
  maskLines(): void {
    this.#isNoted = (this.kernel.words[this.gd + GD.gd_reqflags] & (RQF_IPIQ | RQF_INTPEND)) !== 0;
    this.irq.pending = this.#isNoted || !this.#mayArrive() ? null : this.#pend;
    this.timer.pending = null;
    this.#isMasked = true;
  }

  /** Lets the lines wait for what they wait for; those that cannot come are not looked at in every step. */
  #armLines(): void {
    this.#isMasked = false;
    this.irq.pending = this.#mayArrive() ? this.#line : null;
    this.#armTimer();
  }

  #armTimer(): void {
    if (this.machine.isTimed) {
      this.timer.pending = this.#tick;
      return;
    }
    const { words, kern } = this.kernel;
    const isAsked = words[this.gd + GD.gd_nexttimo] !== -1 || words[this.gd + GD.gd_passive] !== 0;
    if (words[kern + KERN.k_ticks_left] !== 0) this.timer.pending = this.#tick;
    else if (words[kern + KERN.k_timeouts_left] === 0) this.timer.pending = isAsked ? this.#lastTick : null;
    else this.timer.pending = isAsked || this.machine.isPart ? this.#tick : null;
  }

  /**
   * Whether the interrupt line has something to wait for: a part of a machine does not hear others signal.
   */
  #mayArrive(): boolean {
    return this.machine.isPart || this.arrived() !== 0;
  }

  /** Another CPU has signalled, or left a passive message. */
  notice(): void {
    // In a part of a machine the lines of other CPUs are elsewhere.
    if (this.isHandling || this.machine.isPart) return;
    if (!this.#isMasked) this.#armLines();
    else if (!this.#isNoted) this.irq.pending = this.#pend;
  }

  override unmask(): void {
    if (this.isHandling) return;
    if (this.execution.racesOn) this.execution.clocks.releaseJoin(this.running, this.gd);
    this.#armLines();
  }

  override latch(): void {
    // What arrives in a critical section is noted by a step of its own (pend).
  }

  override signal(target: number): void {
    this.machine.cpus[target].notice();
  }

  override leave(target: number): void {
    this.machine.cpus[target].notice();
  }

  override checkMigration(_k: Context): void {
    // Generators of an explored machine live in one realm: any CPU can resume them.
  }

  override retire(td: number): void {
    this.machine.retire(td, this.kernel.words[td + TD.td_result]);
  }
}
