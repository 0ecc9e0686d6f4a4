import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  decode,
  encode,
  fieldsOf,
  IMM_LEAST,
  IMM_MOST,
  type Instruction,
  INSTRUCTIONS,
} from '../../src/text/instruction.ts';

const register = fc.integer({ min: 0, max: 15 });
const instruction = fc
  .record({
    name: fc.constantFrom(...INSTRUCTIONS),
    a: register,
    b: register,
    c: register,
    imm: fc.integer({ min: IMM_LEAST, max: IMM_MOST }),
  })
  .map((each): Instruction => {
    const fields: string = fieldsOf(each.name);
    const kept = (field: string, value: number): number => (fields.includes(field) ? value : 0);
    const { name, a, b, c, imm } = each;
    return { name, a: kept('a', a), b: kept('b', b), c: kept('c', c), imm: kept('i', imm) };
  });

describe('an instruction', () => {
  it('is the same after it was a word', () => {
    fc.assert(fc.property(instruction, (each) => assert.deepEqual(decode(encode(each)), each)));
  });

  it('is the only one with its word, and a word that is none has no instruction', () => {
    fc.assert(
      fc.property(fc.integer(), (word) => {
        const found = decode(word);
        if (found !== null) assert.equal(encode(found), word);
      }),
    );
    // Near words that are instructions.
    fc.assert(
      fc.property(instruction, fc.integer({ min: 0, max: 31 }), (each, bit) => {
        const word = encode(each) ^ (1 << bit);
        const found = decode(word);
        if (found !== null) assert.equal(encode(found), word);
      }),
    );
  });

  it('is none of zero, an unknown opcode, an unknown function, or a field it does not use', () => {
    for (const word of [0, 1, 0x12000000, -1, 0x05000007, 0x05000010, 0x01000001, 0x0a100000, 0x0c110000]) {
      assert.equal(decode(word), null, word.toString(16));
    }
  });

  it('has the fields that the drawing shows', () => {
    assert.equal(encode({ name: 'ld', a: 1, b: 14, c: 0, imm: -4 }), 0x0d1efffc);
    assert.equal(encode({ name: 'sub', a: 1, b: 2, c: 3, imm: 0 }), 0x05123001);
    assert.equal(encode({ name: 'brk', a: 0, b: 0, c: 0, imm: 0 }), 0x11000000);
  });
});
