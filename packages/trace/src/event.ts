/**
 * Owns what a scheduling trace is: threads, and events in virtual or real time. Whoever records one makes
 * these, and every exporter reads nothing else. Plain data, which nobody changes once it is made.
 *
 * Times are whole nanoseconds from the beginning of the trace, as numbers: exact for 104 days.
 */

/** The tid of whoever runs on a CPU that runs nobody. It is in no list of threads. */
export const IDLE_TID = 0;

/** A thread that events name by its tid. */
export interface TraceThread {
  /** From 1 on, and one of its kind in a trace. */
  readonly tid: number;
  /** The process it is of; that of a thread alone is its tid. */
  readonly pid: number;
  readonly name: string;
  /** The name of the process; that of the thread, if there is none. */
  readonly processName?: string;
  /** As Linux counts: 0 to 99 real time, 120 the nice value 0, less is more urgent. 120 if it is not said. */
  readonly priority?: number;
}

/**
 * What a thread is in when it is switched out: R runnable (it gave way), R+ runnable (it was preempted),
 * S sleeping, D sleeping and not to be interrupted, T stopped, X dead.
 */
export type ThreadState = 'R' | 'S' | 'D' | 'T' | 'X' | 'R+';

/** A CPU goes from one thread to another; either may be IDLE_TID. prevState is R if prev is. */
export interface SwitchEvent {
  readonly kind: 'switch';
  readonly timeNs: number;
  readonly cpu: number;
  readonly prev: number;
  readonly prevState: ThreadState;
  readonly next: number;
}

/** A thread that was not runnable becomes so. */
export interface WakingEvent {
  readonly kind: 'waking';
  readonly timeNs: number;
  /** Where the waker runs. */
  readonly cpu: number;
  readonly tid: number;
  /** The thread that woke it; IDLE_TID for a timer. */
  readonly waker: number;
  /** For which CPU it is enqueued. */
  readonly targetCpu: number;
}

/** A CPU interrupts another one. */
export interface IpiEvent {
  readonly kind: 'ipi';
  readonly timeNs: number;
  readonly cpu: number;
  readonly targetCpu: number;
  readonly name: string;
  /** The thread that sends it. */
  readonly tid: number;
}

/** A slice of a named track of a thread begins or ends: a token held, a system call. They nest in a track. */
export interface SliceEvent {
  readonly kind: 'begin' | 'end';
  readonly timeNs: number;
  readonly cpu: number;
  readonly tid: number;
  readonly track: string;
  readonly name: string;
}

/** Something that takes no time, on a named track of a thread or on the thread itself. */
export interface InstantEvent {
  readonly kind: 'instant';
  readonly timeNs: number;
  readonly cpu: number;
  readonly tid: number;
  readonly track?: string;
  readonly name: string;
}

/** A figure of the whole machine has a new value, until the next one of its track. */
export interface CounterEvent {
  readonly kind: 'counter';
  readonly timeNs: number;
  readonly track: string;
  readonly value: number;
}

export type TraceEvent = SwitchEvent | WakingEvent | IpiEvent | SliceEvent | InstantEvent | CounterEvent;

export interface Trace {
  readonly name: string;
  /** CPUs are numbered from 0. */
  readonly cpus: number;
  readonly threads: readonly TraceThread[];
  /** In order of time, and of one time in the order in which they were made. */
  readonly events: readonly TraceEvent[];
  /** What a reader may want to know of where it comes from: seed, policy, command. */
  readonly description?: Readonly<Record<string, string>>;
}
