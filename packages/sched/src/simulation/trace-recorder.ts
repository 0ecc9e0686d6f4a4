/**
 * Owns the record of a simulation as a trace: who ran where, who woke whom and for which CPU, IPIs, tokens
 * and mutexes as long as tasks have them, and how many tasks wait to run. Give it to a simulation as its
 * listener.
 *
 *     const recorder = new TraceRecorder('pipeline', topology);
 *     const sim = new Simulation({ policy, topology, listener: recorder });
 *     ...
 *     writeFileSync('pipeline.perfetto', toPerfetto(recorder.trace()));
 *
 * Times are rounded to whole nanoseconds.
 */
import { IDLE_TID, type ThreadState, type Trace, type TraceEvent, type TraceThread } from '@smplab/trace';
import { DEAD, type Task } from '../task/task.ts';
import type { Topology } from '../topology/topology.ts';
import type { LockKind, SimulationListener } from './listener.ts';

/** Priority of the nice value 0, as Linux counts. */
const NICE_0 = 120;

export interface TraceRecorderOptions {
  /** Whether the number of tasks that wait to run is recorded at every change; default true. */
  readonly counters?: boolean;
}

export class TraceRecorder implements SimulationListener {
  readonly #name: string;
  readonly #cpus: number;
  readonly #counts: boolean;
  readonly #threads: TraceThread[] = [];
  readonly #events: TraceEvent[] = [];
  /** Who runs where, as far as it is recorded. */
  readonly #running: Int32Array;
  #waiting = 0;
  #last = 0;

  constructor(name: string, topology: Topology, { counters = true }: TraceRecorderOptions = {}) {
    this.#name = name;
    this.#cpus = topology.count;
    this.#counts = counters;
    this.#running = new Int32Array(topology.count);
  }

  /** Events recorded so far. */
  get length(): number {
    return this.#events.length;
  }

  /** What has been recorded up to now. */
  trace(description: Readonly<Record<string, string>> = {}): Trace {
    const { length } = Object.keys(description);
    return {
      name: this.#name,
      cpus: this.#cpus,
      threads: [...this.#threads],
      events: [...this.#events],
      ...(length > 0 && { description }),
    };
  }

  /** Whole nanoseconds that never go back. */
  #time(now: number): number {
    const time = Math.round(now);
    if (time > this.#last) this.#last = time;
    return this.#last;
  }

  #count(timeNs: number, change: number): void {
    this.#waiting += change;
    if (!this.#counts || change === 0) return;
    this.#events.push({ kind: 'counter', timeNs, track: 'waiting tasks', value: this.#waiting });
  }

  created(_now: number, { id, name, nice }: Task): void {
    this.#threads.push({ tid: id, pid: id, name, priority: NICE_0 + nice });
  }

  switched(now: number, cpu: number, from: Task | null, to: Task | null, isRunnable: boolean): void {
    const timeNs = this.#time(now);
    const prev = from === null ? IDLE_TID : from.id;
    const next = to === null ? IDLE_TID : to.id;
    const prevState = from === null ? 'R' : stateOf(from, isRunnable);
    this.#events.push({ kind: 'switch', timeNs, cpu, prev, prevState, next });
    this.#running[cpu] = next;
    this.#count(timeNs, (isRunnable && from !== null ? 1 : 0) - (to === null ? 0 : 1));
  }

  enqueued(now: number, { id, cpu: targetCpu, lastCpu, parent, wakeups }: Task, waker: Task | null): void {
    const timeNs = this.#time(now);
    // A task that is new has been woken by who made it.
    const actor = wakeups === 0 ? parent : waker;
    const cpu = actor === null ? (lastCpu === -1 ? targetCpu : lastCpu) : actor.cpu;
    this.#events.push({ kind: 'waking', timeNs, cpu, tid: id, waker: actor?.id ?? IDLE_TID, targetCpu });
    this.#count(timeNs, 1);
  }

  interrupted(now: number, from: number, to: number): void {
    const tid = this.#running[from];
    this.#events.push({
      kind: 'ipi',
      timeNs: this.#time(now),
      cpu: from,
      targetCpu: to,
      name: 'resched',
      tid,
    });
  }

  took(now: number, task: Task, what: LockKind, name: string): void {
    this.#lock('begin', now, task, what, name);
  }

  gave(now: number, task: Task, what: LockKind, name: string): void {
    this.#lock('end', now, task, what, name);
  }

  /** Each lock has a track of its own: they need not be given back in the opposite order. */
  #lock(kind: 'begin' | 'end', now: number, { id, cpu }: Task, what: LockKind, name: string): void {
    this.#events.push({ kind, timeNs: this.#time(now), cpu, tid: id, track: `${what} ${name}`, name });
  }
}

/** Who could go on has been preempted if there was work left, and has given way if there was none. */
function stateOf(task: Task, isRunnable: boolean): ThreadState {
  if (isRunnable) return task.remaining > 0 ? 'R+' : 'R';
  return task.state === DEAD ? 'X' : 'S';
}
