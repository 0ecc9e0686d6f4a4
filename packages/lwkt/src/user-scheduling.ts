/**
 * Owns the place of a user scheduler: who decides which threads may run user code, above the run queues of
 * the CPUs, which know threads only (struct usched of DragonFly: acquire_curproc, release_curproc). A machine
 * without one runs whoever is on the run queue. Types only.
 */
import type { Context } from './context.ts';
import type { Steps } from './registry.ts';

export interface UserScheduling {
  /** Whether the current thread may go on in user mode, here and now. */
  mayRun(k: Context): boolean;
  /** Returns when it may; on another CPU, perhaps. */
  acquire(k: Context): Steps;
  /** It is about to sleep: somebody else may run user code here. */
  release(k: Context): Steps;
  /** It has ended. */
  exit(k: Context): Steps;
}
