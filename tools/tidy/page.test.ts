import assert from 'node:assert/strict';
import { pageProblems } from './page.ts';

describe('page', () => {
  it('has sixty lines at most', () => {
    assert.deepEqual(pageProblems('line\n'.repeat(60)), []);
    assert.deepEqual(pageProblems('line\n'.repeat(61)), ['has 61 lines; a page has 60']);
  });

  it('is caught empty', () => {
    assert.deepEqual(pageProblems('\n'), ['does not exist or is empty']);
  });
});
