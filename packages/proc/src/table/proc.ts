/**
 * Owns the layout of `struct proc` (sys/sys/proc.h) and the flags of a process. Each field says what guards
 * it: p = p_token, b = the proc_token of its hash bucket, pg = pg_token of its group, pp = p_token of its
 * parent, s = p_spin, a = atomic, c = constant from creation until the process is freed, * = see the field.
 *
 *     procglob bucket --allproc--> proc --p_list--> proc ...      (zombies stay on the list until reaped)
 *     parent --p_children--> proc --p_sibling--> proc ...
 *     pgrp --pg_members--> proc --p_pglist--> proc ...
 *     proc --p_lwp_tree--> lwp --lwp_list--> lwp ...              (in order of lwp_tid)
 */
import {
  atomic,
  cstring,
  flags,
  guardedBy,
  int32,
  listEntry,
  listHead,
  nested,
  pointer,
  relaxed,
  struct,
} from '@smplab/kmem';
import { Spinlock } from '@smplab/lwkt';
import { Token } from '@smplab/token';

/** p_stat. */
export const SIDL = 1;
export const SACTIVE = 2;
export const SSTOP = 3;
export const SZOMB = 4;
export const SCORE = 5;

/** p_flags: changed with atomic operations, decided upon under p_token. */
export const P_CONTROLT = 0x00002;
export const P_SWAPPEDOUT = 0x00004;
export const P_SYNCEXEC = 0x00008;
export const P_PPWAIT = 0x00010;
export const P_SIGVFORK = 0x00080;
export const P_SUGID = 0x00100;
export const P_SYSTEM = 0x00200;
export const P_TRACED = 0x00800;
export const P_WAITED = 0x01000;
export const P_WEXIT = 0x02000;
/** It has called exec: its parent's setpgid answers EACCES. */
export const P_EXEC = 0x04000;
export const P_NOCLDSTOP = 0x08000;
export const P_NOCLDWAIT = 0x10000;
/** Inside exec: its address space is being replaced. */
export const P_INEXEC = 0x100000;
export const P_POSTEXIT = 0x200000;
export const P_CONTINUED = 0x400000;
export const P_JAILED = 0x1000000;
/** A zombie whose parent has it; of this kernel alone. */
export const P_REAPED = 0x2000000;

/** p_lock: hold count and two bits (seed lines 249-251). */
export const PLOCK_ZOMB = 0x20000000;
export const PLOCK_WAITING = 0x40000000;
export const PLOCK_MASK = 0x1fffffff;

export const PROC_FLAGS = {
  CONTROLT: P_CONTROLT,
  SWAPPEDOUT: P_SWAPPEDOUT,
  SYNCEXEC: P_SYNCEXEC,
  PPWAIT: P_PPWAIT,
  SIGVFORK: P_SIGVFORK,
  SUGID: P_SUGID,
  SYSTEM: P_SYSTEM,
  TRACED: P_TRACED,
  WAITED: P_WAITED,
  WEXIT: P_WEXIT,
  EXEC: P_EXEC,
  NOCLDSTOP: P_NOCLDSTOP,
  NOCLDWAIT: P_NOCLDWAIT,
  INEXEC: P_INEXEC,
  POSTEXIT: P_POSTEXIT,
  CONTINUED: P_CONTINUED,
  JAILED: P_JAILED,
  REAPED: P_REAPED,
} as const;

/** MAXCOMLEN + 1. */
export const COMM_BYTES = 20;
/** Longest login name, with its NUL. */
export const LOGIN_BYTES = 20;

export const Proc = struct('proc', {
  /** First, so that the process and its hold count are two idents to sleep on. */
  p_pid: int32,
  /** Hold count with its bits: phold, prele, pstall. */
  p_lock: atomic(int32),
  /** Written under p and, for SZOMB, under b as well; looked at with `k.peek` by scans that hold b. */
  p_stat: guardedBy('p_token', int32),
  p_flags: atomic(flags(PROC_FLAGS)),
  p_list: guardedBy('proc_token', listEntry('proc')),
  p_token: nested(Token),
  p_spin: nested(Spinlock),

  p_pptr: guardedBy('p_token', pointer('proc')),
  p_sibling: guardedBy('parent p_token', listEntry('proc')),
  p_children: guardedBy('p_token', listHead('proc')),
  p_pgrp: guardedBy('p_token', pointer('pgrp')),
  p_pglist: guardedBy('pg_token', listEntry('proc')),

  p_lwp_tree: guardedBy('p_token', listHead('lwp')),
  p_nthreads: atomic(int32),
  p_nstopped: guardedBy('p_token', int32),
  p_lasttid: guardedBy('p_token', int32),

  /** Replaced under p_token and p_spin; read under either, with a reference taken before both are left. */
  p_ucred: guardedBy('p_token', pointer('ucred')),
  p_fd: guardedBy('p_token', pointer('filedesc')),
  p_limit: guardedBy('p_token', pointer('plimit')),
  p_vmspace: guardedBy('p_token', pointer('vmspace')),
  /** Title for ps, or NULL; replaced by setproctitle. */
  p_args: guardedBy('p_token', pointer('pargs')),
  /** Arguments and environment of the last exec, shared by forks, never changed. */
  p_strings: guardedBy('p_token', pointer('pargs')),
  p_sigacts: guardedBy('p_token', pointer('sigacts')),
  /** The text: an object of the name cache, held. */
  p_textnch: guardedBy('p_token', pointer('nchandle')),
  /** Number of the image and of the entry it was started at (user/image.ts). */
  p_image: guardedBy('p_token', int32),
  p_upmap: guardedBy('p_token', pointer('upmap')),
  p_reaper: guardedBy('p_token', pointer('sysreap')),
  p_sigiolst: guardedBy('p_token', listHead('sigio')),

  /** Signals for the process, for any of its lwps to take. */
  p_siglist: atomic(int32),
  p_xstat: guardedBy('p_token', int32),
  /** Signal to send to the parent at exit. */
  p_sigparent: guardedBy('p_token', int32),
  /** Events for kern_wait: bit 31 a waiter, below it a generation. */
  p_waitgen: atomic(int32),
  /** Parent before a tracer took it over, 0 for none. */
  p_oppid: guardedBy('p_token', int32),
  p_forkid: int32,
  /** Ticks at fork. */
  p_start: int32,
  p_acflag: atomic(int32),
  p_nice: guardedBy('p_token', int32),

  /** Stop events of procfs: mask, value, wanted, under p_spin. */
  p_stops: relaxed(int32),
  p_stype: relaxed(int32),
  p_step: relaxed(int32),
  p_pfsflags: relaxed(int32),
  p_xsig: guardedBy('p_token', int32),

  /** Interval timer: deadline and interval in ticks. */
  p_alarm: guardedBy('p_token', int32),
  p_interval: guardedBy('p_token', int32),
  /** System calls and switches of it and of its children that were waited for. */
  p_cru_utime: guardedBy('p_token', int32),
  p_cru_nvcsw: guardedBy('p_token', int32),

  p_comm: guardedBy('p_token', cstring(COMM_BYTES)),

  /** Lwps that have left and are not reaped yet. */
  p_deadlwps: guardedBy('p_token', listHead('lwp')),
  /** System calls and switches of the lwps that have left. */
  p_utime: guardedBy('p_token', int32),
  p_nvcsw: guardedBy('p_token', int32),
  /** Ticks of the lwps that have left, and of the children that were waited for, user and system. */
  p_uticks: guardedBy('p_token', int32),
  p_sticks: guardedBy('p_token', int32),
  p_cuticks: guardedBy('p_token', int32),
  p_csticks: guardedBy('p_token', int32),
  /** Group whose pg_jobc counts this process: its own, or NULL; JOBC_OUT once it exits (job-control.ts). */
  p_jobcpg: guardedBy('p_token', int32),
  /** Counts processes as they are entered into the table; constant from then on. */
  p_serial: int32,
  /** Exec and exit exclude looks from outside (reflock.ts). */
  p_reflock: atomic(int32),
  /** Processes with an interval timer, by deadline; p_alarm and p_interval change under this token too. */
  p_alarmq: guardedBy('alarm_token', listEntry('proc')),
});

/** Word offsets. */
export const P = Proc.offsets;

/** Kernel address of a process. */
export type ProcPointer = number;
