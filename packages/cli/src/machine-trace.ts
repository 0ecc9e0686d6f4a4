/**
 * Owns the record of a machine that `boot` runs as a trace: which thread each CPU ran, who woke whom,
 * messages between CPUs, tokens that were refused, forks, execs and exits. A machine in virtual time says
 * when; a live one counts ticks only, in which its events are in order: they are spread over the tick evenly.
 */
import type { MachineEvent } from '@smplab/machine';
import { IDLE_TID, type ThreadState, type Trace, type TraceEvent, type TraceThread } from '@smplab/trace';

/** Threads whose CPU has nothing to do are called so. */
const IDLE = 'idle';

interface Seen {
  readonly tid: number;
  /** What it is in when it leaves its CPU. */
  state: ThreadState;
  hasEnded: boolean;
}

export class MachineTrace {
  readonly #threads: TraceThread[] = [];
  /**
   * By their place in kernel memory, which is used again; and by their CPU, where events of different CPUs
   * are in no order: threads do not move there.
   */
  readonly #seen = new Map<number, Seen>();
  readonly #events: TraceEvent[] = [];
  readonly #running: (Seen | null)[];
  #isOrdered = true;
  #kept: { readonly tick: number; readonly event: MachineEvent }[] = [];

  constructor(
    readonly name: string,
    readonly cpus: number,
    /** Time of a tick, ns. */
    readonly tickNs: number,
  ) {
    this.#running = new Array<Seen | null>(cpus).fill(null);
  }

  /** An event of which only the tick is known; those of a tick come in their order. */
  keep(event: MachineEvent): void {
    this.#isOrdered = false;
    if (this.#kept.length > 0 && this.#kept[0].tick !== event.tick) this.#spread();
    this.#kept.push({ tick: event.tick, event });
  }

  #spread(): void {
    const kept = this.#kept;
    this.#kept = [];
    for (const [at, { tick, event }] of kept.entries())
      this.add(Math.floor((tick + at / kept.length) * this.tickNs), event);
  }

  /** What has been recorded. */
  trace(): Trace {
    this.#spread();
    return { name: this.name, cpus: this.cpus, threads: this.#threads, events: this.#events };
  }

  add(timeNs: number, event: MachineEvent): void {
    const { cpu } = event;
    const tid = this.#running[cpu]?.tid ?? IDLE_TID;
    switch (event.kind) {
      case 'thread-created':
        // Where it is known to come before its first switch.
        if (this.#isOrdered) this.#seen.delete(event.thread.td);
        return;
      case 'switch':
        this.#switch(timeNs, cpu, this.#of(event.from, cpu), this.#of(event.to, cpu));
        return;
      case 'sleep':
        this.#leaves(event.thread, cpu, 'S');
        return;
      case 'thread-exited':
        this.#leaves(event.thread, cpu, 'X');
        return;
      case 'wakeup':
        this.#wake(timeNs, cpu, tid, event.thread);
        return;
      case 'ipi-sent':
        this.#events.push({ kind: 'ipi', timeNs, cpu, targetCpu: event.other, name: event.function, tid });
        return;
      default:
        this.#instant(timeNs, cpu, tid, event);
    }
  }

  #of({ td, name }: { readonly td: number; readonly name: string }, cpu: number): Seen | null {
    if (td === 0 || name === IDLE) return null;
    const key = this.#isOrdered ? td : td * this.cpus + cpu;
    const known = this.#seen.get(key);
    if (known !== undefined && !known.hasEnded) return known;
    const tid = this.#threads.length + 1;
    this.#threads.push({ tid, pid: tid, name });
    const seen: Seen = { tid, state: 'R', hasEnded: false };
    this.#seen.set(key, seen);
    return seen;
  }

  #leaves(thread: { readonly td: number; readonly name: string }, cpu: number, state: ThreadState): void {
    const seen = this.#of(thread, cpu);
    if (seen !== null) seen.state = state;
  }

  #switch(timeNs: number, cpu: number, from: Seen | null, to: Seen | null): void {
    const before = this.#running[cpu];
    const base = { kind: 'switch', timeNs, cpu } as const;
    // What ran before the first event of the CPU, or before events that were lost.
    if (before !== from) {
      const prevState = before?.state ?? 'R';
      this.#events.push({ ...base, prev: before?.tid ?? IDLE_TID, prevState, next: from?.tid ?? IDLE_TID });
    }
    this.#running[cpu] = to;
    if (from === to) return;
    const prevState = from?.state ?? 'R';
    if (from?.state === 'X') from.hasEnded = true;
    this.#events.push({ ...base, prev: from?.tid ?? IDLE_TID, prevState, next: to?.tid ?? IDLE_TID });
    if (to !== null) to.state = 'R';
  }

  #wake(
    timeNs: number,
    cpu: number,
    waker: number,
    thread: { readonly td: number; readonly name: string },
  ): void {
    const seen = this.#of(thread, cpu);
    // It had not slept yet.
    if (seen?.state !== 'S' || this.#running.includes(seen)) return;
    seen.state = 'R';
    this.#events.push({ kind: 'waking', timeNs, cpu, tid: seen.tid, waker, targetCpu: cpu });
  }

  #instant(timeNs: number, cpu: number, tid: number, event: MachineEvent): void {
    const text = textOf(event);
    if (text === null) return;
    const base = { kind: 'instant', timeNs, cpu, tid, name: text } as const;
    this.#events.push(event.kind === 'token-contention' ? { ...base, track: 'tokens' } : base);
  }
}

/** What is written at the moment of an event that is neither a switch nor a message. */
function textOf(event: MachineEvent): string | null {
  switch (event.kind) {
    case 'token-contention':
      return `${event.name} is ${event.state}`;
    case 'fork':
      return `process ${event.pid} forks ${event.child}`;
    case 'exec':
      return `process ${event.pid} execs`;
    case 'exit':
      return `process ${event.pid} exits`;
    case 'panic':
      return 'panic';
    case 'dropped':
      return `${event.count} events lost`;
    default:
      return null;
  }
}
