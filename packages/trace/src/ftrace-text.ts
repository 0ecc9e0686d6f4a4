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
  const threads = new ThreadTable(trace);
  const running = new Array<number>(trace.cpus).fill(IDLE_TID);
  const lines = head(trace);
  for (const event of trace.events) {
    const cpu = event.kind === 'counter' ? 0 : event.cpu;
    const tid = actorOf(event, running[cpu]);
    const isInterrupt = event.kind === 'waking' && event.waker === IDLE_TID;
    const isScheduler = event.kind === 'switch' || event.kind === 'waking';
    const flags = isInterrupt ? IN_INTERRUPT : isScheduler ? IN_SCHEDULER : IN_PROGRAM;
    const place = `[${String(cpu).padStart(3, '0')}] ${flags} ${secondsOf(event.timeNs).padStart(15)}`;
    lines.push(`${actorText(threads.get(tid, cpu))} ${place}: ${textOf(event, threads, cpu, tid)}`);
    if (event.kind === 'switch') running[cpu] = event.next;
  }
  return `${lines.join('\n')}\n`;
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

function actorText({ tid, pid, comm }: NamedThread): string {
  const name = tid === IDLE_TID ? '<idle>' : comm;
  const group = tid === IDLE_TID ? '-----' : String(pid);
  return `${name.padStart(16)}-${String(tid).padEnd(6)} (${group.padStart(5)})`;
}

function textOf(event: TraceEvent, threads: ThreadTable, cpu: number, actor: number): string {
  if (event.kind === 'switch') {
    const prev = threads.get(event.prev, cpu);
    const next = threads.get(event.next, cpu);
    const from = `prev_comm=${prev.comm} prev_pid=${prev.tid} prev_prio=${prev.priority}`;
    const to = `next_comm=${next.comm} next_pid=${next.tid} next_prio=${next.priority}`;
    return `sched_switch: ${from} prev_state=${event.prevState} ==> ${to}`;
  }
  if (event.kind === 'waking') {
    const { comm, tid, priority } = threads.get(event.tid, cpu);
    const target = String(event.targetCpu).padStart(3, '0');
    return `sched_waking: comm=${comm} pid=${tid} prio=${priority} target_cpu=${target}`;
  }
  return `tracing_mark_write: ${markerOf(event, threads.get(actor, cpu).pid)}`;
}
