/**
 * Owns the malloc types of procfs (MALLOC_DEFINE of procfs_vfsops.c and procfs_subr.c). Pure data.
 */
export const M_PFSNODE = 'pfsnode';
export const M_PFSMOUNT = 'pfsmount';
export const M_PFSHASH = 'pfshash';
export const M_PFSREGS = 'pfsregs';
