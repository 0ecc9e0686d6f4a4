/**
 * Owns how exporters call threads: by their own names, and by those that Linux would have given them, where
 * a file has room for no other.
 */
import { IDLE_TID, type Trace, type TraceThread } from './event.ts';

/** TASK_COMM_LEN without the zero at the end. */
export const COMM_LENGTH = 15;
/** Priority of the nice value 0, as the kernel counts. */
const DEFAULT_PRIORITY = 120;

/** A name as a line of ftrace can carry it: no blanks, and short. */
export function commOf(name: string): string {
  const comm = name.replace(/[^A-Za-z0-9_/:.-]/g, '_').slice(0, COMM_LENGTH);
  return comm === '' ? '_' : comm;
}

/** A thread among those of a trace. */
export interface NamedThread extends TraceThread {
  readonly priority: number;
  readonly comm: string;
}

export class ThreadTable {
  readonly #threads = new Map<number, NamedThread>();
  readonly #idle: NamedThread[] = [];

  constructor(trace: Trace) {
    for (const thread of trace.threads) this.#threads.set(thread.tid, named(thread));
  }

  /** A thread by its tid; one that the trace does not name is called after its number. */
  get(tid: number, cpu: number): NamedThread {
    if (tid === IDLE_TID) return this.#idleOf(cpu);
    const known = this.#threads.get(tid);
    if (known !== undefined) return known;
    const made = named({ tid, pid: tid, name: `thread ${tid}` });
    this.#threads.set(tid, made);
    return made;
  }

  #idleOf(cpu: number): NamedThread {
    return (this.#idle[cpu] ??= named({ tid: IDLE_TID, pid: IDLE_TID, name: `swapper/${cpu}` }));
  }
}

function named(thread: TraceThread): NamedThread {
  return { priority: DEFAULT_PRIORITY, ...thread, comm: commOf(thread.name) };
}

/** The processes of a trace in the order of their threads, with the names that those give them. */
export function processesOf(trace: Trace): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const { pid } of trace.threads) names.set(pid, `process ${pid}`);
  for (const { pid, tid, name } of trace.threads) if (pid === tid) names.set(pid, name);
  for (const { pid, processName } of trace.threads)
    if (processName !== undefined) names.set(pid, processName);
  return names;
}
