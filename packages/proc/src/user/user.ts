/**
 * Owns `u`: what a program gets (contracts.md, section 3). System calls under their BSD names, memory of its
 * own, and assertions. What fork copies, exec replaces and others may look at is kernel memory (`load`,
 * `store`, files, signals); variables of JavaScript are lost at fork and exec. Runs in the thread of the lwp.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { UserMemory } from './user-memory.ts';

/** Makes `u` for an lwp: a package above may have a class of its own. */
export type MakeUser = (k: Context, lp: number) => User;

export class User extends UserMemory {
  /** What comes before the first operation of a new lwp, or of a new image. */
  enter(): Steps {
    return this.boundary();
  }
}
