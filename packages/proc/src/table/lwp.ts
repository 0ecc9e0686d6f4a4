/**
 * Owns the layout of `struct lwp` (sys/sys/proc.h): a light-weight process, that is a thread of a process,
 * with its trap frame. Guards: l = lwp_token, p = p_token of its process, a = atomic, o = its own thread only
 * (others may look while it is stopped), c = constant.
 */
import { array, atomic, flags, guardedBy, int32, listEntry, nested, pointer, struct } from '@smplab/kmem';
import { Token } from '@smplab/token';

/** lwp_stat. */
export const LSRUN = 1;
export const LSSTOP = 2;
export const LSSLEEP = 3;

/** lwp_flags (l). */
export const LWP_SINTR = 0x0000008;
export const LWP_SELECT = 0x0000010;
export const LWP_OLDMASK = 0x0000200;
export const LWP_ALTSTACK = 0x0000001;
export const LWP_SELECTED = 0x0000020;

/** lwp_mpflags (a): what the user boundary has to look at. */
export const LWP_MP_WEXIT = 0x0000002;
export const LWP_MP_WSTOP = 0x0000004;
export const LWP_MP_VNLRU = 0x0000008;
export const LWP_MP_URET = 0x0000010;
/** A signal may be deliverable (RQF_AST_SIGNAL of the seed's tree). */
export const LWP_MP_SIGNAL = 0x0000020;
/** One user operation, then SIGTRAP. */
export const LWP_MP_STEP = 0x0000040;

/** Registers of a trap frame: sixteen words of the text machine, the last of them the program counter. */
export const TRAPFRAME_WORDS = 16;
export const TF_PC = 15;
export const TF_SP = 14;
/** Generator images: the entry that runs, and its argument. */
export const TF_ENTRY = 0;
export const TF_ARG = 1;

export const Lwp = struct('lwp', {
  lwp_proc: pointer('proc'),
  lwp_thread: pointer('thread'),
  lwp_tid: int32,
  /** Hold count: LWPHOLD, LWPRELE. */
  lwp_lock: atomic(int32),
  lwp_stat: guardedBy('lwp_token', int32),
  lwp_flags: guardedBy('lwp_token', flags({ ALTSTACK: 1, SINTR: 8, SELECT: 16, SELECTED: 32, OLDMASK: 512 })),
  lwp_mpflags: atomic(flags({ WEXIT: 2, WSTOP: 4, VNLRU: 8, URET: 16, SIGNAL: 32, STEP: 64 })),
  lwp_token: nested(Token),
  lwp_list: guardedBy('p_token', listEntry('lwp')),

  lwp_siglist: atomic(int32),
  /** Changed by its own thread only; others look with `k.peek`. */
  lwp_sigmask: int32,
  lwp_oldsigmask: int32,
  lwp_sig: int32,

  /** CPUs it may be placed on at fork and exec. */
  lwp_cpumask: array(int32, 2),
  /** User operations and system calls so far. */
  lwp_ticks: int32,
  lwp_nsyscall: int32,
  lwp_nvcsw: int32,
  lwp_nivcsw: int32,
  lwp_slptime: int32,

  lwp_trapframe: array(int32, TRAPFRAME_WORDS),
  /** What ptrace has read for this lwp. */
  lwp_datum: int32,
});

/** Word offsets. */
export const L = Lwp.offsets;
