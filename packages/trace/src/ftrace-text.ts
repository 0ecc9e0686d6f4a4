/**
 * Owns the text that the kernel's trace file has and that Perfetto, Trace Compass and eyes read: a line for
 * each event, with times in seconds, and slices, counters and IPIs as marks of tracing_mark_write.
 */
import { IDLE_TID, type Trace, type TraceEvent } from './event.ts';
import { markerOf } from './marker.ts';
import { type NamedThread, ThreadTable } from './thread-table.ts';

/** Nobody's lock and nobody's interrupt: d (interrupts off) in the scheduler, h in that of a clock. */
const IN_SCHEDULER = 'd..2.';
const IN_INTERRUPT = 'd.h2.';
const IN_PROGRAM = '.....';

/** Whole seconds and nine digits, which a double cannot have of large times. */
function secondsOf(timeNs: number): string {
  return `${Math.floor(timeNs / 1e9)}.${String(timeNs % 1e9).padStart(9, '0')}`;
}

/** A trace as such a text. */
export function toFtraceText(trace: Trace): string {
  const names = new Names(trace);
  const running = new Array<number>(trace.cpus).fill(IDLE_TID);
  const lines = head(trace);
  for (const event of trace.events) {
    const cpu = event.kind === 'counter' ? 0 : event.cpu;
    const actor = names.get(actorOf(event, running[cpu]), cpu);
    const place = `${cpuText(cpu)} ${flagsOf(event)} ${secondsOf(event.timeNs).padStart(15)}`;
    lines.push(`${actor.actor} ${place}: ${textOf(event, names, cpu, actor.pid)}`);
    if (event.kind === 'switch') running[cpu] = event.next;
  }
  lines.push('');
  return lines.join('\n');
}

function head({ cpus, events }: Trace): string[] {
  return [
    '# tracer: nop',
    '#',
    `# entries-in-buffer/entries-written: ${events.length}/${events.length}   #P:${cpus}`,
    '#',
    '#           TASK-PID     (TGID)  CPU#  FLAGS      TIMESTAMP  FUNCTION',
  ];
}

/** Who runs where an event happens. */
function actorOf(event: TraceEvent, running: number): number {
  if (event.kind === 'switch') return event.prev;
  if (event.kind === 'waking') return event.waker;
  return event.kind === 'counter' ? running : event.tid;
}

function flagsOf(event: TraceEvent): string {
  if (event.kind === 'switch') return IN_SCHEDULER;
  if (event.kind !== 'waking') return IN_PROGRAM;
  return event.waker === IDLE_TID ? IN_INTERRUPT : IN_SCHEDULER;
}

function cpuText(cpu: number): string {
  return cpu < 10 ? `[00${cpu}]` : `[${String(cpu).padStart(3, '0')}]`;
}

/** The parts of lines that name a thread, made once. */
interface NameTexts {
  readonly pid: number;
  readonly actor: string;
  readonly prev: string;
  readonly next: string;
  readonly woken: string;
}

class Names {
  readonly #threads: ThreadTable;
  readonly #texts = new Map<number, NameTexts>();

  constructor(trace: Trace) {
    this.#threads = new ThreadTable(trace);
  }

  /** Those of a thread; each CPU has an idle one. */
  get(tid: number, cpu: number): NameTexts {
    const key = tid === IDLE_TID ? -1 - cpu : tid;
    let texts = this.#texts.get(key);
    if (texts === undefined) this.#texts.set(key, (texts = textsOf(this.#threads.get(tid, cpu))));
    return texts;
  }
}

function textsOf({ tid, pid, comm, priority }: NamedThread): NameTexts {
  const name = tid === IDLE_TID ? '<idle>' : comm;
  const group = tid === IDLE_TID ? '-----' : String(pid);
  return {
    pid,
    actor: `${name.padStart(16)}-${String(tid).padEnd(6)} (${group.padStart(5)})`,
    prev: `prev_comm=${comm} prev_pid=${tid} prev_prio=${priority}`,
    next: `next_comm=${comm} next_pid=${tid} next_prio=${priority}`,
    woken: `comm=${comm} pid=${tid} prio=${priority}`,
  };
}

function textOf(event: TraceEvent, names: Names, cpu: number, pid: number): string {
  if (event.kind === 'switch') {
    const { prev } = names.get(event.prev, cpu);
    const { next } = names.get(event.next, cpu);
    return `sched_switch: ${prev} prev_state=${event.prevState} ==> ${next}`;
  }
  if (event.kind === 'waking') {
    const target = String(event.targetCpu).padStart(3, '0');
    return `sched_waking: ${names.get(event.tid, cpu).woken} target_cpu=${target}`;
  }
  return `tracing_mark_write: ${markerOf(event, pid)}`;
}
