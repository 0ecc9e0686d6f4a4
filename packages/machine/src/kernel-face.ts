/**
 * Owns what the parts of `k` have in common: the context underneath, where the code runs, and functions by
 * name.
 */
import type { Context } from '@smplab/lwkt';
import { checkedText } from './argument.ts';

export abstract class KernelFace {
  constructor(
    /** The context underneath, for calls this face does not have. */
    readonly context: Context,
  ) {}

  /** Number of the CPU this code runs on. */
  get cpuid(): number {
    return this.context.cpu.cpuid;
  }

  /** The current thread. */
  get curthread(): number {
    return this.context.td;
  }

  /** CPUs of the machine. */
  get ncpus(): number {
    return this.context.kernel.ncpus;
  }

  /** Clock ticks since boot. */
  get ticks(): number {
    return this.context.kernel.ticks;
  }

  /** The number of a registered function. */
  protected numberOf(name: unknown, what: string): number {
    try {
      return this.context.kernel.registry.numberOf(name);
    } catch (error) {
      return this.context.misuse('scenario-misuse', `${what}: ${(error as Error).message}`);
    }
  }

  /**
   * Where something that has a description lives: at the address given before it, or in new memory of the
   * type, which stays with the machine.
   */
  protected placeOf(first: unknown, second: unknown, type: string, words: number, what: string): Described {
    const { context } = this;
    if (typeof first === 'number') return { at: first, text: checkedText(context, second, what) };
    return { at: context.allocateNow(type, words), text: checkedText(context, first, what) };
  }
}

/** An address, and what lies there. */
interface Described {
  readonly at: number;
  readonly text: string;
}
