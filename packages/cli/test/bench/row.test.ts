import assert from 'node:assert/strict';
import { benchTable } from '../../src/bench/row.ts';

const row = (name: string, metric: string, value: number, unit: string) =>
  ({ area: 'explore', case: name, metric, value, unit }) as const;

describe('the table of the benchmark', () => {
  it('has a line for each case and way, and a column for each metric', () => {
    const table = benchTable([
      row('a', 'random: rate', 12_345.6, 'x/s'),
      row('a', 'random: time', 0.123, 'ms'),
      row('a', 'pct: rate', 99, 'x/s'),
      row('e', 'rate', 7, 'x/s'),
    ]);
    assert.deepEqual(
      table.split('\n').map((line) => line.split(/ {2,}/)),
      [
        ['area', 'case', 'rate', 'time'],
        ['explore', 'a', 'random', '12,346 x/s', '0.12 ms'],
        ['explore', 'a', 'pct', '99 x/s'],
        ['explore', 'e', '7 x/s'],
      ],
    );
  });
});
