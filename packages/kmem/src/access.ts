/**
 * Access classes of shared words and the observer that sees accesses. Owns nothing; the observer and the
 * current CPU are carried by a `Memory`, which each thread has for itself.
 *
 *   class    who may touch it                                  how            observer
 *   owned    one CPU only, another is a panic                  plain word     told
 *   plain    whoever holds the guarding token or lock          plain word     told, race-checked there
 *   relaxed  anyone, racy on purpose, no ordering              Atomics        told
 *   atomic   anyone, acquire and release                       Atomics        told
 */
import { KernelPanic } from './kmem-error.ts';

/** The access classes as numbers, as an `AccessObserver` gets them. */
export const AccessClass = { owned: 0, plain: 1, relaxed: 2, atomic: 3 } as const;

/** The name of an access class, as struct declarations spell it. */
export type AccessClassName = keyof typeof AccessClass;

/** The number of an access class. */
export type AccessClassNumber = (typeof AccessClass)[AccessClassName];

/** What an access does to its word, as a number. */
export const AccessKind = { read: 1, write: 2, readModifyWrite: 3 } as const;

/** The number of an access kind. */
export type AccessKindNumber = (typeof AccessKind)[keyof typeof AccessKind];

/**
 * Sees every access made through views, lists and BSD atomics of one `Memory`, just before it happens. It may
 * throw to forbid the access. Direct uses of `memory.words` are not seen.
 */
export interface AccessObserver {
  onAccess(kind: AccessKindNumber, wordIndex: number, accessClass: AccessClassNumber): void;
}

/** The current CPU outside any CPU (boot, debugger, test): ownership is then not checked. */
export const NO_CPU = -1;

/** Panics: a word owned by one CPU was touched on another. */
export function panicNotOwner(wordIndex: number, ownerCpu: number, currentCpu: number, what: string): never {
  throw new KernelPanic(
    `owned word touched by another cpu: ${what} (word ${wordIndex}) ` +
      `owner cpu${ownerCpu}, current cpu${currentCpu}`,
  );
}
