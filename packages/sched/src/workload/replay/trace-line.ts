/**
 * Owns the lines of a text trace of Linux that say who ran and who woke whom: those of ftrace and trace-cmd,
 * with or without TGID and flags, and those of perf script; with fields as keys and values, or short as perf
 * and the plugins of trace-cmd print them. Other events are passed over; what is no line of a trace is not.
 */
import { WorkloadError } from '../workload.ts';

/** A CPU goes from a thread to another; 0 is idle. */
export interface SwitchLine {
  readonly kind: 'switch';
  readonly line: number;
  readonly timeNs: number;
  readonly cpu: number;
  readonly prev: Named;
  readonly prevState: string;
  readonly next: Named;
}

export interface WakeLine {
  readonly kind: 'wake';
  readonly line: number;
  readonly timeNs: number;
  /** Where the waker runs. */
  readonly cpu: number;
  readonly target: Named;
  /** Who ran there; 0 for an idle CPU. */
  readonly waker: number;
  /** It was an interrupt that woke, whoever ran. */
  readonly isInterrupt: boolean;
}

interface LostLine {
  readonly kind: 'lost';
  readonly line: number;
  readonly what: string;
}

export interface Named {
  readonly tid: number;
  readonly name: string;
  readonly priority: number;
}

export type TraceLine = SwitchLine | WakeLine | LostLine;

// What stands before an event: comm-pid (tgid) [cpu] flags time: of ftrace, comm pid/tid [cpu] time: of perf.
const FTRACE =
  /^\s*(?:.*)-(\d+)\s+(?:\(\s*[\d-]+\s*\)\s+)?\[(\d+)\]\s+(?:(\S{3,7})\s+)?(\d+)\.(\d{1,9}):\s+(.*)$/;
const PERF = /^\s*(?:.+?\s+)?(?:\d+\/)?(\d+)\s+\[(\d+)\]\s+()(\d+)\.(\d{1,9}):\s+(?:\d+\s+)?(.*)$/;
const EVENT = /^(?:sched:)?(\w+):\s*(.*)$/;

const SWITCHES = [
  new RegExp(
    String.raw`^prev_comm=(.*) prev_pid=(\d+) prev_prio=(-?\d+) prev_state=(\S+) ==> ` +
      String.raw`next_comm=(.*) next_pid=(\d+) next_prio=(-?\d+)`,
  ),
  /^(.*):(\d+) \[(-?\d+)\] (\S+) ==> (.*):(\d+) \[(-?\d+)\]/,
];
const WAKES = [/^comm=(.*) pid=(\d+) prio=(-?\d+)/, /^(.*):(\d+) \[(-?\d+)\]/];
const WAKE_EVENTS = ['sched_waking', 'sched_wakeup', 'sched_wakeup_new'];

/** Heads, empty lines, and call stacks, which say nothing here. */
const NOTHING = /^\s*(?:cpus=\d+|version = .*|TRACE:.*|[0-9a-f]{6,16}\s.*)?$/;
const LOST = /LOST (?:\d+ )?EVENTS|PERF_RECORD_LOST|events? lost/i;

function named(name: string, tid: string, priority: string): Named {
  return { name, tid: Number(tid), priority: Number(priority) };
}

/** Whole ns of seconds and of digits after the point. */
function timeOf(seconds: string, digits: string): number {
  return Number(seconds) * 1e9 + Number(digits.padEnd(9, '0'));
}

function firstMatch(patterns: readonly RegExp[], text: string): RegExpExecArray | null {
  for (const pattern of patterns) {
    const found = pattern.exec(text);
    if (found !== null) return found;
  }
  return null;
}

/** No line of a kernel's is longer; what is beyond cannot matter, and would take long to search. */
const LONGEST = 1000;

/** What a line says; null if it says nothing of scheduling. */
export function readTraceLine(file: string, whole: string, line: number): TraceLine | null {
  const text = whole.trim().slice(0, LONGEST);
  if (/^\s*#/.test(text)) return null;
  const head = FTRACE.exec(text) ?? PERF.exec(text);
  if (head === null) {
    if (NOTHING.test(text)) return null;
    if (LOST.test(text)) return { kind: 'lost', line, what: text.trim() };
    throw new WorkloadError(
      `${file}:${line}: ${JSON.stringify(text.trim().slice(0, 60))} is no line of a trace: ` +
        'needed is "comm-pid [cpu] seconds: event: ..." of ftrace, or "comm pid [cpu] seconds: event: ..."',
    );
  }
  const [, actor, cpu, flags, seconds, digits, rest] = head;
  const [, event, payload] = EVENT.exec(rest) ?? [null, '', ''];
  const place = { line, timeNs: timeOf(seconds, digits), cpu: Number(cpu) };
  // A probe may have the name of an event; its text begins with where it is.
  if (payload.startsWith('(')) return null;
  if (event === 'sched_switch') {
    const found = firstMatch(SWITCHES, payload) ?? fail(file, line, event, payload);
    const [, prevName, prevTid, prevPriority, prevState, nextName, nextTid, nextPriority] = found;
    const prev = named(prevName, prevTid, prevPriority);
    return { kind: 'switch', ...place, prev, prevState, next: named(nextName, nextTid, nextPriority) };
  }
  if (!WAKE_EVENTS.includes(event)) return null;
  const [, name, tid, priority] = firstMatch(WAKES, payload) ?? fail(file, line, event, payload);
  const target = named(name, tid, priority);
  return { kind: 'wake', ...place, target, waker: Number(actor), isInterrupt: isInterrupt(flags) };
}

function fail(file: string, line: number, event: string, payload: string): never {
  throw new WorkloadError(
    `${file}:${line}: ${event} with ${JSON.stringify(payload.slice(0, 80))}: ` +
      'threads with pid and prio are needed',
  );
}

/** The third flag says whether it happened in an interrupt: h, s, H; z and Z are those that nothing masks. */
function isInterrupt(flags: string | undefined): boolean {
  return flags !== undefined && 'hHsSzZ'.includes(flags.charAt(2)) && flags.length >= 3;
}
