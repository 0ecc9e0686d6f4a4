/**
 * Owns the file of trace-cmd and KernelShark, trace.dat version 6: what events look like, names, and the
 * pages of each CPU. Times of events that several CPUs have at once are separated, as streams are merged.
 */
import { ByteWriter } from '../byte-writer.ts';
import { IDLE_TID, type SwitchEvent, type Trace, type TraceEvent, type WakingEvent } from '../event.ts';
import { type MarkedEvent, markerOf } from '../marker.ts';
import { STATE_BITS } from '../perfetto/ftrace-bundles.ts';
import { separatedTimes } from '../separated-times.ts';
import { COMM_LENGTH, ThreadTable } from '../thread-table.ts';
import {
  FTRACE_FORMATS,
  HEADER_EVENT,
  HEADER_PAGE,
  PRINT_ID,
  SCHED_SWITCH_ID,
  SCHED_WAKING_ID,
  SYSTEMS,
} from './formats.ts';
import { MOST_PAYLOAD, PAGE_SIZE, PageWriter } from './page-writer.ts';

const MAGIC = [0x17, 0x08, 0x44];
const COMM_SIZE = COMM_LENGTH + 1;
const LITTLE_ENDIAN = 0;
const LONG_SIZE = 8;
const encoder = new TextEncoder();

/** A trace as the bytes of such a file. */
export function toTraceDat(trace: Trace): Uint8Array {
  const threads = new ThreadTable(trace);
  const pages = pagesOf(trace, threads);
  const out = new ByteWriter();
  putHead(out);
  putFormats(out);
  // No symbols of a kernel, and no formats of its printk.
  out.u32(0);
  out.u32(0);
  const lines = trace.threads.map(({ tid }) => `${tid} ${threads.get(tid, 0).comm}\n`).join('');
  out.u64(lines.length);
  out.text(lines);
  out.u32(trace.cpus);
  out.text('options  \0');
  out.u16(0);
  out.text('flyrecord\0');
  putPages(out, pages);
  return out.written.slice();
}

function putHead(out: ByteWriter): void {
  out.put(Uint8Array.from(MAGIC));
  out.text('tracing6\0');
  out.u8(LITTLE_ENDIAN);
  out.u8(LONG_SIZE);
  out.u32(PAGE_SIZE);
}

function putFormats(out: ByteWriter): void {
  const putText = (text: string): void => {
    out.u64(text.length);
    out.text(text);
  };
  out.text('header_page\0');
  putText(HEADER_PAGE);
  out.text('header_event\0');
  putText(HEADER_EVENT);
  out.u32(FTRACE_FORMATS.length);
  FTRACE_FORMATS.forEach(putText);
  out.u32(SYSTEMS.size);
  for (const [system, formats] of SYSTEMS) {
    out.text(`${system}\0`);
    out.u32(formats.length);
    formats.forEach(putText);
  }
}

/** Where the pages of each CPU are, and the pages, which begin where pages do. */
function putPages(out: ByteWriter, pages: readonly Uint8Array[]): void {
  const first = Math.ceil((out.length + 16 * pages.length) / PAGE_SIZE) * PAGE_SIZE;
  let offset = first;
  for (const { length } of pages) {
    out.u64(offset);
    out.u64(length);
    offset += length;
  }
  out.zeros(first - out.length);
  for (const each of pages) out.put(each);
}

/** The pages of each CPU. What is of no CPU is with the first. */
function pagesOf(trace: Trace, threads: ThreadTable): Uint8Array[] {
  const writers = Array.from({ length: trace.cpus }, () => new PageWriter());
  const running = new Array<number>(trace.cpus).fill(IDLE_TID);
  const payload = new Payload(threads);
  const times = separatedTimes(trace.events);
  for (let at = 0; at < trace.events.length; at++) {
    const event = trace.events[at];
    const cpu = event.kind === 'counter' ? 0 : event.cpu;
    writers[cpu].add(times[at], payload.of(event, running[cpu]));
    if (event.kind === 'switch') running[cpu] = event.next;
  }
  return writers.map((writer) => writer.finish());
}

/** The bytes of one event, made in the same place for each. */
class Payload {
  readonly #out = new ByteWriter();
  readonly #threads: ThreadTable;

  constructor(threads: ThreadTable) {
    this.#threads = threads;
  }

  of(event: TraceEvent, running: number): Uint8Array {
    this.#out.length = 0;
    if (event.kind === 'switch') this.#switch(event);
    else if (event.kind === 'waking') this.#waking(event);
    else this.#print(event, running);
    return this.#out.written;
  }

  #common(type: number, tid: number): void {
    this.#out.u16(type);
    this.#out.u8(0);
    this.#out.u8(0);
    this.#out.u32(tid);
  }

  #switch({ cpu, prev, prevState, next }: SwitchEvent): void {
    const from = this.#threads.get(prev, cpu);
    const to = this.#threads.get(next, cpu);
    this.#common(SCHED_SWITCH_ID, prev);
    this.#out.field(from.comm, COMM_SIZE);
    this.#out.u32(prev);
    this.#out.u32(from.priority);
    this.#out.u64(STATE_BITS[prevState]);
    this.#out.field(to.comm, COMM_SIZE);
    this.#out.u32(next);
    this.#out.u32(to.priority);
  }

  #waking({ cpu, tid, waker, targetCpu }: WakingEvent): void {
    const { comm, priority } = this.#threads.get(tid, cpu);
    this.#common(SCHED_WAKING_ID, waker);
    this.#out.field(comm, COMM_SIZE);
    this.#out.u32(tid);
    this.#out.u32(priority);
    this.#out.u32(targetCpu);
  }

  /** As if written to trace_marker; cut where it would not go into a page. */
  #print(event: MarkedEvent, running: number): void {
    const tid = event.kind === 'counter' ? running : event.tid;
    const cpu = event.kind === 'counter' ? 0 : event.cpu;
    const { pid } = this.#threads.get(tid, cpu);
    this.#common(PRINT_ID, tid);
    this.#out.u64(0);
    const text = encoder.encode(markerOf(event, pid));
    this.#out.put(text.subarray(0, MOST_PAYLOAD - this.#out.length - 1));
    this.#out.u8(0);
  }
}
