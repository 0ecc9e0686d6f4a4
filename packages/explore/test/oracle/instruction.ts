/**
 * Owns the tiny language of the oracle's programs: instructions as data over a fixed set of shared
 * objects. A thread has one register `r` (its last int result), one pointer register `p`, and a list of
 * all results it was given.
 */

/** What the programs share; contracts.md, section 2, says how each behaves. */
export const OBJECTS = {
  x: 'cell',
  u: 'uninitialised',
  ar: 'array',
  a: 'atomic',
  b: 'atomic',
  slot: 'atomic',
  m: 'mutex',
  n: 'mutex',
  rw: 'rwlock',
  c: 'cond',
  sem: 'semaphore',
  bar: 'barrier',
} as const;

export type ObjectName = keyof typeof OBJECTS;
export const OBJECT_NAMES = Object.keys(OBJECTS) as ObjectName[];

/** Operations: each is one step, `wait` and `waitTimeout` two. */
export const OPERATIONS = [
  'read',
  'write',
  'load',
  'store',
  'add',
  'sub',
  'and',
  'or',
  'xor',
  'exchange',
  'compareExchange',
  'update',
  'lock',
  'tryLock',
  'unlock',
  'readLock',
  'writeLock',
  'tryReadLock',
  'tryWriteLock',
  'readUnlock',
  'writeUnlock',
  'wait',
  'waitTimeout',
  'signal',
  'broadcast',
  'down',
  'tryDown',
  'up',
  'meet',
  'alloc',
  'free',
  'readField',
  'writeField',
  'publish',
  'fetch',
  'yield',
  'fence',
  'waitUntil',
  'spawn',
  'join',
] as const;

export type OperationName = (typeof OPERATIONS)[number];

/** What runs within the step before it. */
export type LocalName = 'peek' | 'choose' | 'assert';

export interface Instruction {
  readonly op: OperationName | LocalName;
  readonly on: ObjectName;
  /** Value, index, field, thread, or number of alternatives. */
  readonly a: number;
  readonly b: number;
  /** Skipped unless the register equals this; null runs always. */
  readonly when: number | null;
}

/** Thread 0 is `main`, which spawns all others. */
export interface OracleProgram {
  readonly threads: readonly (readonly Instruction[])[];
  /** Initial count of the semaphore; the barrier is for two. */
  readonly count: number;
  readonly spurious: boolean;
  /** A signal wakes any sleeper, not the one that waits longest. */
  readonly wakeAny: boolean;
  /** Ids of freed objects are given out again. */
  readonly reuse: boolean;
}

export const BARRIER_SIZE = 2;
export const ARRAY_LENGTH = 2;

/** The pure function of `update`, by operand. */
export function updated(old: number, operand: number): number {
  return (old * 2 + operand) | 0;
}

/** One instruction a line, as a failed comparison prints it. */
export function printed(program: OracleProgram): string {
  const { threads, ...flags } = program;
  const lines = threads.map((code, thread) => {
    const texts = code.map(({ op, on, a, b, when }) => {
      const condition = when === null ? '' : `if r=${when} `;
      return `${condition}${on}.${op}(${a}, ${b})`;
    });
    return `  t${thread}: ${texts.join('; ')}`;
  });
  return [...lines, `  ${JSON.stringify(flags)}`].join('\n');
}
