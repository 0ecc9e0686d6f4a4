/**
 * Owns the JSON of Chrome's Trace Event Format, which chrome://tracing, speedscope and Perfetto open: a lane
 * for each CPU with who runs there, one for each thread with its states, one for each track of a thread,
 * counters, and arrows from a waker to who is woken. Times are microseconds with three digits behind the
 * point.
 */
import {
  IDLE_TID,
  type InstantEvent,
  type SliceEvent,
  type Trace,
  type TraceEvent,
  type WakingEvent,
} from './event.ts';
import { runsOf, statesOf } from './intervals.ts';
import { ThreadTable } from './thread-table.ts';

/** The format's processes, which are groups of lanes. */
const CPUS = 1;
const THREADS = 2;
const TRACKS = 3;

type Entry = Readonly<Record<string, unknown>>;

const us = (ns: number): number => ns / 1000;

/** A trace as such a text. */
export function toChromeJson(trace: Trace): string {
  const entries = new Entries(trace).all();
  const lines = entries.map((entry) => JSON.stringify(entry)).join(',\n');
  const otherData = JSON.stringify({ name: trace.name, ...trace.description });
  return `{"displayTimeUnit":"ns","otherData":${otherData},"traceEvents":[\n${lines}\n]}\n`;
}

class Entries {
  readonly #trace: Trace;
  readonly #threads: ThreadTable;
  readonly #entries: Entry[] = [];
  readonly #lanes = new Map<string, number>();
  /** Wakings whose thread has not run yet: by tid, the number of the arrow. */
  readonly #arrows = new Map<number, number>();
  #nextArrow = 1;

  constructor(trace: Trace) {
    this.#trace = trace;
    this.#threads = new ThreadTable(trace);
  }

  all(): Entry[] {
    this.#names();
    const states = statesOf(this.#trace);
    for (const { cpu, tid, startNs, endNs } of runsOf(states)) {
      const { name, priority } = this.#threads.get(tid, cpu);
      const times = { ts: us(startNs), dur: us(endNs - startNs) };
      this.#put({ ph: 'X', pid: CPUS, tid: cpu, name, cat: 'sched', ...times, args: { tid, priority } });
    }
    for (const { tid, state, cpu, startNs, endNs } of states) {
      const times = { ts: us(startNs), dur: us(endNs - startNs) };
      const args = state === 'running' ? { args: { cpu } } : {};
      this.#put({ ph: 'X', pid: THREADS, tid, name: state, cat: 'state', ...times, ...args });
    }
    for (const event of this.#trace.events) this.#event(event);
    return this.#entries;
  }

  #put(entry: Entry): void {
    this.#entries.push(entry);
  }

  #names(): void {
    const name = (what: string, pid: number, tid: number, text: string): void =>
      this.#put({ ph: 'M', pid, tid, name: what, args: { name: text } });
    name('process_name', CPUS, 0, 'CPUs');
    for (let cpu = 0; cpu < this.#trace.cpus; cpu++) name('thread_name', CPUS, cpu, `CPU ${cpu}`);
    name('process_name', THREADS, 0, 'Threads');
    for (const { tid, name: text } of this.#trace.threads)
      name('thread_name', THREADS, tid, `${text} (${tid})`);
  }

  #event(event: TraceEvent): void {
    const ts = us(event.timeNs);
    if (event.kind === 'switch') this.#arrive(event.next, event.cpu, ts);
    else if (event.kind === 'waking') this.#wake(event, ts);
    else if (event.kind === 'counter')
      this.#put({ ph: 'C', pid: CPUS, tid: 0, name: event.track, ts, args: { value: event.value } });
    else if (event.kind === 'ipi')
      this.#put({ ph: 'i', s: 't', pid: CPUS, tid: event.cpu, name: ipiName(event), cat: 'ipi', ts });
    else this.#slice(event, ts);
  }

  #wake({ cpu, tid, waker, targetCpu }: WakingEvent, ts: number): void {
    const name = `wake ${this.#threads.get(tid, cpu).name}`;
    const args = { waker: waker === IDLE_TID ? 'a clock' : this.#threads.get(waker, cpu).name, targetCpu };
    this.#put({ ph: 'i', s: 't', pid: CPUS, tid: cpu, name, cat: 'waking', ts, args });
    if (waker === IDLE_TID) return;
    const id = this.#nextArrow++;
    this.#arrows.set(tid, id);
    this.#put({ ph: 's', pid: CPUS, tid: cpu, name: 'wakeup', cat: 'waking', id, ts });
  }

  #arrive(tid: number, cpu: number, ts: number): void {
    const id = this.#arrows.get(tid);
    if (id === undefined) return;
    this.#arrows.delete(tid);
    this.#put({ ph: 'f', bp: 'e', pid: CPUS, tid: cpu, name: 'wakeup', cat: 'waking', id, ts });
  }

  #slice(event: SliceEvent | InstantEvent, ts: number): void {
    const { kind, name, tid, cpu } = event;
    const place =
      event.track === undefined && tid !== IDLE_TID
        ? { pid: THREADS, tid }
        : {
            pid: TRACKS,
            tid: this.#laneOf(`${this.#threads.get(tid, cpu).name} (${tid}): ${event.track ?? ''}`),
          };
    if (kind === 'instant') this.#put({ ph: 'i', s: 't', ...place, name, ts });
    else this.#put({ ph: kind === 'begin' ? 'B' : 'E', ...place, name, ts });
  }

  #laneOf(name: string): number {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const lane = this.#lanes.size;
    this.#lanes.set(name, lane);
    if (lane === 0)
      this.#put({ ph: 'M', pid: TRACKS, tid: 0, name: 'process_name', args: { name: 'Tracks' } });
    this.#put({ ph: 'M', pid: TRACKS, tid: lane, name: 'thread_name', args: { name } });
    return lane;
  }
}

function ipiName({ targetCpu, name }: Extract<TraceEvent, { kind: 'ipi' }>): string {
  return `IPI to CPU ${targetCpu}: ${name}`;
}
