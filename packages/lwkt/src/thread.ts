/**
 * Owns the layout of `struct thread` (sys/sys/thread.h) and its flags. A thread belongs to the CPU td_gd,
 * which alone touches its queues and td_flags; td_mpflags and td_refs are changed by anyone, atomically.
 *
 *     td_toks_array:  [ tokref 0 | tokref 1 | ... | tokref 31 ]
 *                      ^ base      ^ td_toks_have  ^ td_toks_stop
 *                                    (one past the last owned ref while an acquire waits, else 0)
 */
import {
  array,
  atomic,
  cstring,
  flags,
  int32,
  nested,
  owned,
  pointer,
  relaxed,
  struct,
  tailqEntry,
} from '@smplab/kmem';
import { LWKT_MAXTOKENS, Tokref } from '@smplab/token';

/** td_flags: owned by the CPU of the thread, except that RUNNING and EXITING are looked at by others. */
export const TDF_RUNNING = 0x0001;
export const TDF_RUNQ = 0x0002;
export const TDF_PREEMPT_LOCK = 0x0004;
export const TDF_PREEMPT_DONE = 0x0008;
export const TDF_NOSTART = 0x0010;
export const TDF_MIGRATING = 0x0020;
export const TDF_SINTR = 0x0040;
export const TDF_TSLEEPQ = 0x0080;
export const TDF_TSLEEP_DESCHEDULED = 0x0100;
export const TDF_BLOCKQ = 0x0200;
export const TDF_TIMEOUT = 0x0400;
export const TDF_TIMEOUT_RUNNING = 0x0800;
export const TDF_EXITING = 0x1000;
/** An entry of a scan, not a thread: every walk of gd_tdallq skips it. */
export const TDF_MARKER = 0x2000;
export const TDF_DELAYED_WAKEUP = 0x4000;
export const TDF_IDLE = 0x8000;
/** Its timeout is armed: it stands in gd_timeouts. */
export const TDF_TIMEOUT_ARMED = 0x10000;
/** A helper of the kernel (idle, softclock), for whose end nobody waits. */
export const TDF_SYSTEM = 0x20000;

/** td_mpflags. */
export const TDF_MP_EXITWAIT = 0x1;
export const TDF_MP_EXITSIG = 0x2;

export const Thread = struct(
  'thread',
  {
    /** Number of the CPU that owns the thread. */
    td_gd: int32,
    td_mpflags: atomic(flags({ EXITWAIT: TDF_MP_EXITWAIT, EXITSIG: TDF_MP_EXITSIG })),
    td_refs: atomic(int32),
    td_flags: relaxed(
      flags({
        RUNNING: TDF_RUNNING,
        RUNQ: TDF_RUNQ,
        PREEMPT_LOCK: TDF_PREEMPT_LOCK,
        PREEMPT_DONE: TDF_PREEMPT_DONE,
        NOSTART: TDF_NOSTART,
        MIGRATING: TDF_MIGRATING,
        SINTR: TDF_SINTR,
        TSLEEPQ: TDF_TSLEEPQ,
        TSLEEP_DESCHEDULED: TDF_TSLEEP_DESCHEDULED,
        BLOCKQ: TDF_BLOCKQ,
        TIMEOUT: TDF_TIMEOUT,
        TIMEOUT_RUNNING: TDF_TIMEOUT_RUNNING,
        EXITING: TDF_EXITING,
        MARKER: TDF_MARKER,
        DELAYED_WAKEUP: TDF_DELAYED_WAKEUP,
        IDLE: TDF_IDLE,
        TIMEOUT_ARMED: TDF_TIMEOUT_ARMED,
        SYSTEM: TDF_SYSTEM,
      }),
    ),
    td_pri: owned(int32),
    td_upri: owned(int32),
    td_critcount: owned(int32),
    td_nest_count: owned(int32),
    td_cscount: owned(int32),
    td_contended: owned(int32),
    td_preempted: owned(pointer('thread')),
    td_preemptable: owned(int32),
    /** CPU number + 1 it is moving to, 0 when it is not. */
    td_migrate_gd: owned(int32),
    td_wchan: owned(int32),
    td_wdomain: owned(int32),
    td_wmesg: cstring(16),
    td_comm: cstring(16),
    td_threadq: owned(tailqEntry('thread')),
    td_allq: owned(tailqEntry('thread')),
    td_sleepq: owned(tailqEntry('thread')),
    td_timeoutq: owned(tailqEntry('thread')),
    td_deadline: owned(int32),
    /** Pending signal of a thread that sleeps with PCATCH; 0 for none. */
    td_sig: atomic(int32),
    td_func: int32,
    td_args: array(int32, 4),
    td_result: int32,
    /** Processes of the process table hang here. */
    td_proc: int32,
    td_lwp: int32,
    td_serial: int32,
    /** Of the thread of an lwp: 1 while it is in a system call. Written by itself. */
    td_incall: int32,
    /** Ticks of its own: those that found its program running, and the kernel (statclock.ts). */
    td_uticks: owned(int32),
    td_sticks: owned(int32),
    /** Token taken around sleeping and its timeout: that of the lwp; 0 for pure kernel threads. */
    td_token: int32,
    td_toks_stop: owned(int32),
    td_toks_have: owned(int32),
    td_toks_array: array(nested(Tokref), LWKT_MAXTOKENS),
  },
  { owner: 'td_gd' },
);

/** Word offsets, for the hot paths. */
export const TD = Thread.offsets;

/** First and one past the last tokref of a thread. */
export function toksBase(td: number): number {
  return td + TD.td_toks_array;
}
