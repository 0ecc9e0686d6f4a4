/**
 * Owns the layout of the process table: the hash buckets (procglob, seed lines 112-117), the stamps that keep
 * pids from being used again too soon (pid_doms), and what the table has once. Found through the symbol
 * `proc_globals`; laid out while the machine boots.
 *
 *     proc_globals --g_procglob--> procglob[0] procglob[1] ... procglob[hsize - 1]
 *                  --g_pid_doms--> one word for each domain: low byte of the second of the last reap
 */
import { atomic, guardedBy, int32, listHead, nested, pointer, relaxed, struct } from '@smplab/kmem';
import { Lock, Spinlock } from '@smplab/lwkt';
import { Token } from '@smplab/token';

export const Procglob = struct('procglob', {
  proc_token: nested(Token),
  allproc: guardedBy('proc_token', listHead('proc')),
  allpgrp: guardedBy('proc_token', listHead('pgrp')),
  allsess: guardedBy('proc_token', listHead('session')),
});

/** Word offsets. */
export const PRG = Procglob.offsets;

export const ProcGlobals = struct('proc_globals', {
  g_procglob: pointer('procglob'),
  g_hsize: int32,
  g_pid_doms: pointer('pid_doms'),
  g_domains: int32,
  /** nextpid: a heuristic, allowed to race. */
  g_nextpid: atomic(int32),
  g_nprocs: atomic(int32),
  g_maxproc: relaxed(int32),
  g_maxprocperuid: relaxed(int32),
  g_randompid: relaxed(int32),
  g_random: atomic(int32),
  g_pid_domain_skips: relaxed(int32),
  g_pid_inner_skips: relaxed(int32),
  g_ps_showallprocs: relaxed(int32),
  g_ps_showallthreads: relaxed(int32),
  g_ps_argsopen: relaxed(int32),
  g_ps_arg_cache_limit: relaxed(int32),
  g_forkid: atomic(int32),
  g_proc0: pointer('proc'),
  g_initproc: pointer('proc'),
  g_prison0: pointer('prison'),
  g_prisons: guardedBy('prison spin', listHead('prison')),
  g_prison_spin: nested(Spinlock),
  g_lastprid: relaxed(int32),
  /** uidinfo hash: uihashinit. */
  g_uihash: pointer('uihash'),
  g_uihash_spin: nested(Spinlock),
  /** Name cache: what lookup finds, and the root. */
  g_nchroot: pointer('nchandle'),
  g_ttys: pointer('tty'),
  g_ntty: int32,
  g_console: pointer('tty'),
  /** Hook lists: fork, exec, exit, and the lock publishers share. */
  g_hooks: pointer('hooklist'),
  g_hook_lock: nested(Lock),
  /** Where fork places the next child. */
  g_rover: atomic(int32),
  /** Processes made since boot. */
  g_forks: atomic(int32),
  /** Live objects by kind, for quiescence and the invariants. */
  g_npgrps: atomic(int32),
  g_nsessions: atomic(int32),
  /** How kern.proc walks kernel threads: 0 by messages, 1 moving from CPU to CPU as the seed does. */
  g_ps_migrates: relaxed(int32),
  /** Threads a message of that walk brings back at most; 0 for the most there is room for. */
  g_ps_batch: relaxed(int32),
  /** Serial of the next process: a scan leaves out what is younger than itself. */
  g_procserial: atomic(int32),
  /** What a file system puts its functions into (file/vnode-hooks.ts). */
  g_vnode_hooks: pointer('vnode_hooks'),
  /** Operations of files without a file system (file/file-ops.ts). */
  g_pathops: pointer('fileops'),
  /** Interval timers: processes by deadline, and the thread that sends SIGALRM, made at first use. */
  g_alarms: guardedBy('alarm_token', listHead('proc')),
  g_alarm_token: nested(Token),
  g_itimerd: atomic(int32),
  /** When the first program ends, init kills what is left: the machine halts with it (init.ts). */
  g_halts_with_first: int32,
  /** What wait4 gave of the first program; -1 as long as it has not been reaped. Written by init. */
  g_first_status: relaxed(int32),
  /** Second of 1970 at which the machine was booted: what turns ticks into dates. Written while it boots. */
  g_boottime: relaxed(int32),
});

/** Word offsets. */
export const G = ProcGlobals.offsets;

/**
 * Kernel constants of the seed (lines 62-82). Sizes that are machine options are in the limits: what a
 * machine has is g_hsize (allproc_hsize), with g_hsize - 1 for ALLPROC_HMASK.
 */
export const ALLPROC_HSIZE = 256;
export const PIDDOM_COUNT = 10;
export const PIDDOM_DELAY = 10;
export const PIDDOM_SCALE = 10;
export const PID_MAX = 999_999;

/** PIDSEL_DOMAINS (seed lines 78-79): a multiple of the hash size. */
export function pidselDomains(pidMax: number, hsize: number): number {
  return Math.max(hsize, Math.floor(Math.floor((pidMax * PIDDOM_SCALE) / PIDDOM_COUNT) / hsize) * hsize);
}
