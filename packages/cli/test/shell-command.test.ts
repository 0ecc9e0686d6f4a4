import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { programName, quoted, shellCommand } from '../src/shell-command.ts';
import { BINARY, Workshop } from './smplab-process.ts';

describe('a command to paste into the shell', () => {
  const workshop = new Workshop();
  after(() => workshop.remove());

  it('quotes what the shell would take apart', () => {
    assert.equal(quoted('v1:ab_-Z9'), 'v1:ab_-Z9');
    const words = ['a b', "it's", '$HOME', '', 'a;b', '*', '`x`', '"'];
    const out = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${words.map(quoted).join(' ')}`]).toString();
    assert.deepEqual(out.split('\n').slice(0, -1), words);
  });

  it('goes through npx when npm started it', () => {
    const invocation = { script: '/x/.bin/smplab', env: { npm_command: 'exec' }, cwd: '/' };
    assert.equal(shellCommand(invocation, ['replay', 'v1:x']), 'npx smplab replay v1:x');
  });

  it('is the bare name when that is what the shell would find', () => {
    const folder = join(workshop.folder, 'bin');
    mkdirSync(folder);
    symlinkSync(BINARY, join(folder, 'smplab'));
    const script = join(folder, 'smplab');
    const cwd = workshop.folder;
    assert.equal(programName({ script, env: { PATH: `/nowhere:${folder}` }, cwd }), 'smplab');
    assert.equal(programName({ script, env: { PATH: '/nowhere' }, cwd }), 'bin/smplab');
    assert.equal(programName({ script, env: {}, cwd: folder }), './smplab');
  });

  it('names the script when Node was called with it', () => {
    assert.equal(programName({ script: '/a/b/smplab.js', env: {}, cwd: '/a' }), 'node b/smplab.js');
    assert.equal(programName({ script: '/a/b/smplab.js', env: {}, cwd: '/c' }), 'node /a/b/smplab.js');
  });
});
