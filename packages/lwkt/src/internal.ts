/**
 * Owns the numbers of the kernel's own registered functions, so that files may call each other across CPUs,
 * and in circles, by number, as messages do. What stands behind a number is in kernel-functions.ts.
 */
import { functionNumber } from './registry.ts';

export const FN_PROCESS_IPIQ = functionNumber('lwkt_process_ipiq');
export const FN_INTERRUPTS = functionNumber('lwkt_interrupts');
export const FN_SCHEDULE = functionNumber('lwkt_schedule_remote');
export const FN_DESCHEDULE = functionNumber('lwkt_deschedule_remote');
export const FN_CREATE = functionNumber('lwkt_init_thread_remote');
export const FN_SETCPU = functionNumber('lwkt_setcpu_remote');
export const FN_WAKEUP = functionNumber('lwkt_wakeup_remote');
export const FN_WAKEUP_ALL = functionNumber('lwkt_wakeup');
export const FN_SOFTCLOCK = functionNumber('lwkt_softclock');
export const FN_HOLDER = functionNumber('lwkt_holder');
export const FN_IDLE = functionNumber('lwkt_idle');
export const FN_CPUSYNC_REMOTE1 = functionNumber('lwkt_cpusync_remote1');
export const FN_CPUSYNC_REMOTE2 = functionNumber('lwkt_cpusync_remote2');
