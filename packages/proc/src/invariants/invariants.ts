/**
 * Owns the invariants of the process table (reference/dragonfly.md, section 4), as one judgement of kernel
 * memory: no context, no steps, nothing is changed. For subsystems between two steps (`quiescent: false`) and
 * after a run, for the host when a machine has stopped, and for dumps.
 *
 *     I1 I2 I4  token words and references       token-invariants.ts
 *     I3        given back at the boundary       syscall-balance.ts (by the thread, at each system call)
 *     I5        lists and ids                    list-invariants.ts
 *     I6        holds                            hold-invariants.ts
 *     I7        freed memory                     the allocator and the explorer, at every access
 *     I8        sleepers                         sleep-invariants.ts; progress itself is the explorer's
 *     I9        progress                         the explorer: deadlock, lost wakeup, livelock, step limit
 *     I10       references                       reference-invariants.ts
 *     I11       counts                           count-invariants.ts
 *     I12       atomicity breaks                 the log of lwkt, and `failOnAtomicityBreak`
 *
 * Quiescent: no thread is inside the kernel, though it may sleep there; processes may be left. Otherwise what
 * somebody holds the token of is not judged, and counts of references and holds have a lower bound only.
 */
import type { Kernel } from '@smplab/lwkt';
import { Census } from './census.ts';
import { checkCounts } from './count-invariants.ts';
import { checkHolds } from './hold-invariants.ts';
import { checkLists } from './list-invariants.ts';
import { checkReferences } from './reference-invariants.ts';
import { checkSleepers } from './sleep-invariants.ts';
import { checkTokens } from './token-invariants.ts';

export interface InvariantOptions {
  /** No thread is inside the kernel but those that sleep there. */
  readonly quiescent: boolean;
}

const CHECKS = [checkTokens, checkHolds, checkReferences, checkCounts, checkSleepers] as const;

/** What does not hold, a line each: the invariant, of which process, field, expected, found. */
export function checkInvariants(kernel: Kernel, { quiescent }: InvariantOptions): string[] {
  const census = new Census(kernel, quiescent);
  checkLists(census);
  const { lines } = census.report;
  // What is reached over a broken list says nothing.
  if (lines.length === 0) for (const check of CHECKS) check(census);
  return lines;
}
