/**
 * The public surface of @smplab/token. Everything else is private to the package.
 */
export * from './layout.ts';
export { GRANTED, NO_EDGE, REFUSED, REQUESTED, compile, deltaOf, nextOf, outcomeOf } from './compile.ts';
export type { CompiledMachine, Numbering } from './compile.ts';
export { tokenMachine, tokenStates } from './machine.ts';
export type { TokenEvent, TokenState } from './machine.ts';
export { tokenSetMachine, tokenSetStates } from './set-machine.ts';
export type { TokenSetEvent, TokenSetState } from './set-machine.ts';
export * from './table.ts';
export { initTokref, release, swap, tryAcquireExclusive, tryAcquireShared } from './word-token.ts';
