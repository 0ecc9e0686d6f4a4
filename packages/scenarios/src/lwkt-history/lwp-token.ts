/**
 * Owns giving a kernel thread the token of an lwp: tsleep and its timeout take it, as they do for the
 * threads of processes. Runs in the thread itself, before it sleeps.
 */
import { TD } from '@smplab/lwkt';
import type { KernelApi } from '@smplab/machine';

/** From here on sleeps of the current thread, and their timeouts, take the token. */
export function sleepWithToken(k: KernelApi, token: number): void {
  k.context.words[k.curthread + TD.td_token] = token;
}
