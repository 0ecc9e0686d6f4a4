/**
 * Owns the count of context switches of one run. A switch counts when nothing forced it: the strand left
 * could have gone on (then it is a preemption too), or had ended while the one that goes on had not been
 * waiting for just that.
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
  readonly #could = new Set<Strand>();
  #known = 0;

  constructor(readonly execution: Execution) {}

  get wantsStacks(): boolean {
    return false;
  }

  onStep(_operation: Operation, _kind: OperationKind, _location: number, _value: number): void {
    // Only turns are of interest here.
  }

  onTurn(strand: Strand): void {
    const { enabled, enabledCount, strandCount } = this.execution;
    const previous = this.#previous;
    this.switched = false;
    if (previous !== null && previous !== strand) {
      this.changes++;
      const position = enabled.indexOf(previous);
      const isEnabled = position >= 0 && position < enabledCount;
      const preempted = isEnabled && previous.pending?.comparison !== OTHER_STEPPED;
      const wasWaiting = strand.index < this.#known && !this.#could.has(strand);
      if (preempted) this.preemptions++;
      this.switched = preempted || (previous.ended && !wasWaiting);
      if (this.switched) this.contextSwitches++;
    }
    this.sequence.push(strand.index);
    this.#previous = strand;
    this.#could.clear();
    for (let i = 0; i < enabledCount; i++) this.#could.add(enabled[i]);
    this.#known = strandCount;
  }
}
