/**
 * Owns the numbers of registered functions of the process table, so that files may call each other in
 * circles, and across CPUs, by number. What stands behind a number is in registered.ts.
 */
import { functionNumber } from '@smplab/lwkt';

/** Runs the program of the current lwp: the body of every lwp's thread (user/lwp-start.ts). */
export const FN_LWP_START = functionNumber('lwp_start');
/** exit1(k, status), lwp_exit(k, masterexit): life/. */
export const FN_EXIT1 = functionNumber('proc_exit1');
export const FN_LWP_EXIT = functionNumber('proc_lwp_exit');
/** ksignal(k, p, sig): signal/. */
export const FN_KSIGNAL = functionNumber('proc_ksignal');
/** funsetownlst(k, head): tty/. */
export const FN_FUNSETOWNLST = functionNumber('proc_funsetownlst');
