/**
 * The public surface of @smplab/procfs. Everything else is private to the package.
 */
export { type ExportCounts, SnapshotExport } from './export/export-snapshot.ts';
export { PROCFS_FIX_SWITCHES, type ProcfsAsSeed, type ProcfsFixId } from './history.ts';
export { NODE_TABLES, type NodeNeed, type NodeRow, rowOf, rowsIn } from './node/node-table.ts';
export { PFS, PFSLAST, type PfsType, pfsTypeName } from './node/node-types.ts';
export { visibilityProblems } from './oracle/visibility.ts';
export { fileSystemImage } from './system-image.ts';
export {
  type ProcfsPrograms,
  procfsScenario,
  type ProcfsScenarioOptions,
  type ProcfsUserEntry,
} from './procfs-scenario.ts';
export { type ProcfsOptions, registerProcfs } from './procfs-subsystem.ts';
export type { ProcfsUser } from './procfs-user.ts';
