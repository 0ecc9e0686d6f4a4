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
/** ttyunhold(k, tp), with tty_token held: tty/. */
export const FN_TTYUNHOLD = functionNumber('proc_ttyunhold');
/** allocvnode_gc(k): what lwpuserret calls for LWP_MP_VNLRU; file/. */
export const FN_ALLOCVNODE_GC = functionNumber('proc_allocvnode_gc');
/** sysctl_kthread_batch_remote(k, block), run on each CPU in turn: sysctl/. */
export const FN_KTHREAD_BATCH = functionNumber('sysctl_kthread_batch_remote');
/**
 * The terminal's operations, tty/: open(k, fp, dev, flags) sets f_data (dev: t_dev, or DEV_CTTY for the
 * controlling one); read and write(k, fp, uio); ioctl(k, fp, cmd, block); close(k, fp). Each gives an errno.
 */
export const FN_TTY_OPEN = functionNumber('tty_open');
export const FN_TTY_READ = functionNumber('tty_read');
export const FN_TTY_WRITE = functionNumber('tty_write');
export const FN_TTY_IOCTL = functionNumber('tty_ioctl');
export const FN_TTY_CLOSE = functionNumber('tty_close');
/** lwp_signotify_remote(k, lp, 0), a message with a hold of the lwp; itimerd(k), a thread: signal/. */
export const FN_LWP_SIGNOTIFY = functionNumber('lwp_signotify_remote');
export const FN_ITIMERD = functionNumber('itimerd');
/** stopevent(k, p, event, value): procfs; called only where p_stops asks for the event. */
export const FN_STOPEVENT = functionNumber('proc_stopevent');
/** proc_reparent(k, child, parent): life/. */
export const FN_PROC_REPARENT = functionNumber('proc_reparent');
/**
 * Words of another process that is held, by byte address: proc_readword(k, p, address, to) puts it into the
 * word `to`, proc_writeword(k, p, address, value) writes text as well; each gives an errno. life/.
 */
export const FN_PROC_READWORD = functionNumber('proc_readword');
export const FN_PROC_WRITEWORD = functionNumber('proc_writeword');
