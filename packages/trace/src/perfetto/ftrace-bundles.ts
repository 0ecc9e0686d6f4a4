/**
 * Owns the events of a CPU as Perfetto knows them of Linux: bundles of ftrace events, one kind of bundle for
 * each CPU (protos/perfetto/trace/ftrace). Numbers in the code are those of the fields.
 */
import {
  IDLE_TID,
  type IpiEvent,
  type SwitchEvent,
  type ThreadState,
  type TraceEvent,
  type WakingEvent,
} from '../event.ts';
import type { ThreadTable } from '../thread-table.ts';
import { ProtoWriter } from './proto-writer.ts';

/** TracePacket.ftrace_events. */
const FTRACE_EVENTS = 1;
const EVENT = 2;
const SCHED_SWITCH = 4;
const SCHED_WAKING = 20;
const IPI_ENTRY = 21;
const IPI_EXIT = 22;
const IPI_RAISE = 23;
/** common_flags: TRACE_FLAG_HARDIRQ. */
const IN_INTERRUPT = 0x08;
/** A bundle is a packet, which readers take whole. */
const BUNDLE_BYTES = 1 << 16;

/** Bits of task_struct.state since Linux 4.14, as sched_switch has them. */
export const STATE_BITS: Readonly<Record<ThreadState, number>> = {
  R: 0,
  S: 1,
  D: 2,
  T: 4,
  X: 0x10,
  'R+': 0x100,
};

/** The bundles of one trace: events go in, packets come out of `packets`. */
export class FtraceBundles {
  readonly #packets: ProtoWriter;
  readonly #threads: ThreadTable;
  readonly #open: (ProtoWriter | undefined)[] = [];
  /** Who runs where. */
  readonly #running: number[];

  constructor(packets: ProtoWriter, threads: ThreadTable, cpus: number) {
    this.#packets = packets;
    this.#threads = threads;
    this.#running = new Array<number>(cpus).fill(IDLE_TID);
  }

  add(event: TraceEvent, timeNs: number): void {
    if (event.kind === 'switch') this.#switch(event, timeNs);
    else if (event.kind === 'waking') this.#waking(event, timeNs);
    else if (event.kind === 'ipi') this.#ipi(event, timeNs);
  }

  /** Writes the bundles that are not full yet. */
  finish(): void {
    for (const cpu of this.#open.keys()) this.#flush(cpu);
  }

  #flush(cpu: number): void {
    const bundle = this.#open[cpu];
    if (bundle === undefined) return;
    this.#packets.begin(1);
    this.#packets.message(FTRACE_EVENTS, bundle.finish());
    this.#packets.end();
    this.#open[cpu] = undefined;
  }

  /** Begins an event in the bundle of a CPU, with who runs there at the time. */
  #begin(cpu: number, timeNs: number, pid: number): ProtoWriter {
    if ((this.#open[cpu]?.length ?? 0) > BUNDLE_BYTES) this.#flush(cpu);
    let bundle = this.#open[cpu];
    if (bundle === undefined) {
      this.#open[cpu] = bundle = new ProtoWriter();
      bundle.int(1, cpu);
    }
    bundle.begin(EVENT);
    bundle.int(1, timeNs);
    bundle.int(2, pid);
    return bundle;
  }

  #switch({ cpu, prev, prevState, next }: SwitchEvent, timeNs: number): void {
    const from = this.#threads.get(prev, cpu);
    const to = this.#threads.get(next, cpu);
    const out = this.#begin(cpu, timeNs, prev);
    out.begin(SCHED_SWITCH);
    out.text(1, from.name);
    out.int(2, prev);
    out.int(3, from.priority);
    out.int(4, STATE_BITS[prevState]);
    out.text(5, to.name);
    out.int(6, next);
    out.int(7, to.priority);
    out.end();
    out.end();
    this.#running[cpu] = next;
  }

  /** The waker is who runs where the event is; a clock wakes from an interrupt, and so is no waker. */
  #waking({ cpu, tid, waker, targetCpu }: WakingEvent, timeNs: number): void {
    const { name, priority } = this.#threads.get(tid, cpu);
    const out = this.#begin(cpu, timeNs, waker);
    if (waker === IDLE_TID) out.int(5, IN_INTERRUPT);
    out.begin(SCHED_WAKING);
    out.text(1, name);
    out.int(2, tid);
    out.int(3, priority);
    out.int(4, 1);
    out.int(5, targetCpu);
    out.end();
    out.end();
  }

  #ipi({ cpu, targetCpu, name, tid }: IpiEvent, timeNs: number): void {
    const out = this.#begin(cpu, timeNs, tid);
    out.begin(IPI_RAISE);
    // A word of CPUs: the field has no more.
    out.int(1, targetCpu < 32 ? 2 ** targetCpu : 0);
    out.text(2, name);
    out.end();
    out.end();
    for (const kind of [IPI_ENTRY, IPI_EXIT]) {
      const target = this.#begin(targetCpu, timeNs, this.#running[targetCpu] ?? IDLE_TID);
      target.begin(kind);
      target.text(1, name);
      target.end();
      target.end();
    }
  }
}
