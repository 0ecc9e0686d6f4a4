import assert from 'node:assert/strict';
import { grid, shortNames } from '../../src/report/grid.ts';
import { paintFor } from '../../src/report/paint.ts';
import type { Row } from '../../src/report/row.ts';
import { textWidth } from '../../src/report/text-width.ts';

const PLAIN = paintFor(false);

function row(strand: string, text: string, rest: object = {}): Row {
  return { strand, text, at: null, switched: false, failed: false, spans: false, ...rest };
}

describe('short names of strands', () => {
  it('are the last parts of their paths', () => {
    assert.deepEqual([...shortNames(['main', 'main/t1']).values()], ['main', 't1']);
  });

  it('are as long as it takes to tell them apart', () => {
    const paths = ['main', 'main/a', 'main/a/x', 'main/b', 'main/b/x'];
    assert.deepEqual([...shortNames(paths).values()], ['main', 'a', 'a/x', 'b', 'b/x']);
  });
});

describe('short names of the strands of CPUs', () => {
  it('say which CPU, even where the rest would tell them apart', () => {
    const paths = ['cpu0/main', 'cpu0/irq', 'cpu1/writer', 'cpu1/irq', 'main/writer'];
    assert.deepEqual([...shortNames(paths).values()], [...paths.slice(0, 4), 'main/writer']);
  });
});

describe('the grid', () => {
  it('has the columns of CPUs in the order given, without those of strands that did nothing', () => {
    const rows = [row('cpu1/w', 'x.load() → 0'), row('cpu0/main', 'y.load() → 0')];
    const strands = ['cpu0/main', 'cpu0/idle', 'cpu0/irq', 'cpu1/w', 'cpu1/irq'];
    assert.deepEqual(grid(rows, strands, 80, PLAIN), [
      '    cpu0/main       cpu1/w',
      '                    x.load() → 0',
      '    y.load() → 0',
    ]);
  });

  it('gives a strand that did nothing no column', () => {
    assert.deepEqual(grid([row('main', 'x.load() → 0')], ['main', 'main/idle'], 80, PLAIN), [
      '    main',
      '    x.load() → 0',
    ]);
  });

  it('moves columns together when the page is narrow', () => {
    const rows = [row('main', 'a_long_name.exchange(1)'), row('main/t', 'another_long_name.load() → 0')];
    const wide = grid(rows, ['main', 'main/t'], 80, PLAIN);
    const narrow = grid(rows, ['main', 'main/t'], 45, PLAIN);
    assert.ok(wide[2].indexOf('another') > narrow[2].indexOf('another'));
    for (const line of narrow) assert.ok(textWidth(line) <= 45, line);
  });

  it('cuts a cell that fits nowhere', () => {
    const lines = grid([row('main', 'x'.repeat(200), { at: 'f.ts:1' })], ['main'], 60, PLAIN);
    assert.ok(lines.every((line) => textWidth(line) <= 60));
    assert.match(lines[1], /x… {2}f\.ts:1$/);
  });

  it('names the strand in each row when there are too many for columns', () => {
    const strands = Array.from({ length: 9 }, (_, i) => `main/w${i}`);
    const lines = grid(
      [row('main/w0', 'a.lock()'), ...strands.map((s) => row(s, 'x.load() → 0'))],
      strands,
      80,
      PLAIN,
    );
    assert.deepEqual(lines.slice(0, 3), ['  w0    a.lock()', '        x.load() → 0', '  w1    x.load() → 0']);
  });

  it('drops the folders of source lines that are too long', () => {
    const lines = grid(
      [row('main', 'x.load() → 0', { at: 'a/very/long/path/to/some/file.ts:3' })],
      ['main'],
      60,
      PLAIN,
    );
    assert.match(lines[1], / file\.ts:3$/);
  });

  it('says once how hidden steps can be seen', () => {
    const gap = { hidden: 5 };
    const lines = grid([row('main', 'a'), gap, row('main', 'b'), gap, row('main', 'c')], ['main'], 80, PLAIN);
    assert.deepEqual(
      lines.filter((line) => line.includes('hidden')),
      ['  … 5 steps hidden (--out DIR and --json have them all)', '  … 5 steps hidden'],
    );
  });
});
