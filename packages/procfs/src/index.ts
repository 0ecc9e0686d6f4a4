/**
 * The public surface of @smplab/procfs. Everything else is private to the package.
 */
export { PROCFS_FIX_SWITCHES, type ProcfsAsSeed, type ProcfsFixId } from './history.ts';
export { NODE_TABLES, type NodeNeed, type NodeRow, rowOf, rowsIn } from './node/node-table.ts';
export { PFS, PFSLAST, type PfsType, pfsTypeName } from './node/node-types.ts';
export { fileSystemImage } from './system-image.ts';
