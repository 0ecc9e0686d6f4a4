/**
 * Owns an explored CPU: which of its strands may move. One thread at a time has the CPU; the interrupt line and
 * the clock may come between any two of its operations unless it is in a critical section. A switch happens inside
 * the step that leads to it: the next thread runs on to its first operation.
 *
 *     thread    its pending operation ......... put aside while an interrupt is handled
 *     irq       interrupt when npoll or intpend; in a critical section only noted (pend)
 *     timer     tick while a timeout is armed or clock ticks are left
 */
import { ANNOUNCEMENT, type Execution, NOT_EQUAL, Operation } from '@smplab/explore';
import type { Context } from '../context.ts';
import { Cpu } from '../cpu.ts';
import { splz } from '../critical.ts';
import { CPU_RUNNING, GD, RQF_INTPEND, RQF_IPIQ } from '../globaldata.ts';
import type { Kernel } from '../kernel.ts';
import { TD, TDF_RUNNING } from '../thread.ts';
import { type Effect, PEND } from './kinds.ts';
import type { ExploredMachine } from './machine.ts';
import { type KernelStrand, SWITCHING } from './strand.ts';

export class ExploredCpu extends Cpu {
  irq!: KernelStrand;
  timer!: KernelStrand;
  /** The strand of the current thread. */
  running!: KernelStrand;
  /** An interrupt is being handled by `irq`. */
  isHandling = false;
  #isInjecting = false;
  readonly #paths = new Map<string, string>();
  /** What the interrupt line and the clock wait for when nothing keeps them away. */
  #line: Operation | null = null;
  #tick: Operation | null = null;
  /** Notes an arrival in a critical section. */
  #pend: Operation | null = null;

  constructor(
    kernel: Kernel,
    cpuid: number,
    readonly machine: ExploredMachine,
    readonly execution: Execution,
  ) {
    super(kernel, cpuid);
  }

  /** The path of a strand of this CPU with a name. */
  pathOf(name: string): string {
    let path = this.#paths.get(name);
    if (path === undefined) this.#paths.set(name, (path = `cpu${this.cpuid}/${name}`));
    return path;
  }

  /** Forgets the last run. */
  reset(): void {
    this.isHandling = false;
    this.#isInjecting = false;
    this.wants.length = 0;
    this.#pend ??= new Operation(this.execution, this.irq);
    if (this.#pend.strand !== this.irq) this.#pend = new Operation(this.execution, this.irq);
    this.#pend.set(PEND, this.machine.wordTarget, this.gd + GD.gd_npoll, 0, 0);
    this.#pend.output = this.#arrival;
    this.#pend.waitFor(this.gd + GD.gd_npoll, NOT_EQUAL, 0);
    this.#pend.alternatives = [
      { location: this.gd + GD.gd_intpend, mask: -1, comparison: NOT_EQUAL, value: 0 },
    ];
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
    const { execution } = this;
    let current = strand;
    this.kernel.memory.currentCpu = this.cpuid;
    if (strand === this.irq && strand.pending === this.#pend && this.#pend !== null) {
      this.#pend.perform();
      strand.pending = null;
      return;
    }
    for (;;) {
      execution.current = current;
      const result = current.resume();
      if (result === (ANNOUNCEMENT as unknown)) {
        if (current === this.timer) this.#tick = current.pending;
        if (current !== this.irq || this.isHandling) return;
        this.#line = current.pending;
        if (!this.#isInjecting) return;
        current = this.#inject();
      } else if (result === SWITCHING) {
        current = this.#switch(current);
      } else if (result.done === true) {
        if (!current.pop()) execution.misuse(`${current.path} ended without lwkt_exit`);
        return;
      } else {
        execution.misuse(`${current.path} yielded something that is no operation: write yield* before each call`);
      }
    }
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

  /** The interrupt line fires: the current thread stands still until the handler is done. */
  enterInterrupt(): void {
    const { words } = this.kernel;
    this.isHandling = true;
    this.running.stashed = this.running.pending;
    this.running.pending = null;
    this.timer.pending = null;
    words[this.gd + GD.gd_reqflags] |= this.arrived() & RQF_INTPEND;
    this.machine.contextOf(this.irq).td = this.running.td;
    if (this.execution.racesOn) this.execution.clocks.acquire(this.irq, this.gd);
  }

  /** What has arrived, as bits of gd_reqflags. */
  arrived(): number {
    const { words } = this.kernel;
    return (
      (words[this.gd + GD.gd_npoll] !== 0 ? RQF_IPIQ : 0) | (words[this.gd + GD.gd_intpend] !== 0 ? RQF_INTPEND : 0)
    );
  }

  readonly #arrival: Effect = {
    perform: () => {
      const arrived = this.arrived();
      this.kernel.words[this.gd + GD.gd_reqflags] |= arrived;
      return arrived;
    },
  };

  /** The handler is done: called when the line is about to wait again. */
  leaveInterrupt(): void {
    if (!this.isHandling) return;
    const { words } = this.kernel;
    this.isHandling = false;
    if (this.execution.racesOn) this.execution.clocks.releaseJoin(this.irq, this.gd);
    this.#isInjecting = (words[this.gd + GD.gd_reqflags] & (RQF_INTPEND | RQF_IPIQ)) !== 0;
    if (this.#isInjecting) return;
    this.running.pending = this.running.stashed;
    this.running.stashed = null;
    this.timer.pending = this.#tick;
  }

  /** Interrupt threads run on top of the current thread, in its own strand. */
  #inject(): KernelStrand {
    this.#isInjecting = false;
    const { running } = this;
    const k = this.machine.contextOf(running);
    running.push(splz(k) as Generator);
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
    const isNoted = (this.kernel.words[this.gd + GD.gd_reqflags] & (RQF_IPIQ | RQF_INTPEND)) !== 0;
    this.irq.pending = isNoted ? null : this.#pend;
    this.timer.pending = null;
  }

  override unmask(): void {
    if (this.isHandling) return;
    if (this.execution.racesOn) this.execution.clocks.releaseJoin(this.running, this.gd);
    this.irq.pending = this.#line;
    this.timer.pending = this.#tick;
  }

  override latch(): void {
    // What arrives in a critical section is noted by a step of its own (pend).
  }

  override signal(): void {
    // The interrupt line of the target sees gd_npoll.
  }

  override inject(): void {
    this.#isInjecting = true;
  }

  override checkMigration(_k: Context): void {
    // Generators of an explored machine live in one realm: any CPU can resume them.
  }

  override retire(td: number): void {
    this.machine.retire(td, this.kernel.words[td + TD.td_result]);
  }
}
