/**
 * Owns where the current run of an execution stands: whose code is running, who watches, and the failure that
 * ended it. The first failure counts and is recorded before anything is thrown, so that no `catch` of a user
 * can hide it.
 */
import { Arena } from './arena.ts';
import type { Operation } from './operation.ts';
import type { ExecutionOptions, StepObserver } from './program.ts';
import type { Strand } from './strand.ts';
import { type Failure, type FailureParticulars, RunStopped, type Verdict } from './verdict.ts';

export abstract class RunState extends Arena {
  readonly maxSteps: number;
  /** Number of this run; objects of an earlier run are refused by it. */
  run = 0;
  steps = 0;
  failure: Failure | null = null;
  /** What code threw that ended the run, if that was it. */
  thrown: Error | null = null;
  /** The strand whose code is running; null between steps. */
  current: Strand | null = null;
  /** The strand that may perform its pending operation now. */
  granted: Strand | null = null;
  observer: StepObserver | null = null;
  /** The operation of a waiting `waitUntil` whose predicate is being tried, if one is. */
  evaluating: Operation | null = null;

  constructor(options: ExecutionOptions = {}) {
    super(options.races ?? true, options.memory, options.states);
    this.maxSteps = options.maxSteps ?? 100_000;
  }

  /** Records a failure (the first one counts). Does not throw. */
  fail(verdict: Verdict, message: string, options: FailureParticulars = {}): void {
    if (this.failure !== null) return;
    const strand = options.strand === undefined ? (this.current?.path ?? null) : options.strand;
    const stack = this.watched && options.stack === undefined ? new Error(message).stack : options.stack;
    const place = `${verdict}|${strand ?? ''}|${(options.place ?? message).replace(/\d+/g, '#')}`;
    this.failure = { verdict, message, strand, stack: stack ?? null, place, details: options.details ?? [] };
  }

  /** Records a failure and leaves the code that caused it. */
  stop(verdict: Verdict, message: string, options: FailureParticulars = {}): never {
    const running = active.execution;
    if (running !== null && running !== this) {
      running.fail(
        'scenario-misuse',
        `something of another run was used (${message}): create all objects inside the body`,
      );
      throw new RunStopped();
    }
    this.fail(verdict, message, options);
    throw new RunStopped();
  }

  /** The scenario broke a rule of the scenario language. */
  misuse(message: string): never {
    return this.stop('scenario-misuse', message);
  }

  /**
   * Turns an exception that left a strand's code into the failure of the run, unless one is recorded already.
   */
  caught(error: unknown): void {
    if (error instanceof RunStopped) {
      if (this.failure === null)
        this.fail('scenario-misuse', 'an exception of an earlier run was thrown again');
      return;
    }
    const raised = error instanceof Error ? error : new Error(String(error));
    this.thrown ??= raised;
    const strand = (this.evaluating?.strand ?? this.current)?.path ?? null;
    const isAssertion =
      raised.name === 'AssertionError' || (raised as { code?: string }).code === 'ERR_ASSERTION';
    const text = isAssertion ? raised.message : `uncaught ${raised.name}: ${raised.message}`;
    const stack = this.watched ? (raised.stack ?? null) : null;
    this.fail(isAssertion ? 'assertion' : 'panic', text, { strand, stack });
  }

  /** Whether an observer wants stacks; without one none are taken, because they cost more than a schedule. */
  get watched(): boolean {
    return this.observer?.wantsStacks === true;
  }
}

/**
 * The run whose code is running on this thread: lets an object of a finished run report to the running one.
 */
export const active: { execution: RunState | null } = { execution: null };

/** See `active`; null between runs. */
export function activeExecution(): RunState | null {
  return active.execution;
}
