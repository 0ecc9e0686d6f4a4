/**
 * Owns the instructions of the text machine: their names, their fields, and how they lie in a word. Pure. A
 * field that an instruction does not use has to be zero, and the word zero is none, so that what is no
 * program traps at once.
 *
 *      31        24 23    20 19    16 15                    0
 *     +------------+--------+--------+-----------------------+
 *     |   opcode   |   a    |   b    |          imm          |   imm: 16 bits, signed; of branches:
 *     +------------+--------+--------+-------+-------+-------+   words from the next instruction
 *     |  alu (5)   |   a    |   b    |   c   |   0   |   f   |   a = b f c
 *     +------------+--------+--------+-------+-------+-------+
 */

/** Which fields an instruction uses, in the order in which it is written. */
export type Fields = '' | 'a' | 'ab' | 'ai' | 'i' | 'abi' | 'abc';

interface Form {
  readonly opcode: number;
  readonly fields: Fields;
  /** What `alu` does. */
  readonly f?: number;
}

const OP_ALU = 5;
/** Up to here instructions only change registers. */
export const OP_LAST_PURE = 12;
export const OP_LD = 13;
export const OP_ST = 14;
export const OP_XCHG = 15;
export const OP_SYS = 16;
export const OP_BRK = 17;

const FORMS = {
  nop: { opcode: 1, fields: '' },
  li: { opcode: 2, fields: 'ai' },
  lih: { opcode: 3, fields: 'ai' },
  mov: { opcode: 4, fields: 'ab' },
  add: { opcode: OP_ALU, fields: 'abc', f: 0 },
  sub: { opcode: OP_ALU, fields: 'abc', f: 1 },
  and: { opcode: OP_ALU, fields: 'abc', f: 2 },
  or: { opcode: OP_ALU, fields: 'abc', f: 3 },
  xor: { opcode: OP_ALU, fields: 'abc', f: 4 },
  shl: { opcode: OP_ALU, fields: 'abc', f: 5 },
  shr: { opcode: OP_ALU, fields: 'abc', f: 6 },
  addi: { opcode: 6, fields: 'abi' },
  beq: { opcode: 7, fields: 'abi' },
  bne: { opcode: 8, fields: 'abi' },
  blt: { opcode: 9, fields: 'abi' },
  jmp: { opcode: 10, fields: 'i' },
  jal: { opcode: 11, fields: 'ai' },
  jr: { opcode: 12, fields: 'a' },
  ld: { opcode: OP_LD, fields: 'abi' },
  st: { opcode: OP_ST, fields: 'abi' },
  xchg: { opcode: OP_XCHG, fields: 'abi' },
  sys: { opcode: OP_SYS, fields: '' },
  brk: { opcode: OP_BRK, fields: '' },
} as const satisfies Readonly<Record<string, Form>>;

export type InstructionName = keyof typeof FORMS;

/** The names of all instructions. */
export const INSTRUCTIONS = Object.keys(FORMS) as readonly InstructionName[];

/** An instruction; fields that it does not use are 0. */
export interface Instruction {
  readonly name: InstructionName;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly imm: number;
}

export const IMM_LEAST = -0x8000;
export const IMM_MOST = 0x7fff;
/** Bits of a field. */
const BITS: Readonly<Record<string, number>> = { a: 0x00f00000, b: 0x000f0000, c: 0x0000f00f, i: 0x0000ffff };

/** By opcode: the bits that have to be zero; all of them where there is no such instruction. */
export const UNUSED_BITS: Readonly<Int32Array> = unusedBits();

/** The fields of an instruction. @example fieldsOf('jmp') // 'i' */
export function fieldsOf(name: InstructionName): Fields {
  return FORMS[name].fields;
}

/** The word of an instruction. @example encode({ name: 'brk', a: 0, b: 0, c: 0, imm: 0 }) // 0x11000000 */
export function encode({ name, a, b, c, imm }: Instruction): number {
  const form: Form = FORMS[name];
  return (form.opcode << 24) | (a << 20) | (b << 16) | (c << 12) | (form.f ?? 0) | (imm & 0xffff);
}

/** The instruction of a word; null if it is none. */
export function decode(word: number): Instruction | null {
  const opcode = word >>> 24;
  if ((word & UNUSED_BITS[opcode]) !== 0) return null;
  const name = INSTRUCTIONS.find((each) => {
    const form: Form = FORMS[each];
    return form.opcode === opcode && (form.f === undefined || form.f === (word & 0xf));
  });
  if (name === undefined) return null;
  const isAlu = opcode === OP_ALU;
  return {
    name,
    a: (word >> 20) & 0xf,
    b: (word >> 16) & 0xf,
    c: isAlu ? (word >> 12) & 0xf : 0,
    imm: isAlu ? 0 : (word << 16) >> 16,
  };
}

function unusedBits(): Int32Array {
  const unused = new Int32Array(256).fill(-1);
  for (const { opcode, fields } of Object.values<Form>(FORMS)) {
    let used = -1 << 24;
    for (const field of fields) used |= BITS[field];
    unused[opcode] = ~used;
  }
  return unused;
}
