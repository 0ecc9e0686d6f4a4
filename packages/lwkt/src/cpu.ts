/**
 * Owns the CPU as kernel code sees it in one realm (mycpu): where its globaldata lies, and what a driver must
 * be able to do for it. One object per CPU and realm; used only by code that runs on that CPU.
 */
import { GD } from './globaldata.ts';
import type { Context } from './context.ts';
import type { EventSink } from './event.ts';
import type { Kernel } from './kernel.ts';

export abstract class Cpu {
  /** Base of the globaldata. */
  readonly gd: number;
  events: EventSink | null = null;
  /** Pairs of (word, value seen) of the tokens that kept threads of this CPU from running. */
  readonly wants: number[] = [];

  constructor(
    readonly kernel: Kernel,
    readonly cpuid: number,
  ) {
    this.gd = kernel.gdOf(cpuid);
  }

  get curthread(): number {
    return this.kernel.words[this.gd + GD.gd_curthread];
  }

  /** The CPU enters its outermost critical section: nothing interrupts it from here on. */
  abstract mask(): void;
  /** It has left it. */
  abstract unmask(): void;
  /** Moves requests that arrived in the meantime into gd_reqflags. */
  abstract latch(): void;
  /** Sends the interrupt that makes another CPU look at its messages. */
  abstract signal(target: number): void;
  /** A passive message was left for another CPU. */
  abstract leave(target: number): void;
  /** Refuses moving threads that have started, where their generators cannot move. */
  abstract checkMigration(k: Context): void;
  /** The thread has made its last switch: nothing of it is resumed again. */
  abstract retire(td: number): void;
}
