import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { session, SESSION_TEXTS } from './debug-session.ts';
import { files } from './proc-files.ts';
import { transfers } from './transfer-program.ts';

describe('mem, regs and ctl', () => {
  it('are enough for a debugger', transfers('session', session, { texts: SESSION_TEXTS }));

  it('are files of /proc', files('files', session, { texts: SESSION_TEXTS }));

  it('are used in the README as its section Debugging says', () => {
    const text = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const section = text.slice(text.indexOf('## Debugging'));
    const [, code] = /```ts\n([\s\S]*?)```/.exec(section) ?? [];
    const [, said] = /```text\n([\s\S]*?)```/.exec(section) ?? [];
    const node = ['--import', 'tsx', '--conditions=@smplab/source', '--input-type=module', '--eval', code];
    const cwd = new URL('../..', import.meta.url);
    assert.equal(execFileSync(process.execPath, node, { cwd, encoding: 'utf8' }), said);
  });
});
