/**
 * Owns what an execution is given: the program to run, who watches it, and its options. Types only.
 */
import type { Memory } from '@smplab/kmem';
import type { Execution } from './execution.ts';
import type { Operation, OperationKind, Target } from './operation.ts';
import type { Strand } from './strand.ts';

/** What can be explored: a plain scenario, a kernel machine, a toy of the tests. */
export interface Program {
  readonly name: string;
  /**
   * What a machine was built with (CPUs, limits), as JSON has it: printed with a finding, and a schedule
   * recorded under other options is refused.
   */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Fix switches it was given in place of its own: recorded with its schedules, so that those replay. */
  readonly asSeed?: readonly string[];
  /** The same program with these fix switches off; throws, in words, for an id that is none. */
  withSeed?(asSeed: readonly string[]): Program;
  /** Creates the first strands; runs before the first step of every run. */
  start(execution: Execution): void;
  /** Judges a run that ended without failure (leaks); may call `execution.fail`. */
  finish?(execution: Execution): void;
  /**
   * Judges a run in which none of these strands can move although they have not ended. True: it recorded a
   * failure, or the run simply ended there; false: the usual judgement (lost wakeup, deadlock) goes on.
   */
  stuck?(execution: Execution, stuck: readonly Strand[]): boolean;
  /** Names of what the strand holds (tokens, kernel locks), for reports of races. */
  holding?(execution: Execution, strand: Strand): string[];
  /** What the strand waits for, in words, in place of what its operation says; null to leave it at that. */
  describeWait?(execution: Execution, strand: Strand): string | null;
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
  /** The words of the runs, which overwrite them; default a memory of the execution's own. */
  readonly memory?: Memory;
  /** What is known of each of those words, where several executions share them (detect/shared-states.ts). */
  readonly states?: SharedArrayBuffer;
}
