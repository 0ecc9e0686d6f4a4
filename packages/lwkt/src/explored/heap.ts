/**
 * Owns kernel memory of explored machines: a block is taken or given back in one step, and every word of it
 * is known to be uninitialised, in use or freed, so that plain accesses can be checked.
 */
import {
  type Execution,
  type Operation,
  WORD_FREED,
  WORD_INITIALISED,
  WORD_REDZONE,
  WORD_UNINITIALISED,
} from '@smplab/explore';
import {
  KmemError,
  M_NOWAIT,
  M_ZERO,
  MallocPanic,
  type MallocType,
  mallocType,
  type Pointer,
} from '@smplab/kmem';
import type { Effect } from './kinds.ts';
import type { ExploredMachine } from './machine.ts';

/** Who took a block and who gave it back, for reports. */
interface History {
  allocatedBy: string;
  freedBy: string | null;
}

export class ExploredHeap {
  readonly #types = new Map<string, MallocType>();
  readonly #history = new Map<number, History>();
  readonly #allocations = new Map<string, Effect>();
  readonly #releases = new Map<string, Effect>();

  constructor(readonly machine: ExploredMachine) {}

  /** Forgets the blocks of the last run. */
  reset(): void {
    if (this.#history.size > 0) this.#history.clear();
  }

  /** What an allocation of the type does as its step. */
  allocation(type: string): Effect {
    let effect = this.#allocations.get(type);
    if (effect === undefined) {
      effect = { perform: (execution, operation) => this.#allocate(execution, operation, this.typeOf(type)) };
      this.#allocations.set(type, effect);
    }
    return effect;
  }

  /** What a release does as its step. */
  release(type: string): Effect {
    let effect = this.#releases.get(type);
    if (effect === undefined) {
      effect = { perform: (execution, operation) => this.#free(execution, operation, this.typeOf(type)) };
      this.#releases.set(type, effect);
    }
    return effect;
  }

  /** The type of a name. */
  typeOf(name: string): MallocType {
    let type = this.#types.get(name);
    if (type === undefined) this.#types.set(name, (type = mallocType(name, name)));
    return type;
  }

  /** Lines about the block that a word lies in. */
  historyAt(location: number): string[] {
    const block = this.machine.kernel.kmem.blockAt(location);
    return block === undefined ? [] : this.historyOf(block.pointer);
  }

  /** Lines about the block at a pointer. */
  historyOf(pointer: number): string[] {
    const known = this.#history.get(pointer);
    if (known === undefined) return [];
    const lines = [`allocated by ${known.allocatedBy}`];
    if (known.freedBy !== null) lines.push(`freed by ${known.freedBy}`);
    return lines;
  }

  #allocate(execution: Execution, operation: Operation, type: MallocType): number {
    const { kmem } = this.machine.kernel;
    const words = operation.a;
    const isZeroed = operation.b !== 0;
    let pointer: number;
    try {
      pointer = kmem.kmalloc(type, words, M_NOWAIT | (isZeroed ? M_ZERO : 0), 'kmalloc');
    } catch (error) {
      return this.#failed(execution, operation, error);
    }
    if (execution.racesOn) execution.clocks.acquireRelease(operation.strand, operation.location);
    if (pointer === 0) return 0;
    if (pointer + words > this.machine.limits.memoryWords) {
      kmem.kfree(pointer as Pointer, type, 'kmalloc');
      return 0;
    }
    // Code of this step may look at the block, also where the memory had to grow for it.
    execution.syncWords();
    const { racesSeen } = execution;
    // A machine that only keeps time looks for freed words, and no further.
    if (this.machine.isTimed) {
      racesSeen.setState(pointer, words, WORD_INITIALISED);
      return pointer;
    }
    racesSeen.setState(pointer, words, isZeroed ? WORD_INITIALISED : WORD_UNINITIALISED);
    racesSeen.setState(pointer + words, 1, WORD_REDZONE);
    this.#history.set(pointer, { allocatedBy: operation.strand.path, freedBy: null });
    return pointer;
  }

  #free(execution: Execution, operation: Operation, type: MallocType): number {
    const { kmem } = this.machine.kernel;
    const pointer = operation.a;
    const words = pointer > 0 ? (kmem.blockAt(pointer)?.words ?? 0) : 0;
    try {
      kmem.kfree(pointer as Pointer, type, 'kfree');
    } catch (error) {
      return this.#failed(execution, operation, error);
    }
    if (execution.racesOn) execution.clocks.acquireRelease(operation.strand, operation.location);
    if (words > 0) execution.racesSeen.setState(pointer, words, WORD_FREED);
    const known = this.#history.get(pointer);
    if (known !== undefined) known.freedBy = operation.strand.path;
    return 0;
  }

  #failed(execution: Execution, operation: Operation, error: unknown): number {
    if (error instanceof MallocPanic) {
      const verdict = error.report.fault === 'double-free' ? 'double-free' : 'panic';
      return execution.stop(verdict, error.message, { details: this.historyOf(operation.a) });
    }
    if (error instanceof KmemError) return execution.stop('panic', `kmalloc: ${error.message}`);
    throw error;
  }
}
