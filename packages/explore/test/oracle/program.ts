/**
 * Owns the generator of the oracle's programs: 2 to 3 threads, up to 6 operations over all of them besides
 * spawns and joins. A program draws on one to three groups of operations, so that its threads meet on the
 * same objects, and within a group on short idioms (lock, work, unlock), which the limit of operations may
 * cut off.
 */
import fc from 'fast-check';
import type { Instruction, LocalName, ObjectName, OperationName, OracleProgram } from './instruction.ts';

const MAXIMUM_OPERATIONS = 6;

type Idiom = (a: number, b: number) => Instruction[];

function run(
  op: OperationName | LocalName,
  on: ObjectName,
  a = 0,
  b = 0,
  when: number | null = null,
): Instruction {
  return { op, on, a, b, when };
}

/** Idioms that can go well, and those that end most runs: these are drawn less often. */
interface Group {
  readonly usual: readonly Idiom[];
  readonly fatal: readonly Idiom[];
}

const CELLS: Group = {
  usual: [
    (a) => [run('read', 'x', 0, 0), run('write', 'x', 0, a)],
    (_a, b) => [run('write', 'x', 0, b)],
    () => [run('read', 'x')],
    (a) => [run('read', 'ar', a & 1)],
    (a, b) => [run('write', 'ar', a & 1, b)],
    (a) => [run('write', 'u', 0, a)],
    (a) => [run('peek', 'x'), run('write', 'ar', 0, a, 0)],
  ],
  fatal: [() => [run('read', 'u')]],
};

const ATOMICS: Group = {
  usual: [
    (a) => [run('load', 'a'), run('store', 'a', a)],
    (a) => [run('store', 'b', a), run('load', 'a')],
    (a) => [run('add', 'a', a)],
    (a) => [run('sub', 'b', a)],
    (a) => [run('and', 'a', a)],
    (a) => [run('or', 'b', a)],
    (a) => [run('xor', 'a', a)],
    (a) => [run('exchange', 'b', a)],
    (a, b) => [run('compareExchange', 'a', a, b), run('add', 'b', 1, 0, 1)],
    (a) => [run('update', 'a', a)],
    (a) => [run('peek', 'a'), run('store', 'b', a, 0, 1)],
  ],
  fatal: [(a) => [run('load', 'b'), run('assert', 'b', a, 0)]],
};

const MUTEXES: Group = {
  usual: [
    (a) => [run('lock', 'm'), run('write', 'x', 0, a), run('unlock', 'm')],
    () => [run('lock', 'm'), run('read', 'x'), run('unlock', 'm')],
    () => [run('lock', 'm'), run('lock', 'n'), run('unlock', 'n'), run('unlock', 'm')],
    () => [run('lock', 'n'), run('lock', 'm'), run('unlock', 'm'), run('unlock', 'n')],
    () => [run('tryLock', 'm'), run('write', 'x', 0, 1, 1), run('unlock', 'm', 0, 0, 1)],
    () => [run('tryLock', 'n')],
  ],
  fatal: [() => [run('unlock', 'm')], () => [run('lock', 'm')]],
};

const RWLOCKS: Group = {
  usual: [
    () => [run('readLock', 'rw'), run('read', 'x'), run('readUnlock', 'rw')],
    (a) => [run('writeLock', 'rw'), run('write', 'x', 0, a), run('writeUnlock', 'rw')],
    () => [run('tryReadLock', 'rw'), run('read', 'x'), run('readUnlock', 'rw')],
    () => [run('tryWriteLock', 'rw'), run('write', 'x', 0, 2, 1), run('writeUnlock', 'rw', 0, 0, 1)],
    () => [run('readLock', 'rw'), run('readLock', 'rw'), run('readUnlock', 'rw')],
  ],
  fatal: [() => [run('readLock', 'rw'), run('writeLock', 'rw')], () => [run('writeUnlock', 'rw')]],
};

const CONDS: Group = {
  usual: [
    () => [run('lock', 'm'), run('wait', 'c'), run('unlock', 'm')],
    () => [run('lock', 'm'), run('peek', 'x'), run('wait', 'c', 0, 0, 0), run('unlock', 'm')],
    () => [run('lock', 'm'), run('waitTimeout', 'c'), run('unlock', 'm')],
    (a) => [run('lock', 'm'), run('write', 'x', 0, a), run('signal', 'c'), run('unlock', 'm')],
    () => [run('signal', 'c')],
    () => [run('broadcast', 'c')],
    () => [run('lock', 'm'), run('broadcast', 'c'), run('unlock', 'm')],
  ],
  fatal: [() => [run('wait', 'c')]],
};

const SEMAPHORES: Group = {
  usual: [
    (a) => [run('down', 'sem'), run('write', 'x', 0, a), run('up', 'sem')],
    () => [run('tryDown', 'sem'), run('read', 'x', 0, 0, 1)],
    (a) => [run('write', 'x', 0, a), run('up', 'sem')],
  ],
  fatal: [() => [run('down', 'sem'), run('read', 'x')]],
};

const BARRIERS: Group = {
  usual: [
    (a) => [run('write', 'x', 0, a), run('meet', 'bar')],
    () => [run('meet', 'bar'), run('read', 'x')],
    (a) => [run('write', 'ar', a & 1, a), run('meet', 'bar'), run('read', 'ar', (a + 1) & 1)],
  ],
  fatal: [() => [run('meet', 'bar'), run('meet', 'bar'), run('meet', 'bar')]],
};

/** A child starts with the pointer its parent has when it spawns it. */
const HEAPS: Group = {
  usual: [
    (a) => [run('alloc', 'slot', 0, a), run('publish', 'slot'), run('writeField', 'slot', 0, a)],
    (a) => [run('alloc', 'slot', 0, a), run('writeField', 'slot', 1, a), run('free', 'slot')],
    () => [run('readField', 'slot', 0)],
    (a) => [run('writeField', 'slot', 1, a), run('readField', 'slot', 1)],
    (a) => [run('fetch', 'slot'), run('writeField', 'slot', 0, a)],
    () => [run('fetch', 'slot'), run('free', 'slot')],
    () => [run('free', 'slot')],
  ],
  fatal: [
    () => [run('readField', 'slot', 1)],
    () => [run('store', 'slot', 0), run('fetch', 'slot'), run('readField', 'slot', 0)],
  ],
};

const HINTS: Group = {
  usual: [
    () => [run('yield', 'a')],
    () => [run('fence', 'a')],
    (a) => [run('store', 'a', a), run('waitUntil', 'a', a)],
    (a) => [run('write', 'x', 0, a), run('waitUntil', 'x', a)],
    (a) => [run('load', 'a'), run('yield', 'a', 0, 0, a)],
    (a) => [run('choose', 'a', 0, 2), run('store', 'a', a, 0, 1)],
  ],
  fatal: [
    (a) => [run('choose', 'a', 0, 3), run('assert', 'a', a)],
    (a) => [run('peek', 'x'), run('assert', 'x', a)],
    (a) => [run('waitUntil', 'a', a)],
  ],
};

/** Every so many-th idiom is a fatal one. */
const FATAL_EVERY = 8;
const GROUPS = { CELLS, ATOMICS, MUTEXES, RWLOCKS, CONDS, SEMAPHORES, BARRIERS, HEAPS, HINTS };

type GroupName = keyof typeof GROUPS;
const GROUP_NAMES = Object.keys(GROUPS) as GroupName[];

function idiomOf({ usual, fatal }: Group, idiom: number): Idiom {
  return idiom % FATAL_EVERY === FATAL_EVERY - 1 ? fatal[idiom % fatal.length] : usual[idiom % usual.length];
}

const LOCAL: readonly string[] = ['peek', 'choose', 'assert'];

interface Draft {
  readonly children: number;
  /** How many children main has spawned when it comes to its own part. */
  readonly mainAt: number;
  readonly joins: number;
  readonly palette: readonly GroupName[];
  /** Thread, group (by place in the palette), idiom, and two operands. */
  readonly parts: readonly (readonly number[])[];
  readonly flags: { count: number; spurious: boolean; wakeAny: boolean; reuse: boolean };
}

function drafted({ children, mainAt, joins, palette, parts, flags }: Draft): OracleProgram {
  const threads: Instruction[][] = Array.from({ length: children + 1 }, () => []);
  let operations = 0;
  for (const [thread, group, idiom, a, b] of parts) {
    for (const instruction of idiomOf(GROUPS[palette[group % palette.length]], idiom)(a, b)) {
      if (!LOCAL.includes(instruction.op) && ++operations > MAXIMUM_OPERATIONS) break;
      threads[thread % threads.length].push(instruction);
    }
  }
  const spawns = threads.slice(1).map((_, child) => run('spawn', 'a', child + 1));
  const prepared = palette.includes('HEAPS') ? [run('alloc', 'slot', 0, 1), run('publish', 'slot')] : [];
  const joined = spawns.slice(0, joins).map((spawn) => ({ ...spawn, op: 'join' as const }));
  threads[0] = [...prepared, ...spawns.slice(0, mainAt), ...threads[0], ...spawns.slice(mainAt), ...joined];
  return { threads, ...flags };
}

const small = fc.nat(2);

/** Programs of any size and shape, each of up to three groups. */
export function programs(): fc.Arbitrary<OracleProgram> {
  const draft = fc.record({
    children: fc.constantFrom(1, 2, 2),
    mainAt: fc.constantFrom(0, 1, 2, 2, 2),
    joins: fc.nat(2),
    palette: fc.uniqueArray(fc.constantFrom(...GROUP_NAMES), { minLength: 1, maxLength: 3 }),
    parts: fc.array(fc.tuple(small, small, fc.nat(167), small, small), { minLength: 4, maxLength: 8 }),
    flags: fc.record({
      count: fc.nat(1),
      spurious: fc.constantFrom(false, false, true),
      wakeAny: fc.boolean(),
      reuse: fc.boolean(),
    }),
  });
  return fc.noBias(draft.map(drafted));
}
