/**
 * Owns what a live CPU holds of a thread besides its words: the generators that run on behalf of it,
 * innermost last, and its place in a switch. Runs in the CPU's worker; never leaves it.
 */
import type { LiveContext } from './context.ts';

/** Code that runs, and the context it runs with. */
export interface Frame {
  generator: Generator;
  readonly context: LiveContext;
}

export class LiveThread {
  readonly frames: Frame[] = [];

  constructor(readonly td: number) {}

  get top(): Frame {
    return this.frames[this.frames.length - 1];
  }
}
