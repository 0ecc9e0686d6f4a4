/**
 * Owns the node that procfs has in the sysctl tree (SYSCTL_SETUP, seed 000 lines 616-630). Constant data, the
 * same in every realm, there whether the module is loaded or not (CTLFLAG_PERMANENT).
 */
import { kern } from '@smplab/proc';

/** Top-level number of file systems, and that of procfs: its place in the list of sys/mount.h. */
const CTL_VFS = 3;
const VFS_PROCFS = 12;

export const SYSCTL_VFS = kern.sysctlNode(CTL_VFS, 'vfs', kern.CTLFLAG_RW, 'File system', [
  kern.sysctlNode(VFS_PROCFS, 'procfs', kern.CTLFLAG_RD, 'Process file system', []),
]);
