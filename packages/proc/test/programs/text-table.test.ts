import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type Column, textTable } from '../../src/programs/text-table.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'PID' },
  { heading: 'USER', isText: true },
  { heading: 'COMMAND', isText: true },
];

describe('a table of text', () => {
  it('has numbers on the right and texts on the left of columns as wide as they have to be', () => {
    const rows = [
      ['1', 'root', 'init'],
      ['12345', 'operator', 'a command that is long'],
    ];
    assert.deepEqual(textTable(COLUMNS, rows), [
      '  PID USER     COMMAND',
      '    1 root     init',
      '12345 operator a command that is long',
    ]);
  });

  it('is its headings alone without rows', () => {
    assert.deepEqual(textTable(COLUMNS, []), ['PID USER COMMAND']);
  });
});
