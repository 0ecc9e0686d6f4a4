/** Owns the state of one interleaving as the oracle has it: plain values, copied at each branch. */
import { ARRAY_LENGTH, OBJECT_NAMES, OBJECTS, type ObjectName, type OracleProgram } from './instruction.ts';

export interface OracleThread {
  pc: number;
  r: number;
  p: number;
  results: number[];
  life: 'unborn' | 'live' | 'ended';
  /** Of a wait: 0 not begun, 1 asleep, 2 signalled. */
  sleep: number;
  /** Steps when `yield` was reached; generation of the barrier when `meet` was. */
  stamp: number;
}

interface Block {
  live: boolean;
  /** How often the id was given out: accesses to different lives of a block do not meet. */
  life: number;
  fields: (number | null)[];
}

/** One abstract event of an interleaving, for judging what is ordered. */
export interface OracleEvent {
  readonly thread: number;
  readonly what: 'read' | 'write' | 'acquire' | 'release' | 'merge' | 'spawn' | 'join';
  /** Location, synchronisation word, or thread. */
  readonly key: string | number;
  readonly before: OracleEvent | null;
}

export interface OracleState {
  /**
   * By object: the values of cells, atomics and the semaphore; owner of a mutex (-1 none); writer (-1 none)
   * and holders of the rwlock; sleepers of the condition; arrivals and generation of the barrier.
   */
  objects: Record<ObjectName, (number | null)[]>;
  heap: Block[];
  reusable: number[];
  threads: OracleThread[];
  steps: number;
  verdict: string | null;
  events: OracleEvent | null;
}

export function initial(program: OracleProgram): OracleState {
  const objects = {} as OracleState['objects'];
  for (const name of OBJECT_NAMES) {
    const kind = OBJECTS[name];
    if (kind === 'array') objects[name] = Array.from({ length: ARRAY_LENGTH }, () => 0);
    else if (kind === 'mutex' || kind === 'rwlock') objects[name] = [-1];
    else if (kind === 'barrier') objects[name] = [0, 0];
    else if (kind === 'cond') objects[name] = [];
    else objects[name] = [kind === 'uninitialised' ? null : kind === 'semaphore' ? program.count : 0];
  }
  const threads = program.threads.map((): OracleThread => ({
    pc: 0,
    r: 0,
    p: 0,
    results: [],
    life: 'unborn',
    sleep: 0,
    stamp: 0,
  }));
  return { objects, heap: [], reusable: [], threads, steps: 0, verdict: null, events: null };
}

export function copy(state: OracleState): OracleState {
  const objects = {} as OracleState['objects'];
  for (const name of OBJECT_NAMES) objects[name] = state.objects[name].slice();
  return {
    ...state,
    objects,
    heap: state.heap.map((block) => ({ ...block, fields: block.fields.slice() })),
    reusable: state.reusable.slice(),
    threads: state.threads.map((thread) => ({ ...thread, results: thread.results.slice() })),
  };
}

/** Notes what the thread did to a location or a synchronisation word. */
export function note(
  state: OracleState,
  thread: number,
  what: OracleEvent['what'],
  key: string | number,
): void {
  state.events = { thread, what, key, before: state.events };
}

/** The thread is given the result of an operation. */
export function give(thread: OracleThread, value: number): void {
  thread.r = value;
  thread.results.push(value);
}
