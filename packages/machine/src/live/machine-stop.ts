/** Owns the exception by which kernel code on a live CPU stops the machine. */
import type { Verdict } from '@smplab/explore';

/** What a stop says besides verdict and message. */
interface StopParticulars {
  /** More lines for the reader. */
  readonly details?: readonly string[];
  /** Null when the thread that runs is not to blame; default: it is. */
  readonly thread?: null;
}

/** Kernel code found something wrong: a panic, an assertion, a misuse. */
export class MachineStop extends Error {
  readonly details: readonly string[];
  /** The thread that runs is to blame. */
  readonly hasCulprit: boolean;

  constructor(
    readonly verdict: Verdict,
    message: string,
    { details = [], thread }: StopParticulars = {},
  ) {
    super(message);
    this.name = 'MachineStop';
    this.details = details;
    this.hasCulprit = thread !== null;
  }
}
