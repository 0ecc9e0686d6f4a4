/**
 * Owns what an execution is given: the program to run, who watches it, and its options. Types only.
 */
import type { Execution } from './execution.ts';
import type { Operation, OperationKind, Target } from './operation.ts';
import type { Strand } from './strand.ts';

/** What can be explored: a plain scenario, a toy of the tests, and later a kernel machine. */
export interface Program {
  readonly name: string;
  /** Creates the first strands; runs before the first step of every run. */
  start(execution: Execution): void;
  /** Judges a run that ended without failure (leaks); may call `execution.fail`. */
  finish?(execution: Execution): void;
}

/** Watches steps one by one, when a run is looked at in detail; slow, so never present during a search. */
export interface StepObserver {
  /** Whether operations take the stack of their creation. */
  readonly wantsStacks: boolean;
  onStep(operation: Operation, kind: OperationKind, location: number, value: number): void;
  /** A further access within the current step: a peek, a barrier's arrival. */
  onAccess?(strand: Strand, location: number, access: number, target: Target): void;
  /** A strand has been picked and is about to step; `execution.enabled` still says who could have. */
  onTurn?(strand: Strand): void;
  onLog?(strand: Strand | null, text: string): void;
  onChoose?(strand: Strand, value: number, count: number): void;
}

export interface ExecutionOptions {
  /** Steps after which a run is given up; default 100,000. */
  readonly maxSteps?: number;
  /** Look for data races; default true. */
  readonly races?: boolean;
}
