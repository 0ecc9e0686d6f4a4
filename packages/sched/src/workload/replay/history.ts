/**
 * Owns what the threads of a trace did: how long they worked between what they did for others and what they
 * waited for. Made of lines in the order of time.
 */
import type { Named, SwitchLine, TraceLine, WakeLine } from './trace-line.ts';

/** Work: ns that a thread ran, on which CPU. */
export interface Work {
  readonly cpu: number;
  ns: number;
}

export type Step =
  | { readonly kind: 'run'; readonly work: Work[] }
  | { readonly kind: 'sleep'; readonly ns: number }
  /** Until another thread wakes it. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'wake' | 'fork'; readonly tid: number };

const UNSEEN = 0;
const RUNNING = 1;
const RUNNABLE = 2;
const SLEEPING = 3;

/** So many contradictions are told one by one. */
const MOST_TOLD = 3;

export class ThreadHistory {
  readonly tid: number;
  name: string;
  priority: number;
  readonly steps: Step[] = [];
  /** Time from the begin of the trace at which it appears; -1: another thread makes it. */
  startNs = 0;
  state = UNSEEN;
  cpu = 0;
  /** Since when it runs and is not yet accounted for, or sleeps. */
  since = 0;
  dispatches = 0;

  constructor({ tid, name, priority }: Named) {
    this.tid = tid;
    this.name = name;
    this.priority = priority;
  }

  /** Counts what it has run up to a time. */
  account(now: number): void {
    if (this.state !== RUNNING || now === this.since) return;
    const ns = now - this.since;
    this.since = now;
    let last = this.steps.at(-1);
    if (last?.kind !== 'run') this.steps.push((last = { kind: 'run', work: [] }));
    const work = last.work.at(-1);
    if (work?.cpu === this.cpu) work.ns += ns;
    else last.work.push({ cpu: this.cpu, ns });
  }
}

export class History {
  readonly threads = new Map<number, ThreadHistory>();
  readonly warnings: string[] = [];
  /** Who runs where, by CPU; 0 is idle. */
  readonly #running = new Map<number, number>();
  readonly #file: string;
  readonly #beganAt: number;
  #wakes = 0;
  #endedAt: number;
  #isLost = false;
  /** Times that somebody goes who was not seen to come. */
  #guesses = 0;

  constructor(file: string, beganAt: number) {
    this.#file = file;
    this.#beganAt = beganAt;
    this.#endedAt = beganAt;
  }

  get durationNs(): number {
    return this.#endedAt - this.#beganAt;
  }

  /** CPUs that the trace has, by the largest number. */
  get cpus(): number {
    return 1 + Math.max(0, ...this.#running.keys());
  }

  add(line: TraceLine): void {
    if (line.kind === 'lost') {
      this.#isLost = true;
      this.#warn(line.line, `${line.what}: what happened meanwhile is guessed`);
      return;
    }
    this.#endedAt = Math.max(this.#endedAt, line.timeNs);
    if (line.kind === 'switch') this.#switch(line);
    else this.#wake(line);
  }

  /** The trace is at its end. */
  close(): void {
    for (const thread of this.threads.values()) thread.account(this.#endedAt);
    if (this.#guesses > MOST_TOLD)
      this.warnings.push(
        `${this.#file}: ${this.#guesses} times nobody was seen to come who goes: a trace of some threads ` +
          'only (perf record without -a) does not say how long they ran',
      );
    if (this.#wakes === 0 && this.threads.size > 0)
      this.warnings.push(
        `${this.#file}: there are no wakeups (sched_waking, sched_wakeup): what threads waited for a ` +
          'CPU after sleeping counts as sleep, and nobody waits for anybody',
      );
  }

  #warn(line: number, what: string): void {
    this.warnings.push(`${this.#file}:${line}: ${what}`);
  }

  #of(named: Named): ThreadHistory {
    const found = this.threads.get(named.tid) ?? new ThreadHistory(named);
    // Names change with exec, and ftrace does not know all of them.
    if (!named.name.startsWith('<')) {
      if (found.name.startsWith('<')) found.priority = named.priority;
      found.name = named.name;
    }
    this.threads.set(named.tid, found);
    return found;
  }

  #switch({ line, timeNs, cpu, prev, prevState, next }: SwitchLine): void {
    const before = this.#running.get(cpu);
    if (before !== undefined && before !== prev.tid) this.#resync(line, timeNs, cpu, before, prev);
    if (prev.tid !== 0) {
      const thread = this.#of(prev);
      // It ran when the trace began; one that was elsewhere before came here unseen.
      const isFirst = before === undefined && thread.state === UNSEEN;
      if (thread.state !== RUNNING) this.#dispatch(thread, cpu, isFirst ? this.#beganAt : timeNs);
      thread.account(timeNs);
      thread.since = timeNs;
      thread.state = prevState.startsWith('R') ? RUNNABLE : SLEEPING;
    }
    if (next.tid !== 0) this.#dispatch(this.#of(next), cpu, timeNs);
    this.#running.set(cpu, next.tid);
  }

  /** Somebody else ran there than was thought. */
  #resync(line: number, timeNs: number, cpu: number, before: number, prev: Named): void {
    this.#guesses++;
    if (!this.#isLost && this.#guesses <= MOST_TOLD)
      this.#warn(line, `CPU ${cpu} switches away from ${prev.tid} (${prev.name}), but ${before} ran there`);
    const thread = this.threads.get(before);
    if (thread?.state !== RUNNING || thread.cpu !== cpu) return;
    thread.account(timeNs);
    thread.state = RUNNABLE;
  }

  /** Who is first seen where it runs has run there since the trace began. */
  #first(tid: number, cpu: number): number {
    const thread = tid === 0 ? undefined : this.#of({ tid, name: `<${tid}>`, priority: 120 });
    if (thread?.state === UNSEEN) this.#dispatch(thread, cpu, this.#beganAt);
    return tid;
  }

  #dispatch(thread: ThreadHistory, cpu: number, timeNs: number): void {
    if (thread.state === RUNNING) thread.account(timeNs);
    // Nobody was seen to wake it.
    if (thread.state === SLEEPING) thread.steps.push({ kind: 'sleep', ns: timeNs - thread.since });
    thread.state = RUNNING;
    thread.cpu = cpu;
    thread.since = timeNs;
    thread.dispatches++;
  }

  #wake({ timeNs, cpu, target, waker, isInterrupt }: WakeLine): void {
    this.#wakes++;
    this.#running.set(cpu, this.#running.get(cpu) ?? this.#first(waker, cpu));
    if (target.tid === 0) return;
    const thread = this.#of(target);
    // Of sched_waking and the sched_wakeup that follows the first one counts.
    if (thread.state === RUNNING || thread.state === RUNNABLE) return;
    const by = isInterrupt || waker === target.tid ? undefined : this.threads.get(waker);
    const isThread = by?.state === RUNNING;
    if (isThread) by.account(timeNs);
    if (thread.state === UNSEEN) {
      thread.startNs = isThread ? -1 : timeNs - this.#beganAt;
      if (isThread) by.steps.push({ kind: 'fork', tid: target.tid });
    } else if (isThread) {
      by.steps.push({ kind: 'wake', tid: target.tid });
      thread.steps.push({ kind: 'wait' });
    } else thread.steps.push({ kind: 'sleep', ns: timeNs - thread.since });
    thread.state = RUNNABLE;
  }
}
