/**
 * The public surface of @smplab/vfs. Everything else is private to the package.
 */
export { VFS_FIX_SWITCHES, type VfsAsSeed, type VfsFixId } from './history.ts';

// ---- descriptors
// ---------------------------------------------------------------------------------------------------
export type { DescriptorOptions } from './file/descriptor-globals.ts';
export { descriptorScenario, type DescriptorScenarioOptions, pairOf } from './file/descriptor-scenario.ts';
export type { PairResult } from './file/pair.ts';
export { FIONREAD, FIONSPACE, FIONWRITE, PIPE_BUF } from './file/pipe-layout.ts';
export { bootPipes, O_NOSIGPIPE, registerPipes, sys_pipe2 } from './file/pipe.ts';
