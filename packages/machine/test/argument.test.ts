import assert from 'node:assert/strict';
import type { Context } from '@smplab/lwkt';
import { checkedText, checkedUnsigned, checkedWord } from '../src/argument.ts';

/** A context that can do nothing but refuse. */
const k = {
  misuse(verdict: string, message: string): never {
    throw new Error(`${verdict}: ${message}`);
  },
} as unknown as Context;

describe('an argument of kernel code', () => {
  it('is given back when it is what was asked for', () => {
    assert.equal(checkedText(k, 'x', 'f'), 'x');
    for (const word of [0, -1, 2147483647, -2147483648]) assert.equal(checkedWord(k, word, 'f'), word);
    for (const word of [-2147483648, 4294967295]) assert.equal(checkedUnsigned(k, word, 'f'), word);
  });

  it('is refused as a text when it is empty or something else', () => {
    assert.throws(
      () => checkedText(k, '', 'kfree'),
      /^Error: scenario-misuse: kfree was given "": a text is needed$/,
    );
    assert.throws(() => checkedText(k, undefined, 'kfree'), /was given undefined/);
    assert.throws(() => checkedText(k, 7, 'kfree'), /was given 7/);
  });

  it('is refused as a word when it does not fit into one', () => {
    for (const [value, shown] of [
      [1.5, '1\\.5'],
      [2147483648, '2147483648'],
      [NaN, 'NaN'],
      ['7', '"7"'],
      [undefined, 'undefined'],
      [() => 1, 'a function'],
      [{}, 'an object'],
      [null, 'null'],
    ] as const) {
      assert.throws(
        () => checkedWord(k, value, 'set'),
        new RegExp(`set was given ${shown}: kernel words are int32`),
      );
    }
    assert.throws(() => checkedUnsigned(k, 4294967296, 'set'), /4294967296/);
  });
});
