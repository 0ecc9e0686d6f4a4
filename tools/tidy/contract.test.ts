import assert from 'node:assert/strict';
import { contractProblems, needsContract } from './contract.ts';

const problemsOf = (text: string): string[] => contractProblems({ path: 'a.ts', text });

describe('contract', () => {
  it('accepts a file that opens with one, block or lines, also after the line of a command', () => {
    assert.deepEqual(problemsOf('/** Owns the words of the heap. */\nexport {};\n'), []);
    assert.deepEqual(problemsOf('// Owns the words\n// of the heap.\nexport {};\n'), []);
    assert.deepEqual(problemsOf('#!/usr/bin/env node\n/* Runs the command and ends. */\n'), []);
  });

  it('catches a file that opens with code', () => {
    assert.deepEqual(problemsOf('export {};\n/** Owns the words of the heap. */\n'), [
      'opens with no contract comment',
    ]);
    assert.deepEqual(problemsOf(''), ['opens with no contract comment']);
  });

  it('catches a directive that poses as one', () => {
    assert.equal(problemsOf('/* eslint-disable no-console -- the words of a reason */\n').length, 1);
    assert.equal(problemsOf('// @ts-nocheck and some more words\n').length, 1);
  });

  it('catches a comment of a word or two', () => {
    assert.deepEqual(problemsOf('/** The heap. */\n'), ['opens with a comment too short to be a contract']);
  });

  it('is asked of sources, not of tests and their fixtures', () => {
    assert.equal(needsContract('packages/kmem/src/heap.ts'), true);
    assert.equal(needsContract('packages/kmem/test/heap.test.ts'), false);
    assert.equal(needsContract('packages/cli/test/fixtures/lost.ts'), false);
  });
});
