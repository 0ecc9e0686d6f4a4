/**
 * Owns what rfork(2) can be asked for (sys/sys/unistd.h), with the values of DragonFly. Pure data.
 */

/** Copy the descriptor table. */
export const RFFDG = 1 << 2;
/** Make a process; without it the caller itself is changed. */
export const RFPROC = 1 << 4;
/** Share the address space. */
export const RFMEM = 1 << 5;
/** The child belongs to the reaper, not to the caller. */
export const RFNOWAIT = 1 << 6;
/** Start with an empty descriptor table. */
export const RFCFDG = 1 << 12;
/** Share the signal actions. */
export const RFSIGSHARE = 1 << 14;
/** Keep signals to the group away until the child is a member. */
export const RFPGLOCK = 1 << 30;
/** The caller waits until the child executes an image or exits. */
export const RFPPWAIT = 1 << 31;

/** Not for rfork(2). */
export const RFKERNELONLY = RFPGLOCK | RFPPWAIT;
