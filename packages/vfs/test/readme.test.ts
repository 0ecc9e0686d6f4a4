import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

describe('the README of vfs', () => {
  it('has an example that prints what it says', () => {
    const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const [, code] = /```ts\n([\s\S]*?)```/.exec(text) ?? [];
    const [, said] = /```text\n([\s\S]*?)```/.exec(text) ?? [];
    const node = ['--input-type=module', '--eval', code];
    const printed = execFileSync(process.execPath, node, {
      cwd: new URL('..', import.meta.url),
      encoding: 'utf8',
    });
    assert.equal(printed, said);
  });
});
