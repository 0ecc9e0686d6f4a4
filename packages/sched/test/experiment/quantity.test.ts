import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { digits, interval, quantity } from '../../src/experiment/quantity.ts';

describe('quantities', () => {
  it('have three digits that count', () => {
    const cases = {
      0: '0',
      0.0123: '0.012',
      0.9: '0.900',
      1.234: '1.23',
      56.78: '56.8',
      999.4: '999',
      12345.6: '12,346',
    };
    for (const [value, text] of Object.entries(cases)) assert.equal(digits(Number(value)), text);
    assert.equal(digits(0.00001234), '1.2e-5');
    assert.equal(digits(-1234.6), '-1,235');
  });

  it('are times in the unit that fits, and others in their own', () => {
    assert.equal(quantity(1.5e6, 'ns'), '1.50 ms');
    assert.equal(quantity(2e9, 'ns'), '2.00 s');
    assert.equal(quantity(12, 'ns'), '12.0 ns');
    assert.equal(quantity(7, '1'), '7');
    assert.equal(quantity(99.5, '%'), '99.5 %');
  });

  it('have their interval in the same unit', () => {
    assert.equal(interval(1.5e6, 2e4, 'ns'), '1.50 ± 0.020 ms');
    assert.equal(interval(0, 2e3, 'ns'), '0 ± 2.00 us');
    assert.equal(interval(10, null, '%'), '10.0 %');
  });
});
