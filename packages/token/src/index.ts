/**
 * The public surface of @smplab/token. Everything else is private to the package.
 */
export * from './layout.ts';
export { GRANTED, NO_EDGE, REFUSED, REQUESTED, compile, deltaOf, nextOf, outcomeOf } from './compile.ts';
export type { CompiledMachine, Numbering } from './compile.ts';
export { diagramOf } from './diagram.ts';
export { GlobalTokens, globalTokenNames } from './global-tokens.ts';
export type { GlobalTokenName, TokenCollisions } from './global-tokens.ts';
export { tokenMachine, tokenStates } from './machine.ts';
export type { TokenEvent, TokenState } from './machine.ts';
export { TokenMirror } from './mirror.ts';
export type { TokenMirrorOptions } from './mirror.ts';
export { LWKT_NUM_POOL_TOKENS, PoolToken, TokenPool, poolIndex, poolIndexTwoPrimes } from './pool.ts';
export type { PoolHash, TokenPoolOptions } from './pool.ts';
export { tokenSetMachine, tokenSetStates } from './set-machine.ts';
export type { TokenSetEvent, TokenSetState } from './set-machine.ts';
export * from './table.ts';
export { acquireAll, releaseAll, tryAcquire } from './token-stack.ts';
export { initTokref, release, swap, tryAcquireExclusive, tryAcquireShared } from './word-token.ts';
