import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Memory, array, cstring, int32, int64, struct } from '@smplab/kmem';

const Table = struct('table', {
  t_rows: array(array(int32, 3), 2),
  t_times: array(int64, 2),
  t_names: array(cstring(4), 2),
});

function setUp() {
  const memory = Memory.create({ initialWords: 256 });
  return Table.view(memory, memory.reserve<'table'>(Table.size));
}

describe('array views', () => {
  it('hold words, bigints and strings', () => {
    const table = setUp();
    table.t_times.set(1, -5n);
    table.t_names.set(1, 'abc');
    table.t_names.set(0, 'too long');
    assert.deepEqual([table.t_times.get(0), table.t_times.get(1)], [0n, -5n]);
    assert.deepEqual([table.t_names.get(0), table.t_names.get(1)], ['too', 'abc']);
  });

  it('hold arrays', () => {
    const table = setUp();
    table.t_rows.get(1).fill(4);
    table.t_rows.get(0).set(2, 9);
    const row = (index: number) => [0, 1, 2].map((column) => table.t_rows.get(index).get(column));
    assert.deepEqual(
      [row(0), row(1)],
      [
        [0, 0, 9],
        [4, 4, 4],
      ],
    );
    assert.equal(table.t_rows.addressOf(1), table.base + 3);
  });

  it('refuse indices outside and say which', () => {
    const table = setUp();
    for (const index of [-1, 2, 0.5, NaN]) {
      assert.throws(() => table.t_times.get(index), /table\.t_times\[.*\]: the array has 2 elements/);
    }
    assert.throws(() => table.t_rows.set(0, table.t_rows.get(1)), TypeError);
  });
});
