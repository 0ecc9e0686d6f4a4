/**
 * Owns what an operation of the oracle's language does to the state, where that is one step without
 * branches.
 */
import { type Instruction, OBJECTS, type OracleProgram, updated } from './instruction.ts';
import { note, type OracleState } from './state.ts';

/** The operations that are one step without branches; gives the result, null where there is none. */
export function perform(
  state: OracleState,
  t: number,
  instruction: Instruction,
  program: OracleProgram,
): number | null {
  const { op, on } = instruction;
  switch (OBJECTS[on]) {
    case 'cell':
    case 'uninitialised':
    case 'array':
    case 'atomic':
      return memory(state, t, instruction, program);
    case 'mutex':
      return mutex(state, t, instruction);
    case 'rwlock':
      return rwlock(state, t, instruction);
    case 'semaphore': {
      const count = state.objects[on] as number[];
      if (op === 'tryDown' && count[0] === 0) return 0;
      note(state, t, op === 'up' ? 'merge' : 'acquire', on);
      count[0] += op === 'up' ? 1 : -1;
      return op === 'tryDown' ? 1 : null;
    }
    case 'barrier':
      note(state, t, 'acquire', `${on}${state.threads[t].stamp}`);
      return null;
    case 'cond':
      return null;
  }
}

function memory(
  state: OracleState,
  t: number,
  { op, on, a, b }: Instruction,
  program: OracleProgram,
): number | null {
  const object = state.objects[on];
  const old = object[0] ?? 0;
  const thread = state.threads[t];
  switch (op) {
    case 'read': {
      const value = object[a];
      note(state, t, 'read', `${on}${a}`);
      if (value === null) state.verdict = 'uninitialised-read';
      return value;
    }
    case 'write':
      note(state, t, 'write', `${on}${a}`);
      object[a] = b;
      return null;
    case 'waitUntil':
      note(state, t, OBJECTS[on] === 'atomic' ? 'acquire' : 'read', OBJECTS[on] === 'atomic' ? on : `${on}0`);
      return null;
    case 'join':
      note(state, t, 'join', a);
      return state.threads[a].r;
    case 'load':
    case 'fetch':
      note(state, t, 'acquire', on);
      if (op === 'fetch') thread.p = old;
      return old;
    case 'store':
    case 'publish':
      note(state, t, 'release', on);
      object[0] = op === 'store' ? a : thread.p;
      return null;
    case 'alloc':
    case 'free':
    case 'readField':
    case 'writeField':
      return heap(state, t, op, a, b, program.reuse);
    case 'compareExchange':
      note(state, t, 'acquire', on);
      if (old !== a) return 0;
      note(state, t, 'merge', on);
      object[0] = b;
      return 1;
    case 'yield':
    case 'fence':
      return null;
    default:
      note(state, t, 'acquire', on);
      note(state, t, 'merge', on);
      object[0] = combined(op, old, a);
      return old;
  }
}

function mutex(state: OracleState, t: number, { op, on }: Instruction): number | null {
  const owner = state.objects[on];
  if (op === 'unlock') {
    if (owner[0] !== t) state.verdict = 'lock-misuse';
    else {
      note(state, t, 'release', on);
      owner[0] = -1;
    }
    return null;
  }
  if (owner[0] !== -1) return 0;
  note(state, t, 'acquire', on);
  owner[0] = t;
  return op === 'lock' ? null : 1;
}

function rwlock(state: OracleState, t: number, { op, on }: Instruction): number | null {
  const [writer, ...readers] = state.objects[on] as number[];
  const reads = op === 'readLock' || op === 'tryReadLock';
  const reader = readers.indexOf(t);
  if (op === 'readUnlock' && reader >= 0) {
    readers.splice(reader, 1);
    note(state, t, 'merge', `${on}-readers`);
    state.objects[on] = [writer, ...readers];
  } else if (op === 'writeUnlock' && writer === t) {
    note(state, t, 'release', on);
    state.objects[on] = [-1, ...readers];
  } else if (op === 'readUnlock' || op === 'writeUnlock') {
    state.verdict = 'lock-misuse';
  } else if (writer === -1 && (reads || readers.length === 0)) {
    note(state, t, 'acquire', on);
    if (!reads) note(state, t, 'acquire', `${on}-readers`);
    state.objects[on] = reads ? [writer, ...readers, t] : [t];
    return op.startsWith('try') ? 1 : null;
  } else return 0;
  return null;
}

function heap(
  state: OracleState,
  t: number,
  op: string,
  field: number,
  value: number,
  reuse: boolean,
): number | null {
  const thread = state.threads[t];
  if (op === 'alloc') {
    const id = (reuse ? state.reusable.pop() : undefined) ?? state.heap.length + 1;
    state.heap[id - 1] = { live: true, life: (state.heap[id - 1]?.life ?? 0) + 1, fields: [value, null] };
    thread.p = id;
    return id;
  }
  if (op === 'free' && thread.p === 0) return null;
  const block = state.heap[thread.p - 1];
  if (block === undefined) state.verdict = 'null-dereference';
  else if (!block.live) state.verdict = op === 'free' ? 'double-free' : 'use-after-free';
  else if (op === 'free') {
    block.fields.forEach((_, index) => note(state, t, 'write', `node${thread.p}.${index}#${block.life}`));
    block.live = false;
    state.reusable.push(thread.p);
  } else {
    note(state, t, op === 'readField' ? 'read' : 'write', `node${thread.p}.${field}#${block.life}`);
    if (op === 'readField' && block.fields[field] === null) state.verdict = 'uninitialised-read';
    if (op === 'readField') return block.fields[field];
    block.fields[field] = value;
  }
  return null;
}

function combined(op: string, old: number, operand: number): number {
  switch (op) {
    case 'add':
      return (old + operand) | 0;
    case 'sub':
      return (old - operand) | 0;
    case 'and':
      return old & operand;
    case 'or':
      return old | operand;
    case 'xor':
      return old ^ operand;
    case 'exchange':
      return operand;
    case 'update':
      return updated(old, operand);
    default:
      throw new Error(`the oracle knows no operation ${op}`);
  }
}
