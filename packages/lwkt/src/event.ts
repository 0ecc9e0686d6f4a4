/**
 * Owns the kinds of events a kernel reports of itself, and the interface of who listens. Events are
 * observational: nothing in the kernel depends on them. Emitted on the CPU where the thing happened.
 */
export const EVENT_KINDS = [
  'thread-created',
  'thread-exited',
  'switch',
  'token-contention',
  'ipi-sent',
  'ipi-received',
  'sleep',
  'wakeup',
  'panic',
  'fork',
  'exec',
  'exit',
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

export const EV_THREAD_CREATED = 0;
export const EV_THREAD_EXITED = 1;
export const EV_SWITCH = 2;
export const EV_TOKEN_CONTENTION = 3;
export const EV_IPI_SENT = 4;
export const EV_IPI_RECEIVED = 5;
export const EV_SLEEP = 6;
export const EV_WAKEUP = 7;
export const EV_PANIC = 8;
// Of processes (@smplab/proc); here because the numbers of all kinds are one row.
export const EV_FORK = 9;
export const EV_EXEC = 10;
export const EV_EXIT = 11;

/** Takes the events of one CPU. What `a`, `b` and `c` mean depends on the kind:
 *
 *     thread-created/exited  thread, function number / result, 0
 *     switch                 from, to, 0
 *     token-contention       thread, token, t_count
 *     ipi-sent/received      other CPU, function number, first argument
 *     sleep                  thread, ident, ticks        wakeup   thread, ident, 0
 *     panic                  thread, 0, 0
 *     fork                   parent's pid, child's pid, 0
 *     exec                   pid, flags, 0               exit     pid, status, 0
 */
export interface EventSink {
  emit(kind: number, a: number, b: number, c: number): void;
}
