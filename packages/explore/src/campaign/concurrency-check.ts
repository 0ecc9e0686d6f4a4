/**
 * Owns the question whether two strands ever touched one thing: if none did, nothing concurrent was tested.
 */
import type { Execution } from '../engine/execution.ts';
import type { StepObserver } from '../engine/program.ts';
import type { Operation, OperationKind } from '../engine/operation.ts';
import type { Strand } from '../engine/strand.ts';

/** Operations that only start and await strands touch nothing shared. */
const STRUCTURAL = new Set(['spawn', 'join', 'yield', 'fence']);

export class ConcurrencyCheck implements StepObserver {
  readonly wantsStacks = false;
  /** True once a location was touched by two strands. */
  isConcurrent = false;
  readonly #touchedBy = new Map<number, number>();
  #run = -1;

  constructor(readonly execution: Execution) {}

  onStep(operation: Operation, kind: OperationKind, location: number): void {
    if (STRUCTURAL.has(kind.name)) return;
    // A waitUntil has no location of its own: what it peeked at comes by onAccess.
    if (location !== 0) this.onAccess(operation.strand, location);
  }

  onAccess(strand: Strand, location: number): void {
    if (this.#run !== this.execution.run) {
      this.#run = this.execution.run;
      this.#touchedBy.clear();
    }
    const first = this.#touchedBy.get(location);
    if (first === undefined) this.#touchedBy.set(location, strand.index);
    else if (first !== strand.index) this.isConcurrent = true;
  }
}
