/**
 * Owns what makes a trace consistent: time goes on, CPUs and threads are those of the trace, a CPU switches
 * from whom it runs, nobody runs twice at a time, slices end in the order opposite to that in which they
 * begin.
 */
import {
  IDLE_TID,
  type SliceEvent,
  type SwitchEvent,
  type Trace,
  type TraceEvent,
  type WakingEvent,
} from './event.ts';

/** Problems that are told; of more there is no use. */
const MOST_PROBLEMS = 20;
const UNKNOWN = -1;
const ASLEEP = 'asleep';
const READY = 'ready';

/** What is wrong with an event. */
export interface TraceProblem {
  /** Its place among the events; -1: of the threads. */
  readonly event: number;
  readonly text: string;
}

/** What is inconsistent in a trace, the first things first; empty if nothing is. */
export function checkTrace(trace: Trace): TraceProblem[] {
  return new Check(trace).run();
}

class Check {
  readonly #trace: Trace;
  readonly #problems: TraceProblem[] = [];
  readonly #tids = new Set<number>([IDLE_TID]);
  /** Who runs on a CPU; UNKNOWN before its first switch. */
  readonly #running: number[];
  /** Where a thread runs. */
  readonly #places = new Map<number, number>();
  readonly #states = new Map<number, typeof ASLEEP | typeof READY>();
  readonly #slices = new Map<string, string[]>();
  #at = -1;

  constructor(trace: Trace) {
    this.#trace = trace;
    this.#running = new Array<number>(Math.max(0, trace.cpus)).fill(UNKNOWN);
  }

  run(): TraceProblem[] {
    const { cpus, threads, events } = this.#trace;
    if (!Number.isInteger(cpus) || cpus < 1) this.#say(`${cpus} CPUs: a whole number from 1 is needed`);
    for (const { tid } of threads) {
      if (this.#tids.has(tid)) this.#say(`thread ${tid} is there twice`);
      this.#tids.add(tid);
    }
    let last = 0;
    for (const event of events) {
      this.#at++;
      if (this.#problems.length >= MOST_PROBLEMS) break;
      if (event.timeNs < last) this.#say(`time goes back from ${last} ns to ${event.timeNs} ns`);
      last = event.timeNs;
      this.#event(event);
    }
    return this.#problems;
  }

  #say(text: string): void {
    this.#problems.push({ event: this.#at, text });
  }

  #event(event: TraceEvent): void {
    if (event.kind === 'counter') return;
    this.#checkCpu(event.cpu);
    if (event.kind === 'switch') this.#switch(event);
    else if (event.kind === 'waking') this.#waking(event);
    else this.#checkTid(event.tid);
    if (event.kind === 'ipi') this.#checkCpu(event.targetCpu);
    if (event.kind === 'begin' || event.kind === 'end') this.#slice(event);
  }

  #checkCpu(cpu: number): void {
    if (!(cpu >= 0 && cpu < this.#trace.cpus)) this.#say(`there is no CPU ${cpu}`);
  }

  #checkTid(tid: number): void {
    if (!this.#tids.has(tid)) this.#say(`there is no thread ${tid}`);
  }

  #switch({ cpu, prev, prevState, next }: SwitchEvent): void {
    this.#checkTid(prev);
    this.#checkTid(next);
    const current = this.#running[cpu] ?? UNKNOWN;
    if (current !== UNKNOWN && current !== prev)
      this.#say(
        `CPU ${cpu} switches from thread ${prev}, but runs ${current === IDLE_TID ? 'nobody' : current}`,
      );
    if (prev === next) this.#say(`CPU ${cpu} switches from thread ${prev} to itself`);
    if (prev === IDLE_TID && prevState !== 'R') this.#say(`idle CPU ${cpu} stops in state ${prevState}`);
    if (prev !== IDLE_TID) {
      this.#places.delete(prev);
      this.#states.set(prev, prevState === 'R' || prevState === 'R+' ? READY : ASLEEP);
    }
    this.#running[cpu] = next;
    if (next === IDLE_TID) return;
    const place = this.#places.get(next);
    if (place !== undefined) this.#say(`thread ${next} runs on CPUs ${place} and ${cpu} at once`);
    if (this.#states.get(next) === ASLEEP)
      this.#say(`thread ${next} runs on CPU ${cpu}, but nobody has woken it`);
    this.#places.set(next, cpu);
  }

  #waking({ tid, waker, targetCpu }: WakingEvent): void {
    this.#checkTid(tid);
    this.#checkTid(waker);
    this.#checkCpu(targetCpu);
    const place = this.#places.get(tid);
    if (place !== undefined) this.#say(`thread ${tid} is woken while it runs on CPU ${place}`);
    this.#states.set(tid, READY);
  }

  #slice({ kind, tid, track, name }: SliceEvent): void {
    const key = `${tid} ${track}`;
    let open = this.#slices.get(key);
    if (open === undefined) this.#slices.set(key, (open = []));
    if (kind === 'begin') {
      open.push(name);
      return;
    }
    const begun = open.pop();
    if (begun === name) return;
    const what = `slice "${name}" ends on track "${track}" of thread ${tid}`;
    this.#say(
      begun === undefined ? `${what}, but none has begun` : `${what}, but "${begun}" is the last begun`,
    );
  }
}
