/**
 * Owns workloads that are replays of a trace: each thread works for as long as it ran, sleeps for as long as
 * it slept, and wakes and waits for the threads that it woke and waited for; when it runs, and where, is the
 * policy's. Preemption is not replayed, as it was the doing of another scheduler.
 */
import { looksLikeTraceFile, readTraceFile, toFtraceText, TraceFileError } from '@smplab/trace';
import { Semaphore } from '../../sync/semaphore.ts';
import type { Program } from '../../task/task.ts';
import type { Topology } from '../../topology/topology.ts';
import { type Workload, WorkloadError, type WorkloadHost } from '../workload.ts';
import { History, type ThreadHistory, type Work } from './history.ts';
import { readTraceLine, type TraceLine } from './trace-line.ts';

export interface ReplayOptions {
  /** Name of the file, for messages. */
  readonly file?: string;
  /** Part of each turn on a CPU that was the cost of switching, ns; default 0. */
  readonly switchNs?: number;
}

/** Lines that matter, in the order of time. */
function linesOf(file: string, text: string, warnings: string[]): TraceLine[] {
  const lines: TraceLine[] = [];
  let last = -Infinity;
  let firstLate: number | null = null;
  let line = 0;
  for (const each of text.split('\n')) {
    const found = readTraceLine(file, each.trimEnd(), ++line);
    if (found === null) continue;
    lines.push(found);
    if (found.kind === 'lost') continue;
    if (found.timeNs < last) firstLate ??= line;
    last = Math.max(last, found.timeNs);
  }
  if (!lines.some(({ kind }) => kind === 'switch'))
    throw new WorkloadError(
      `${file}: there is no sched_switch among its ${line} lines: nobody can be replayed`,
    );
  if (firstLate === null) return lines;
  warnings.push(`${file}:${firstLate}: times go back: lines are taken in the order of time`);
  return inOrder(lines);
}

/** By time, with lost events where they were. */
function inOrder(lines: readonly TraceLine[]): TraceLine[] {
  let time = -Infinity;
  const timed = lines.map((each) => {
    if (each.kind !== 'lost') time = each.timeNs;
    return { each, time };
  });
  return timed.toSorted((a, b) => a.time - b.time).map(({ each }) => each);
}

function readHistory(file: string, text: string): History {
  const warnings: string[] = [];
  const lines = linesOf(file, text, warnings);
  const first = lines.find((each) => each.kind !== 'lost');
  const history = new History(file, first?.timeNs ?? 0);
  history.warnings.push(...warnings);
  for (const line of lines) history.add(line);
  history.close();
  return history;
}

/** Nice values are in what the kernel prints from 100 to 139; below are real-time priorities. */
function rankOf(priority: number): { readonly nice: number; readonly priority: number } {
  return { nice: Math.min(Math.max(priority - 120, -20), 19), priority };
}

/** Names of threads; those that several have get a number. */
function namesOf(threads: Iterable<ThreadHistory>): ReadonlyMap<number, string> {
  const counts = new Map<string, number>();
  const all = [...threads];
  for (const { name } of all) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map(all.map(({ tid, name }) => [tid, counts.get(name) === 1 ? name : `${name}-${tid}`]));
}

/** Of work on CPUs of their speeds, without the cost of turns. */
function nsOf(work: readonly Work[], topology: Topology): number {
  return work.reduce((sum, { cpu, ns }) => sum + ns * (topology.cpus.at(cpu)?.speed ?? 1), 0);
}

class Replay {
  readonly #host: WorkloadHost;
  readonly #history: History;
  readonly #switchNs: number;
  readonly #names: ReadonlyMap<number, string>;
  readonly #woken = new Map<number, Semaphore>();

  constructor(host: WorkloadHost, history: History, switchNs: number) {
    this.#host = host;
    this.#history = history;
    this.#switchNs = switchNs;
    this.#names = namesOf(history.threads.values());
    for (const { tid } of history.threads.values()) this.#woken.set(tid, new Semaphore(`woken ${tid}`));
  }

  start(): void {
    for (const thread of this.#history.threads.values()) {
      if (thread.startNs === 0) this.#spawn(thread);
      else if (thread.startNs > 0) this.#host.at(thread.startNs, () => this.#spawn(thread));
    }
  }

  #spawn(thread: ThreadHistory): void {
    const name = this.#names.get(thread.tid) ?? thread.name;
    this.#host.spawn({ name, program: this.#program(thread), ...rankOf(thread.priority) });
  }

  #program({ tid, steps, dispatches }: ThreadHistory): Program {
    const { topology } = this.#host;
    const ran = steps.reduce((sum, step) => (step.kind === 'run' ? sum + nsOf(step.work, topology) : sum), 0);
    const overhead = dispatches * this.#switchNs;
    const part = ran === 0 ? 1 : Math.max(0, ran - overhead) / ran;
    const spawn = (child: number): void => this.#spawn(this.#history.threads.get(child)!);
    const woken = this.#woken;
    return function* (t) {
      let [wanted, done] = [0, 0];
      for (const step of steps) {
        if (step.kind === 'run') {
          // What rounding takes from one step the next one has.
          wanted += nsOf(step.work, topology) * part;
          const ns = Math.max(0, Math.round(wanted) - done);
          done += ns;
          yield t.compute(ns);
        }
        if (step.kind === 'sleep') yield t.sleep(step.ns);
        else if (step.kind === 'wait') yield woken.get(tid)!.wait();
        else if (step.kind === 'wake') yield woken.get(step.tid)!.post();
        else if (step.kind === 'fork') spawn(step.tid);
      }
    };
  }
}

/** A trace file of ours as the text of ftrace. */
function textOf(file: string, text: string): string {
  if (!looksLikeTraceFile(text)) return text;
  try {
    return toFtraceText(readTraceFile(text));
  } catch (error) {
    if (error instanceof TraceFileError) throw new WorkloadError(`${file}: ${error.message}`);
    throw error;
  }
}

/** A replay of a trace: the text of ftrace, trace-cmd report or perf script, or a trace file of ours. */
export function replay(text: string, { file = 'trace.txt', switchNs = 0 }: ReplayOptions = {}): Workload {
  const history = readHistory(file, textOf(file, text));
  const few: string[] = [];
  return {
    name: `replay of ${file}`,
    durationNs: history.durationNs,
    get warnings() {
      return [...history.warnings, ...few];
    },
    start(host) {
      const { count } = host.topology;
      const isSmall = history.cpus > count;
      const what = `${file}: the trace is of ${history.cpus} CPUs and more, the machine has ${count}`;
      few.splice(0, Infinity, ...(isSmall ? [what] : []));
      new Replay(host, history, switchNs).start();
    },
  };
}
