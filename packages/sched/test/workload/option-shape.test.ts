import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkOptions, lawOf } from '../../src/workload/option-shape.ts';
import { variate } from '../../src/workload/variate.ts';

const SHAPE = {
  count: 'count',
  whole: 'whole',
  number: 'number',
  nice: 'nice',
  flag: 'flag',
  text: 'text',
  numbers: 'numbers',
  law: 'law',
} as const;

describe('options of a shape', () => {
  it('pass as they are', () => {
    const options = {
      count: 1,
      whole: 0,
      number: 0.5,
      nice: -20,
      flag: false,
      text: '',
      numbers: [0, 1],
      law: 3,
    };
    assert.equal(checkOptions('x', SHAPE, options), options);
    assert.deepEqual(checkOptions('x', SHAPE, { count: undefined }), { count: undefined });
  });

  it('are refused by name, with what is needed', () => {
    const cases: [Record<string, unknown>, RegExp][] = [
      [
        { cuont: 1 },
        /^x has no option "cuont": known are count, whole, number, nice, flag, text, numbers, law$/,
      ],
      [{ count: 0 }, /x: option "count" is 0: a whole number from 1 is needed/],
      [{ whole: -1 }, /"whole" is -1: a whole number from 0/],
      [{ number: '5' }, /"number" is "5": a number from 0/],
      [{ number: Number.NaN }, /"number" is null: a number from 0/],
      [{ nice: 20 }, /"nice" is 20: a whole number from -20 to 19/],
      [{ flag: 1 }, /"flag" is 1: true or false/],
      [{ text: null }, /"text" is null: a text/],
      [{ numbers: [1, -1] }, /"numbers" is \[1,-1\]: a list of numbers from 0/],
      [{ law: { gauss: 1 } }, /x: option "law": \{"gauss":1\} is no distribution/],
    ];
    for (const [options, message] of cases)
      assert.throws(() => checkOptions('x', SHAPE, options), { name: 'WorkloadError', message });
    assert.throws(() => checkOptions('x', {}, { a: 1 }), /known are none/);
  });

  it('have a law by default where none is given', () => {
    assert.equal(lawOf(undefined, variate.constant(3)).mean, 3);
    assert.equal(lawOf(4, variate.constant(3)).mean, 4);
  });
});
