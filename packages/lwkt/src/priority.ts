/**
 * Owns the priorities of LWKT threads (sys/sys/thread.h): a larger number runs first. Pure data.
 */
export const TDPRI_IDLE_THREAD = 0;
export const TDPRI_USER_IDLE = 4;
export const TDPRI_USER_NORM = 6;
export const TDPRI_USER_REAL = 8;
/** For comparisons only: threads below it run user code. */
export const TDPRI_KERN_LPSCHED = 9;
export const TDPRI_KERN_USER = 10;
export const TDPRI_KERN_DAEMON = 12;
export const TDPRI_SOFT_NORM = 14;
export const TDPRI_SOFT_TIMER = 16;
export const TDPRI_INT_SUPPORT = 20;
/** From here on a thread that becomes runnable preempts the running one if it may. */
export const TDPRI_INT_LOW = 27;
export const TDPRI_INT_MED = 28;
export const TDPRI_INT_HIGH = 29;
export const TDPRI_MAX = 31;
