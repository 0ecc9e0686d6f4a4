/**
 * Owns the layout of kqueues and knotes (struct kqueue, struct knote of DragonFly sys/eventvar.h, event.h),
 * and the numbers of kevent, which are DragonFly's. Guards: q = kq_lock (lockmgr), s = kq_spin, o = the
 * spinlock of what is watched (kn_lock), a = atomic; the rest is constant from the time a knote is on a list.
 *
 *     kqueue --kq_knotes--> knote --kn_next--> knote ...           file --f_data--> kqueue
 *     pipe --pipe_rklist--> knote --kn_selnext--> knote of another kqueue ...
 */
import { array, guardedBy, int32, listEntry, nested, pointer, struct } from '@smplab/kmem';
import { Lock, Spinlock } from '@smplab/lwkt';

export const Kqueue = struct('kqueue', {
  /** Held by who changes the knotes or looks at them, but not while it sleeps for one. */
  kq_lock: nested(Lock),
  kq_knotes: guardedBy('kq_lock', int32),
  kq_spin: nested(Spinlock),
  /** Counts activations: whoever has found nothing looks whether there was one meanwhile. */
  kq_activity: guardedBy('kq_spin', int32),
  /** Somebody sleeps on the kqueue. */
  kq_sleeps: guardedBy('kq_spin', int32),
});

/** Word offsets. */
export const KQ = Kqueue.offsets;

/** A knote of a process has one hook of each kind. */
export const KNOTE_HOOKS = 3;

export const Knote = struct('knote', {
  kn_next: guardedBy('kq_lock', listEntry('knote')),
  kn_selnext: guardedBy('kn_lock', listEntry('knote')),
  kn_kq: pointer('kqueue'),
  kn_filter: int32,
  kn_ident: int32,
  /** The watched file, held; 0 for processes and user events. */
  kn_fp: pointer('file'),
  /** Spinlock and list of knotes of what is watched; 0 where nothing activates. */
  kn_lock: pointer('spinlock'),
  kn_list: int32,
  /** EV_CLEAR, EV_ONESHOT, EV_DISABLE; what was asked for. */
  kn_flags: guardedBy('kq_lock', int32),
  kn_sfflags: guardedBy('kq_lock', int32),
  kn_sdata: guardedBy('kq_lock', int32),
  kn_udata: guardedBy('kq_lock', int32),
  kn_hooks: guardedBy('kq_lock', array(int32, KNOTE_HOOKS)),
  /** Something may have happened: the filter is to be asked. */
  kn_active: guardedBy('kq_spin', int32),
  /** What has happened to a process (NOTE_*), and its status. */
  kn_hits: guardedBy('kq_spin', int32),
  kn_data: guardedBy('kq_spin', int32),
});

/** Word offsets. */
export const KN = Knote.offsets;

export const EVFILT_READ = -1;
export const EVFILT_WRITE = -2;
export const EVFILT_PROC = -5;
export const EVFILT_USER = -9;

export const EV_ADD = 0x1;
export const EV_DELETE = 0x2;
export const EV_ENABLE = 0x4;
export const EV_DISABLE = 0x8;
export const EV_ONESHOT = 0x10;
export const EV_CLEAR = 0x20;
export const EV_RECEIPT = 0x40;
export const EV_ERROR = 0x4000;
export const EV_EOF = 0x8000;

export const NOTE_EXIT = 0x80000000 | 0;
export const NOTE_FORK = 0x40000000;
export const NOTE_EXEC = 0x20000000;

/** Of a user event: it is due; what becomes of its own flags. */
export const NOTE_TRIGGER = 0x01000000;
export const NOTE_FFAND = 0x40000000;
export const NOTE_FFOR = 0x80000000 | 0;
export const NOTE_FFCOPY = 0xc0000000 | 0;
export const NOTE_FFCTRLMASK = 0xc0000000 | 0;
export const NOTE_FFLAGSMASK = 0x00ffffff;

/** A change that is asked for, or an event that is due (struct kevent). */
export interface Kevent {
  /** A descriptor, a process, or a number of the program's own. */
  readonly ident: number;
  readonly filter: number;
  readonly flags: number;
  readonly fflags: number;
  readonly data: number;
  readonly udata: number;
}
