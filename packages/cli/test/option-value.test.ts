import assert from 'node:assert/strict';
import { oneOf, seconds, whole } from '../src/option-value.ts';

describe('values of options', () => {
  it('are whole numbers within their range', () => {
    assert.equal(whole(1, 100)('42'), 42);
    for (const text of ['-1', '0', '101', '1.5', 'x', '', ' 1', '1e2', '0x10']) {
      assert.throws(() => whole(1, 100)(text), /A whole number from 1 to 100 is needed/, text);
    }
  });

  it('are seconds above none, fractions allowed', () => {
    assert.equal(seconds('0.5'), 0.5);
    assert.equal(seconds('.5'), 0.5);
    for (const text of ['0', '-1', 'x', '', 'Infinity', '1e99']) assert.throws(() => seconds(text), text);
  });

  it('are names of a list, with a reason for those that are not to be had', () => {
    const parse = oneOf(['a', 'b'], { c: 'c comes later' });
    assert.equal(parse('a'), 'a');
    assert.throws(() => parse('c'), /c comes later/);
    assert.throws(() => parse('toString'), /one of a, b/);
  });
});
