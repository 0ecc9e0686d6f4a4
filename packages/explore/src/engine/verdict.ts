/**
 * Owns the names of what a run or a search can end with (contracts.md, section 1) and the record of one
 * failure. Pure data: used on every thread.
 */

/** Every verdict a search can report; `none` and `proved` are the two that are not findings. */
export const VERDICTS = [
  'none',
  'proved',
  'assertion',
  'panic',
  'deadlock',
  'lost-wakeup',
  'livelock',
  'step-limit',
  'use-after-free',
  'double-free',
  'uninitialised-read',
  'null-dereference',
  'leak',
  'lock-misuse',
  'token-misuse',
  'scenario-misuse',
  'nondeterminism',
  'data-race',
  'nothing-concurrent',
] as const;

export type Verdict = (typeof VERDICTS)[number];

/** What went wrong in one run: recorded before anything is thrown, so that no `catch` can hide it. */
export interface Failure {
  readonly verdict: Verdict;
  readonly message: string;
  /** Path of the strand at fault, or null where the run as a whole is (a deadlock, a leak). */
  readonly strand: string | null;
  /**
   * Raw stack at the moment of failure, from which the report takes the source line; null if there is none.
   */
  readonly stack: string | null;
  /** Names the place independent of values: two runs fail "at the same place" when this is equal. */
  readonly place: string;
  /** Lines that go under the message: the wait-for cycle, allocation and free sites. */
  readonly details: readonly string[];
}

/**
 * What `Execution.fail` takes besides verdict and message; what is missing is filled in from the running
 * strand.
 */
export type FailureParticulars = Partial<Omit<Failure, 'verdict' | 'message'>>;

/** Thrown into a scenario after its failure was recorded, to leave its code; never a result by itself. */
export class RunStopped extends Error {
  constructor() {
    super('smplab: the run has ended (its failure is recorded; this exception only leaves the code)');
    this.name = 'RunStopped';
  }
}

/** True for the verdicts that make `smplab` exit with status 1. */
export function isFinding(verdict: Verdict): boolean {
  return verdict !== 'none' && verdict !== 'proved';
}
