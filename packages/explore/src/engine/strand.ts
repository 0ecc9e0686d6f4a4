/**
 * Owns the strand: what a strategy schedules (design.md, "Strands"). A strand has a stable name (its spawn
 * path), belongs to a group (its CPU, or itself), has at most one pending operation, and can make one step.
 * Generator threads are one implementation; interrupts, timers and store buffers of a CPU are others.
 *
 * Its block of words, in the memory of the execution:
 *
 *     +0 ended   0 while it runs, 1 after           (written by its last step)
 *     +1 result  the int32 it returned              (written by its last step)
 *     +2 next    index + 1 of the next sleeper in a queue it stands in
 *     +3 wakeup  1 when a sleeper was signalled     (written by the signaller)
 */
import type { Execution } from './execution.ts';
import type { Operation } from './operation.ts';
import type { ThreadStrand } from './thread.ts';

export const STRAND_ENDED = 0;
export const STRAND_RESULT = 1;
export const STRAND_NEXT = 2;
export const STRAND_WAKEUP = 3;
export const STRAND_WORDS = 4;

export abstract class Strand {
  /**
   * Itself if it is a generator thread, whose operations nobody but it and the objects it waits for change.
   */
  readonly thread: ThreadStrand | null = null;
  /** Serves others and never ends by itself (an interrupt line, a store buffer): a run is over without it. */
  readonly isBackground: boolean = false;
  /** Position in `execution.strands`; smaller is older. */
  index = 0;
  name = '';
  parent: Strand | null = null;
  /** Strands of one group are mutually dependent; by default each strand is its own group. */
  group = 0;
  /** Base of its block of words. */
  location = 0;
  /** The operation it performs when it is picked; null while it runs, sleeps without one, or has ended. */
  pending: Operation | null = null;
  /** An operation that was created and not yet yielded. */
  armed: Operation | null = null;
  ended = false;
  /** Number of steps it has made; identifies its accesses independently of the interleaving. */
  ownSteps = 0;
  /** Vector clock, indexed by strand index. */
  clock: Int32Array = new Int32Array(8);

  constructor(readonly execution: Execution) {}

  /** Makes one step: performs the pending operation and runs on to the next one. */
  abstract step(): void;

  /** Spawn path, such as `main/t1`; siblings of one name are told apart as `t1`, `t1#2`. */
  get path(): string {
    const own = this.label;
    return this.parent === null ? own : `${this.parent.path}/${own}`;
  }

  /** Last part of the path. */
  get label(): string {
    let twins = 1;
    const strands = this.execution.strands;
    for (let i = 0; i < this.index; i++) {
      const other = strands[i];
      if (other !== undefined && other.parent === this.parent && other.name === this.name) twins++;
    }
    return twins === 1 ? this.name : `${this.name}#${twins}`;
  }

  /** Reports name a strand as the target of `join`. */
  describe(): string {
    return this.label;
  }

  /** Prepares the object for another run. */
  reuse(index: number, name: string, parent: Strand | null, location: number): void {
    this.index = index;
    this.name = name;
    this.parent = parent;
    this.group = index;
    this.location = location;
    this.pending = null;
    this.armed = null;
    this.ended = false;
    this.ownSteps = 0;
  }
}
