/**
 * The public surface of @smplab/proc. Everything else is private to the package.
 */
export * from './errno.ts';
export { PROC_FIX_SWITCHES, type ProcAsSeed, type ProcFixId } from './history.ts';
