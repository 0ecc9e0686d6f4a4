/**
 * Owns the public face of the package.
 */
export { checkTrace, type TraceProblem } from './check-trace.ts';
export * from './event.ts';
export { toPerfetto } from './perfetto/perfetto.ts';
