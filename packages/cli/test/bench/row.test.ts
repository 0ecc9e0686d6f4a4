import assert from 'node:assert/strict';
import { benchTable } from '../../src/bench/row.ts';

const row = (name: string, metric: string, value: number, unit: string) =>
  ({ area: 'explore', case: name, metric, value, unit }) as const;

describe('the table of the benchmark', () => {
  it('has a line for each case and way, and a column for each metric', () => {
    const table = benchTable([
      row('a', 'random: steps per second', 12_345.6, 'steps/s'),
      row('a', 'random: time', 0.123, 'ms'),
      row('a', 'pct: steps per second', 99, 'steps/s'),
      row('e', 'steps per second', 7, 'steps/s'),
    ]);
    assert.deepEqual(
      table.split('\n').map((line) => line.split(/ {2,}/)),
      [
        ['area', 'case', 'steps per second', 'time'],
        ['explore', 'a', 'random', '12,346', '0.12 ms'],
        ['explore', 'a', 'pct', '99'],
        ['explore', 'e', '7'],
      ],
    );
  });
});
