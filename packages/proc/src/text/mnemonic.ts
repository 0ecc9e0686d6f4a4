/**
 * Owns what can be written in the place of an instruction: how many words it takes, and which instructions it
 * stands for once all labels have their addresses. Pure.
 *
 *     li r1, 100000     li, lih            la r1, label     addi r1, pc, distance
 *     sys fork          li r0, 2; sys      ld r1, label     ld r1, [pc + distance]
 *     push r1           addi, st           call label       jal lr, label
 *     pop r1            ld, addi           ret              jr lr
 */
import {
  fieldsOf,
  IMM_LEAST,
  IMM_MOST,
  type Instruction,
  type InstructionName,
  INSTRUCTIONS,
} from './instruction.ts';
import { evaluate, SourceError } from './source-line.ts';
import { SYSTEM_CALL_NUMBERS, type SystemCallName } from './system-call-numbers.ts';

export const WORD = 4;
const SP = 14;
const PC = 15;
/** Where `call` leaves the way back. */
export const LR = 13;
const REGISTERS: ReadonlyMap<string, number> = new Map([
  ...Array.from({ length: LR + 1 }, (_, at) => [`r${at}`, at] as const),
  ['lr', LR],
  ['sp', SP],
  ['pc', PC],
]);

/** What an instruction is made with: its own address, and the values of names. */
export interface Place {
  readonly address: number;
  readonly lookup: (name: string) => number;
}

/** A line of source that becomes instructions. */
export interface Mnemonic {
  readonly words: number;
  readonly make: (place: Place) => readonly Instruction[];
}

/**
 * What a line stands for. `known` gives the value of a constant, undefined for labels, which have no address
 * yet.
 */
export function mnemonic(
  what: string,
  operands: readonly string[],
  known: (name: string) => number | undefined,
): Mnemonic {
  switch (what) {
    case 'li':
      return loadImmediate(count(what, operands, 2), known);
    case 'la':
      return one(count(what, operands, 2), ([a, to], place) =>
        build('addi', { a: register(a), b: PC, imm: near(to, place) }),
      );
    case 'add':
    case 'sub':
      return addition(what, count(what, operands, 3));
    case 'sys':
      return systemCall(operands);
    case 'push':
      return pair(operands, what, (a) => [
        build('addi', { a: SP, b: SP, imm: -WORD }),
        build('st', { a, b: SP }),
      ]);
    case 'pop':
      return pair(operands, what, (a) => [
        build('ld', { a, b: SP }),
        build('addi', { a: SP, b: SP, imm: WORD }),
      ]);
    case 'call':
      return mnemonic('jal', ['lr', ...count(what, operands, 1)], known);
    case 'ret':
      return mnemonic('jr', ['lr', ...count(what, operands, 0)], known);
    default:
      if (!isInstruction(what)) throw new SourceError(`there is no instruction ${what}`);
      return plain(what, operands);
  }
}

function isInstruction(what: string): what is InstructionName {
  return (INSTRUCTIONS as readonly string[]).includes(what);
}

/** An instruction by its own name. */
function plain(name: InstructionName, operands: readonly string[]): Mnemonic {
  if (name === 'ld' || name === 'st' || name === 'xchg') {
    return one(count(name, operands, 2), ([a, memory], place) =>
      build(name, { a: register(a), ...location(memory, place) }),
    );
  }
  const fields = fieldsOf(name);
  const isJump = name === 'jmp' || name === 'jal' || name.startsWith('b');
  return one(count(name, operands, fields.length), (each, place) => {
    const values: { -readonly [K in keyof Instruction]?: Instruction[K] } = {};
    Array.from<string>(fields).forEach((field, at) => {
      if (field !== 'i') values[field as 'a' | 'b' | 'c'] = register(each[at]);
      else if (isJump) values.imm = distance(each[at], place);
      else values.imm = name === 'lih' ? half(each[at], place) : immediate(each[at], place);
    });
    return build(name, values);
  });
}

function loadImmediate([a, value]: readonly string[], known: (name: string) => number | undefined): Mnemonic {
  const now = constant(value, known);
  if (now === undefined)
    return one([a, value], ([, text], place) => build('li', { a: register(a), imm: immediate(text, place) }));
  const low = build('li', { a: register(a), imm: (now << 16) >> 16 });
  if (low.imm === now) return { words: 1, make: () => [low] };
  return { words: 2, make: () => [low, build('lih', { a: register(a), imm: now >> 16 })] };
}

/** The value of an expression of constants, undefined if there are labels in it. */
function constant(text: string, known: (name: string) => number | undefined): number | undefined {
  let isKnown = true;
  const value = evaluate(text, (name) => {
    const found = known(name);
    if (found === undefined) isKnown = false;
    return found ?? 0;
  });
  if (!isKnown) return undefined;
  if (value < -0x80000000 || value > 0xffffffff) throw new SourceError(`${text} does not fit into a word`);
  return value | 0;
}

/** `add r1, r2, r3`, or with a value in place of the last register. */
function addition(what: 'add' | 'sub', operands: readonly string[]): Mnemonic {
  if (REGISTERS.has(operands[2].toLowerCase())) return plain(what, operands);
  return one(operands, ([a, b, value], place) => {
    const imm = evaluate(value, place.lookup);
    return build('addi', { a: register(a), b: register(b), imm: fits(what === 'add' ? imm : -imm, value) });
  });
}

function systemCall(operands: readonly string[]): Mnemonic {
  if (operands.length === 0) return plain('sys', operands);
  const [name] = count('sys', operands, 1);
  if (!(name in SYSTEM_CALL_NUMBERS)) throw new SourceError(`there is no system call ${name}`);
  const imm = SYSTEM_CALL_NUMBERS[name as SystemCallName];
  return { words: 2, make: () => [build('li', { a: 0, imm }), build('sys', {})] };
}

function pair(
  operands: readonly string[],
  what: string,
  make: (register: number) => readonly Instruction[],
): Mnemonic {
  const [name] = count(what, operands, 1);
  return { words: 2, make: () => make(register(name)) };
}

function one(
  operands: readonly string[],
  make: (operands: readonly string[], place: Place) => Instruction,
): Mnemonic {
  return { words: 1, make: (place) => [make(operands, place)] };
}

function build(name: InstructionName, fields: Partial<Instruction>): Instruction {
  return { a: 0, b: 0, c: 0, imm: 0, ...fields, name };
}

function count(what: string, operands: readonly string[], wanted: number): readonly string[] {
  if (operands.length === wanted) return operands;
  throw new SourceError(`${what} takes ${wanted} operands, not ${operands.length}`);
}

function register(text: string): number {
  const found = REGISTERS.get(text.toLowerCase());
  if (found === undefined) throw new SourceError(`${text} is no register: they are r0 to r13 (lr), sp, pc`);
  return found;
}

/** `[register]`, `[register + value]`, or the address of something near. */
function location(text: string, place: Place): { b: number; imm: number } {
  const inner = /^\[\s*(\w+)\s*(.*)\]$/.exec(text);
  if (inner === null) return { b: PC, imm: near(text, place) };
  const value = inner[2].trim();
  return { b: register(inner[1]), imm: value === '' ? 0 : immediate(value, place) };
}

function immediate(text: string, { lookup }: Place): number {
  return fits(evaluate(text, lookup), text);
}

/** The upper half of a word, with or without a sign. */
function half(text: string, place: Place): number {
  const value = evaluate(text, place.lookup);
  return value > IMM_MOST && value <= 0xffff ? (value << 16) >> 16 : fits(value, text);
}

/** Bytes from the next instruction to an address: what `pc` gives is its address. */
function near(text: string, { address, lookup }: Place): number {
  return fits(evaluate(text, lookup) - address - WORD, text);
}

/** The same in words. */
function distance(text: string, { address, lookup }: Place): number {
  const bytes = evaluate(text, lookup) - address - WORD;
  if (bytes % WORD !== 0) throw new SourceError(`${text} is not the address of a word`);
  return fits(bytes / WORD, text);
}

function fits(value: number, text: string): number {
  if (value >= IMM_LEAST && value <= IMM_MOST) return value;
  throw new SourceError(`${text} is ${value} here: 16 bits hold ${IMM_LEAST} to ${IMM_MOST}`);
}
