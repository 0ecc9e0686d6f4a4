/**
 * Owns the count of context switches of one run. A switch counts when it leaves a strand that could have gone
 * on (a preemption), or when it goes back to a strand that was left so; switches that waiting or ending
 * forces do not count.
 */
import { OTHER_STEPPED } from '../engine/condition.ts';
import type { Execution } from '../engine/execution.ts';
import type { StepObserver } from '../engine/program.ts';
import type { Operation, OperationKind } from '../engine/operation.ts';
import type { Strand } from '../engine/strand.ts';

export class SwitchCounter implements StepObserver {
  /** Strand index of every step, the failing one included. */
  readonly sequence: number[] = [];
  contextSwitches = 0;
  preemptions = 0;
  /** How often the strand changed at all. */
  changes = 0;
  /** Whether the step that is being made follows a counted context switch. */
  switched = false;
  #previous: Strand | null = null;
  /** Strands that were preempted and have not gone on since. */
  readonly #left = new Set<Strand>();

  constructor(readonly execution: Execution) {}

  get wantsStacks(): boolean {
    return false;
  }

  onStep(_operation: Operation, _kind: OperationKind, _location: number, _value: number): void {
    // Only turns are of interest here.
  }

  onTurn(strand: Strand): void {
    const { enabled, enabledCount } = this.execution;
    const previous = this.#previous;
    this.switched = false;
    if (previous !== null && previous !== strand) {
      this.changes++;
      const position = enabled.indexOf(previous);
      const isEnabled = position >= 0 && position < enabledCount;
      const preempted = isEnabled && previous.pending?.comparison !== OTHER_STEPPED;
      this.switched = preempted || this.#left.delete(strand);
      if (preempted) {
        this.preemptions++;
        this.#left.add(previous);
        this.#left.delete(strand);
      }
      if (this.switched) this.contextSwitches++;
    }
    this.sequence.push(strand.index);
    this.#previous = strand;
  }
}
