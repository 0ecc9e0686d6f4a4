import assert from 'node:assert/strict';
import { nameProblems } from './name.ts';

describe('name', () => {
  it('may be one noun, a compound, a test or the configuration of a tool', () => {
    for (const path of [
      'packages/kmem/src/heap.ts',
      'a/run-queue.ts',
      'a/run-queue.test.ts',
      'eslint.config.js',
      '.mocharc.cjs',
    ]) {
      assert.deepEqual(nameProblems(path), [], path);
    }
  });

  for (const path of ['a/RunQueue.ts', 'a/runQueue.ts', 'a/run_queue.ts', 'a/-queue.ts']) {
    it(`is caught when it is not kebab-case: ${path}`, () => {
      assert.deepEqual(nameProblems(path), ['is not named in kebab-case']);
    });
  }

  for (const path of [
    'a/utils.ts',
    'utils/queue.ts',
    'a/queue-helpers.ts',
    'a/common.test.ts',
    'a/misc.ts',
  ]) {
    it(`is caught when it says nothing: ${path}`, () => {
      assert.equal(nameProblems(path).length, 1);
    });
  }
});
