import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';

/** A program, the word, and what it prints. */
const PRINTS = /```ts\n((?:(?!```)[\s\S])*)```\s+prints\s+```text\n((?:(?!```)[\s\S])*)```/g;

describe('the README', () => {
  it('has examples that print what it says', () => {
    const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const examples = [...text.matchAll(PRINTS)];
    assert.ok(examples.length > 1);
    for (const [, code, said] of examples) {
      const node = ['--input-type=module', '--eval', code];
      const printed = execFileSync(process.execPath, node, {
        cwd: new URL('..', import.meta.url),
        encoding: 'utf8',
      });
      assert.equal(printed, said);
    }
  });
});
