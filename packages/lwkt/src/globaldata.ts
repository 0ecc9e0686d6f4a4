/**
 * Owns the layout of `struct globaldata`: what one CPU has for itself, in kernel memory (sys/globaldata.h).
 *
 *     words that others write          words of the owner
 *     +----------------------------+   +------------------------------------------------------------+
 *     | npoll, ipimask, doorbell,  |   | curthread, thread list, run queue, sleep hash, timeouts,   |
 *     | heartbeat (read by others) |   | nesting levels, counters                                   |
 *     +----------------------------+   +------------------------------------------------------------+
 *
 * The first line of 16 words (one cache line) is what other CPUs write to or read; the rest is owned: only
 * code running on the CPU touches it, and views check that.
 */
import { array, atomic, int32, owned, pointer, relaxed, struct, tailqHead } from '@smplab/kmem';

/** Most CPUs of a machine: two words of CPU mask. */
export const MAXCPU = 64;
export const MASK_WORDS = 2;

/** Bits of gd_reqflags: what is to be done when the CPU leaves its last critical section. */
export const RQF_IPIQ = 0x1;
export const RQF_INTPEND = 0x2;
export const RQF_TIMER = 0x4;
export const RQF_AST_LWKT_RESCHED = 0x8;
export const RQF_WAKEUP = 0x10;
/** Who computes is to look whether another user thread should. */
export const RQF_AST_USER_RESCHED = 0x20;
/** What splz has to look at. */
export const RQF_SPLZ_MASK = RQF_IPIQ | RQF_INTPEND | RQF_TIMER;

/** Bits of gd_doorbell, which live CPUs look at before every operation. */
export const DOORBELL_IPI = 0x1;
export const DOORBELL_TICK = 0x2;
export const DOORBELL_HALT = 0x4;
export const DOORBELL_WORD = 0x8;
export const DOORBELL_INTERRUPT = 0x10;

/** Values of gd_state, for whoever watches the machine. */
export const CPU_OFF = 0;
export const CPU_BOOTED = 1;
export const CPU_RUNNING = 2;
export const CPU_IDLE = 3;
export const CPU_WAITING = 4;
export const CPU_HALTED = 5;
export const CPU_FAILED = 6;

/** Words a waiting CPU names; a CPU that waits for more is rung at every write. */
export const WATCHED_WORDS = 4;
export const GD_WATCHES_ALL = -1;
/** Averages of the load that a CPU keeps. */
export const LOAD_TERMS = 3;

export const Globaldata = struct(
  'globaldata',
  {
    gd_cpuid: int32,
    /** 1: somebody has signalled that there are messages; the first to set it sends the interrupt. */
    gd_npoll: atomic(int32),
    /** Which CPUs have put messages into their queue to this one. */
    gd_ipimask: array(atomic(int32), MASK_WORDS),
    /** Live only: why this CPU is to stop and look. */
    gd_doorbell: atomic(int32),
    /** Live only: counts operations; watched from outside the worker. */
    gd_heartbeat: relaxed(int32),
    gd_state: relaxed(int32),
    gd_curthread: relaxed(pointer('thread')),
    /** Pending device interrupts, a bit a vector. */
    gd_intpend: atomic(int32),
    /** Earliest deadline of a timeout in ticks, -1 for none. */
    gd_nexttimo: relaxed(int32),
    /** 1: messages wait of which nobody has told this CPU. */
    gd_passive: atomic(int32),
    /** Live only: the words this CPU waits for, 0 for none; GD_WATCHES_ALL in the first if there are more. */
    gd_watched: array(atomic(int32), WATCHED_WORDS),

    gd_idlethread: owned(pointer('thread')),
    gd_softclock: owned(pointer('thread')),
    gd_tdallq: owned(tailqHead('thread')),
    gd_tdrunq: owned(tailqHead('thread')),
    gd_timeouts: owned(tailqHead('thread')),
    gd_reqflags: owned(int32),
    gd_intr_nesting_level: owned(int32),
    gd_processing_ipiq: owned(int32),
    gd_spinlocks: owned(int32),
    /** CPU syncs of other masters that this CPU has acknowledged: how many, and which. */
    gd_cpusyncs: owned(int32),
    gd_cpusyncq: array(owned(pointer('cpusync')), MAXCPU),
    /** Sleep queues, a TAILQ head for each bucket. */
    gd_tsleep_hash: owned(pointer('sleepq')),
    gd_delayed_wakeup: array(owned(int32), 2),
    gd_cnt_switch: owned(int32),
    gd_cnt_ipiq: owned(int32),
    gd_cnt_ipiq_avoided: owned(int32),
    gd_cnt_preempt_hit: owned(int32),
    gd_cnt_preempt_miss: owned(int32),
    gd_cnt_lock_colls: owned(int32),
    gd_cnt_wakeup: owned(int32),
    gd_cnt_ticks: owned(int32),
    /** Ticks that found a program running, and the kernel; the rest is idle (statclock.ts). */
    gd_cp_user: owned(int32),
    gd_cp_sys: owned(int32),
    /** Load of 1, 5 and 15 minutes, in units of 1 / LOAD_SCALE, as of the sample before tick gd_loadnext. */
    gd_loadavg: array(owned(int32), LOAD_TERMS),
    gd_loadnext: owned(int32),
  },
  { owner: 'gd_cpuid' },
);

/** Word offsets, for the hot paths. */
export const GD = Globaldata.offsets;
