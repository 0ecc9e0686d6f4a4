import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { getopt, numberOf } from '../../src/programs/getopt.ts';

describe('getopt', () => {
  const read = (...argv: string[]): unknown => {
    const { given, rest, error } = getopt(argv, 'abo:');
    return error ?? [Object.fromEntries(given), rest];
  };

  it('takes letters together, values in the same word or the next, and ends at -- or a word', () => {
    assert.deepEqual(read(), [{}, []]);
    assert.deepEqual(read('-ab', '-a', 'x', '-b'), [{ a: ['', ''], b: [''] }, ['x', '-b']]);
    assert.deepEqual(read('-ofield', '-ao', 'other'), [{ o: ['field', 'other'], a: [''] }, []]);
    assert.deepEqual(read('-a', '--', '-b'), [{ a: [''] }, ['-b']]);
    assert.deepEqual(read('-'), [{}, ['-']]);
  });

  it('says what is wrong', () => {
    assert.equal(read('-ax'), 'illegal option -- x');
    assert.equal(read('-a:'), 'illegal option -- :');
    assert.equal(read('-ao'), 'option requires an argument -- o');
  });
});

describe('numberOf', () => {
  it('takes whole numbers of 32 bits', () => {
    assert.deepEqual(['7', '-7', '+7', '2147483647'].map(numberOf), [7, -7, 7, 2147483647]);
    for (const wrong of ['', 'x', '1.5', '0x10', '2147483648', '1 '])
      assert.equal(numberOf(wrong), null, wrong);
  });
});
