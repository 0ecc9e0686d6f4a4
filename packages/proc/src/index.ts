/**
 * The public surface of @smplab/proc. Everything else is private to the package.
 */
export * from './errno.ts';
export { PROC_FIX_SWITCHES, type ProcAsSeed, type ProcFixId } from './history.ts';
export { ProcessScenario, processScenario, type ProcessScenarioOptions } from './process-scenario.ts';
export type { GeneratorImage, Programs, UserEntry } from './user/image.ts';
export { User } from './user/user.ts';
export type { Waited } from './user/user-process.ts';
