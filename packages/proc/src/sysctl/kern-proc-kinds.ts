/** Owns the subtypes of kern.proc (KERN_PROC_* of sys/sys/sysctl.h). Pure data. */
export const KERN_PROC_ALL = 0;
export const KERN_PROC_PID = 1;
export const KERN_PROC_PGRP = 2;
/** 3, KERN_PROC_SESSION, is not implemented, in the seed neither. */
export const KERN_PROC_TTY = 4;
export const KERN_PROC_UID = 5;
export const KERN_PROC_RUID = 6;
export const KERN_PROC_ARGS = 7;
export const KERN_PROC_CWD = 8;
export const KERN_PROC_PATHNAME = 9;
/** A record for each lwp, added to one of the above. */
export const KERN_PROC_FLAG_LWP = 0x10;
export const KERN_PROC_FLAGMASK = 0x10;
