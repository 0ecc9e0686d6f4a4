/**
 * Owns what the events of a machine are for those who look at it: typed, with names in place of numbers.
 * Pure data, and how it is made of what a CPU emits.
 */
import { EVENT_KINDS, type EventKind } from '@smplab/lwkt';
import type { EventNames } from './event-names.ts';
import { EV_DROPPED } from './event-ring.ts';

/** What every event has. */
export interface EventBase {
  readonly cpu: number;
  /** Clock ticks since boot. */
  readonly tick: number;
  /** Number of the event on its CPU. */
  readonly sequence: number;
}

/** A thread, by its place in kernel memory and its name. */
interface NamedThread {
  readonly td: number;
  readonly name: string;
}

export interface ThreadCreated extends EventBase {
  readonly kind: 'thread-created';
  readonly thread: NamedThread;
  /** Name of the function it runs. */
  readonly function: string;
  /** CPU it is to live on. */
  readonly target: number;
}

export interface ThreadExited extends EventBase {
  readonly kind: 'thread-exited';
  readonly thread: NamedThread;
  readonly result: number;
}

export interface Switched extends EventBase {
  readonly kind: 'switch';
  readonly from: NamedThread;
  readonly to: NamedThread;
}

export interface TokenContention extends EventBase {
  readonly kind: 'token-contention';
  readonly thread: NamedThread;
  readonly token: number;
  /** What the token is called. */
  readonly name: string;
  /** State of the token when it was refused, such as `exclusive`. */
  readonly state: string;
}

export interface IpiEvent extends EventBase {
  readonly kind: 'ipi-sent' | 'ipi-received';
  /** The CPU it goes to, or came from. */
  readonly other: number;
  readonly function: string;
  /** Its first argument. */
  readonly argument: number;
}

export interface Slept extends EventBase {
  readonly kind: 'sleep';
  readonly thread: NamedThread;
  readonly ident: number;
  /** What the thread waits for when the event is taken out of its ring. */
  readonly message: string;
  /** Timeout in ticks, 0 for none. */
  readonly ticks: number;
}

export interface Woken extends EventBase {
  readonly kind: 'wakeup';
  readonly thread: NamedThread;
  readonly ident: number;
}

export interface Panicked extends EventBase {
  readonly kind: 'panic';
  readonly thread: NamedThread;
}

/** A process made another. */
export interface ProcessForked extends EventBase {
  readonly kind: 'fork';
  /** The parent. */
  readonly pid: number;
  readonly child: number;
}

export interface ProcessExeced extends EventBase {
  readonly kind: 'exec';
  readonly pid: number;
  readonly flags: number;
}

export interface ProcessExited extends EventBase {
  readonly kind: 'exit';
  readonly pid: number;
  readonly status: number;
}

/** Events for which the ring of the CPU had no room; they would have come here. */
export interface Dropped extends EventBase {
  readonly kind: 'dropped';
  readonly count: number;
}

export type MachineEvent =
  | ThreadCreated
  | ThreadExited
  | Switched
  | TokenContention
  | IpiEvent
  | Slept
  | Woken
  | Panicked
  | ProcessForked
  | ProcessExeced
  | ProcessExited
  | Dropped;

/** An event as a CPU emits it, with its names; null for a kind that is unknown. */
export function machineEvent(
  names: EventNames,
  base: EventBase,
  number: number,
  a: number,
  b: number,
  c: number,
): MachineEvent | null {
  if (number === EV_DROPPED) return { kind: 'dropped', ...base, count: a };
  const kind: EventKind | undefined = EVENT_KINDS[number];
  switch (kind) {
    case 'thread-created':
      return { kind, ...base, thread: names.thread(a), function: names.function(b), target: c };
    case 'thread-exited':
      return { kind, ...base, thread: names.thread(a), result: b };
    case 'switch':
      return { kind, ...base, from: names.thread(a), to: names.thread(b) };
    case 'token-contention':
      return {
        kind,
        ...base,
        thread: names.thread(a),
        token: b,
        name: names.token(b),
        state: names.state(c),
      };
    case 'ipi-sent':
    case 'ipi-received':
      return { kind, ...base, other: a, function: names.function(b), argument: c };
    case 'sleep':
      return { kind, ...base, thread: names.thread(a), ident: b, message: names.message(a), ticks: c };
    case 'wakeup':
      return { kind, ...base, thread: names.thread(a), ident: b };
    case 'panic':
      return { kind, ...base, thread: names.thread(a) };
    case 'fork':
      return { kind, ...base, pid: a, child: b };
    case 'exec':
      return { kind, ...base, pid: a, flags: b };
    case 'exit':
      return { kind, ...base, pid: a, status: b };
    case undefined:
      return null;
  }
}
