import assert from 'node:assert/strict';
import { markerProblems, widthProblems } from './text.ts';

describe('text', () => {
  it('may be as wide as the page', () => {
    assert.deepEqual(widthProblems({ path: 'a.ts', text: `${'x'.repeat(110)}\n${'→'.repeat(110)}\n` }), []);
  });

  it('is caught one column wider', () => {
    assert.deepEqual(widthProblems({ path: 'a.ts', text: `short\n${'x'.repeat(111)}\n` }), [
      'line 2 is 111 columns wide, not 110',
    ]);
  });

  for (const marker of ['TO' + 'DO', 'FIX' + 'ME', 'X'.repeat(3)]) {
    it(`is caught with a marker ${marker.toLowerCase()}`, () => {
      const text = `const a = 1;\nconst b = 2; // ${marker}: later\n`;
      assert.deepEqual(markerProblems({ path: 'a.ts', text }), [`line 2 is marked ${marker}`]);
    });
  }

  it('may speak of a mutex, of todos in lower case and of 0xXXXX', () => {
    assert.deepEqual(markerProblems({ path: 'a.ts', text: 'mutex, todo list, 0xXXXX\n' }), []);
  });
});
