import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isType, strmode, typeMark } from '../../src/programs/strmode.ts';

describe('modes in letters', () => {
  it('show type, permissions, set-id and sticky bits', () => {
    const shown = [
      0o040555, 0o104755, 0o102640, 0o041777, 0o041776, 0o020666, 0o120777, 0o010600, 0o140000, 0,
    ];
    assert.deepEqual(shown.map(strmode), [
      'dr-xr-xr-x',
      '-rwsr-xr-x',
      '-rw-r-S---',
      'drwxrwxrwt',
      'drwxrwxrwT',
      'crw-rw-rw-',
      'lrwxrwxrwx',
      'prw-------',
      's---------',
      '?---------',
    ]);
  });

  it('know types and their marks', () => {
    assert.equal(isType(0o040755, 'd') && !isType(0o100755, 'd'), true);
    assert.deepEqual([0o040755, 0o120777, 0o100755, 0o100644, 0o140000, 0o010000].map(typeMark), [
      '/',
      '@',
      '*',
      '',
      '=',
      '|',
    ]);
  });
});
