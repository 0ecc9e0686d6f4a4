import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { AssemblyError, textImage } from '../../src/text/assembler.ts';
import { decode, encode, fieldsOf, INSTRUCTIONS } from '../../src/text/instruction.ts';
import { TEXT_BASE } from '../../src/text/text-image.ts';

const hex = (words: readonly number[]): string[] =>
  words.map((word) => (word >>> 0).toString(16).padStart(8, '0'));

/** What each line becomes. */
const TABLE: readonly (readonly [source: string, ...words: string[]])[] = [
  ['nop', '01000000'],
  ['li r1, 5', '02100005'],
  ['li R1, -5 ; a comment; and more', '0210fffb'],
  ["li r1, 'a'", '02100061'],
  ["li r1, ';'", '0210003b'],
  ['li r1, 0x12345678', '02105678', '03101234'],
  ['li r1, 0xffffffff', '0210ffff'],
  ['li r1, 0x8000', '02108000', '03100000'],
  ['lih r2, 1 + 2 - 4', '0320ffff'],
  ['lih r2, 0xffff', '0320ffff'],
  ['mov sp, lr', '04ed0000'],
  ['add r1, r2, r3', '05123000'],
  ['add r1, r2, 4', '06120004'],
  ['sub r1, r2, pc', '0512f001'],
  ['sub r1, r2, 4', '0612fffc'],
  ['and r1, r2, r3', '05123002'],
  ['or r1, r2, r3', '05123003'],
  ['xor r1, r2, r3', '05123004'],
  ['shl r1, r2, r3', '05123005'],
  ['shr r1, r2, r3', '05123006'],
  ['addi r1, r2, -1', '0612ffff'],
  ['a: b: beq r1, r2, a', '0712ffff'],
  ['bne r1, r2, end\n end: nop', '08120000', '01000000'],
  ['blt r1, r2, end\n nop\n end: nop', '09120001', '01000000', '01000000'],
  ['jmp a\n a: nop', '0a000000', '01000000'],
  ['jal r5, a\n a: nop', '0b500000', '01000000'],
  ['call a\n a: ret', '0bd00000', '0cd00000'],
  ['jr r3', '0c300000'],
  ['ld r1, [r2]', '0d120000'],
  ['ld r1, [ sp+8 ]', '0d1e0008'],
  ['st r1, [r2 - 4]', '0e12fffc'],
  ['xchg r1, [r2 + N]\n N = 12', '0f12000c'],
  ['ld r1, x\n nop\n x: .word 3', '0d1f0004', '01000000', '00000003'],
  ['la r1, x\n nop\n x: .word x', '061f0004', '01000000', '00000048'],
  ['sys', '10000000'],
  ['sys fork', '02000002', '10000000'],
  ['brk', '11000000'],
  ['push r1', '06eefffc', '0e1e0000'],
  ['pop r1', '0d1e0000', '06ee0004'],
  ['nop\n .word -1, 0xffffffff, N\n N = 2 + 3', '01000000', 'ffffffff', 'ffffffff', '00000005'],
  ['nop\n .string "abc"', '01000000', '00636261'],
  ['nop\n .string "abcd, \\"\\n"', '01000000', '64636261', '0a22202c', '00000000'],
  ['nop\n .string ""', '01000000', '00000000'],
  ['.data\n x: .word x\n .text\n nop\n .data\n .word 1', '01000000', '00000044', '00000001'],
  ['N = 6\n nop\n .space N + 2', '01000000', '00000000', '00000000'],
  ['.const N, 7\n li r0, N', '02000007'],
  ['li r0, x\n x: nop', '02000044', '01000000'],
];

/** What is wrong with each. */
const WRONG: readonly (readonly [source: string, problem: RegExp])[] = [
  ['nop\nfoo r1', /line 2: there is no instruction foo \(foo r1\)/],
  ['li r14, 1', /r14 is no register: they are r0 to r13 \(lr\), sp, pc/],
  ['li r1', /li takes 2 operands, not 1/],
  ['li r1, 2, 3', /li takes 2 operands, not 3/],
  ['li r1, 5000000000', /5000000000 does not fit into a word/],
  ['lih r1, 70000', /70000 is 70000 here: 16 bits hold -32768 to 32767/],
  ['jmp nowhere', /line 1: there is no label or constant nowhere/],
  ['jmp a + 2\na: nop', /is not the address of a word/],
  ['a: nop\na: nop', /line 2: there are two a/],
  ['A = 1\nA = 2\nnop', /line 2: there are two A/],
  ['A = B\nB = 1\nnop', /line 1: B is no constant that is known here/],
  ['li r1, 1 2', /1 2 is no value/],
  ['li r1, ', / is no value/],
  ['ld r1, [r2', /\[r2 is no value/],
  ['sys frobnicate', /there is no system call frobnicate/],
  ['nop\n.string abc', /abc is no text in double quotes/],
  ['nop\n.word', /\.word takes values/],
  ['nop\n.frob 1', /there is no directive \.frob/],
  ['nop\n.space x\nx: nop', /\.space takes a number of bytes that is known here/],
  ['nop\n.space -4', /\.space takes a number of bytes/],
  ['.data\nnop', /line 2: instructions belong into \.text/],
  ['', /there is no instruction in it/],
  ['.word 5000000000', /5000000000 does not fit into a word/],
];

describe('the assembler', () => {
  for (const [source, ...words] of TABLE) {
    it(`makes ${words.length} words of ${JSON.stringify(source)}`, () => {
      assert.deepEqual(hex(textImage(source).words), words);
    });
  }

  for (const [source, problem] of WRONG) {
    it(`refuses ${JSON.stringify(source)}`, () => {
      assert.throws(
        () => textImage(source),
        (error) => error instanceof AssemblyError && problem.test(error.message),
      );
    });
  }

  it('tells everything that is wrong', () => {
    const problems = (): void => void textImage('foo\nnop\nbar\njmp x');
    assert.throws(problems, (error) => error instanceof AssemblyError && error.problems.length === 3);
  });

  it('refuses what is no source', () => {
    assert.throws(() => textImage(5 as never), TypeError);
  });

  it('starts at main, at the entry that is given, or at the first word', () => {
    const source = 'nop\nmain: nop\nother: nop';
    assert.equal(textImage(source).entry, TEXT_BASE + 4);
    assert.equal(textImage(source, { entry: 'other' }).entry, TEXT_BASE + 8);
    assert.equal(textImage('nop').entry, TEXT_BASE);
    assert.throws(() => textImage(source, { entry: 'none' }), /the entry none is no label/);
  });

  it('gives the addresses of labels, and says how many words are text', () => {
    const image = textImage('N = 3\nmain: nop\nend: .data\nx: .word 1');
    assert.deepEqual(image.symbols, { N: 3, main: TEXT_BASE, end: TEXT_BASE + 4, x: TEXT_BASE + 4 });
    assert.equal(image.textWords, 1);
    assert.equal(image.kind, 'text');
  });

  it('assembles every instruction from what its word says', () => {
    const registers = [...Array.from({ length: 14 }, (_, at) => `r${at}`), 'sp', 'pc'];
    const word = fc
      .tuple(fc.constantFrom(...INSTRUCTIONS), fc.integer(), fc.integer({ min: 0, max: 15 }))
      .map(([name, bits, c]) => {
        const fields: string = fieldsOf(name);
        const has = (field: string, value: number): number => (fields.includes(field) ? value : 0);
        const imm = (bits << 16) >> 16;
        const a = (bits >> 20) & 15;
        const b = (bits >> 16) & 15;
        return encode({ name, a: has('a', a), b: has('b', b), c: has('c', c), imm: has('i', imm) });
      });
    fc.assert(
      fc.property(word, (each) => {
        const found = decode(each);
        assert.ok(found !== null);
        const { name, a, b, c, imm } = found;
        const jumps = ['beq', 'bne', 'blt', 'jmp', 'jal'].includes(name);
        const value = jumps ? `${TEXT_BASE + 4} + ${4 * imm}`.replace('+ -', '- ') : String(imm);
        const memory = ['ld', 'st', 'xchg'].includes(name);
        const operands = memory
          ? [registers[a], `[${registers[b]} + ${imm}]`.replace('+ -', '- ')]
          : Array.from<string>(fieldsOf(name)).map(
              (field) => ({ a: registers[a], b: registers[b], c: registers[c], i: value })[field],
            );
        assert.deepEqual(hex(textImage(`${name} ${operands.join(', ')}`).words), hex([each]));
      }),
    );
  });
});
