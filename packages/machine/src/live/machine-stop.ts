/** Owns the exception by which kernel code on a live CPU stops the machine. */
import type { Verdict } from '@smplab/explore';

/** Kernel code found something wrong: a panic, an assertion, a misuse. */
export class MachineStop extends Error {
  constructor(
    readonly verdict: Verdict,
    message: string,
  ) {
    super(message);
    this.name = 'MachineStop';
  }
}
