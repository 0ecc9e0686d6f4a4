import assert from 'node:assert/strict';
import { mirrorOf, mirrorProblems } from './mirror.ts';

const heap = { path: 'packages/kmem/src/a/heap.ts', text: 'export function alloc() { return 1; }' };
const heapTest = { path: 'packages/kmem/test/a/heap.test.ts', text: '' };

describe('mirror', () => {
  it('of a source lies in the test folder under the same name', () => {
    assert.equal(mirrorOf(heap.path), heapTest.path);
  });

  it('is not asked for of index.ts, of commands and of tools', () => {
    for (const path of ['packages/kmem/src/index.ts', 'packages/cli/bin/smplab.js', 'tools/tidy/mirror.ts']) {
      assert.equal(mirrorOf(path), null, path);
    }
  });

  it('is missed when it does not exist', () => {
    assert.deepEqual(mirrorProblems([heap, heapTest], {}), []);
    assert.deepEqual(mirrorProblems([heap], {}), [`${heap.path}: has no ${heapTest.path}`]);
  });

  it('is not missed for types and constants', () => {
    const types = {
      path: 'packages/kmem/src/types.ts',
      text: 'export interface A { b: number } export const C = 1;',
    };
    assert.deepEqual(mirrorProblems([types], {}), []);
  });

  it("is not missed for a scenario, which the catalogue's suite runs, but for what they share", () => {
    const text = `export default scenario('a', function* (s) { yield* s.fence(); });`;
    assert.deepEqual(mirrorProblems([{ path: 'packages/scenarios/src/history/a.ts', text }], {}), []);
    assert.equal(mirrorProblems([{ path: 'packages/explore/src/a.ts', text }], {}).length, 1);
    assert.equal(mirrorProblems([{ ...heap, path: 'packages/scenarios/src/variant.ts' }], {}).length, 1);
  });

  it('is not missed where a reason is listed', () => {
    assert.deepEqual(mirrorProblems([heap], { [heap.path]: 'needs a real machine' }), []);
  });

  it('list is caught with an entry no longer needed, or without a reason', () => {
    const problems = mirrorProblems([heap, heapTest], { [heap.path]: 'needs a real machine' });
    assert.deepEqual(problems, [
      `${heap.path}: is listed as untested, but is tested, is gone or needs no test`,
    ]);
    assert.deepEqual(mirrorProblems([heap], { [heap.path]: 'later' }), [
      `${heap.path}: is listed as untested without a reason`,
    ]);
  });
});
