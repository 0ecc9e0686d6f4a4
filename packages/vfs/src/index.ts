/**
 * The public surface of @smplab/vfs. Everything else is private to the package.
 */
export { VFS_FIX_SWITCHES, type VfsAsSeed, type VfsFixId } from './history.ts';
