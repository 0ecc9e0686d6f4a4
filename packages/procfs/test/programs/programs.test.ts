import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { VfsUser } from '@smplab/vfs';
import { SYSTEM_PROGRAMS } from '../../src/programs/programs.ts';
import { inSystem } from './run-program.ts';

describe('the programs of a machine with files', () => {
  it('are the old ones and the new, by path', () => {
    const paths = Object.keys(SYSTEM_PROGRAMS);
    assert.deepEqual(
      ['/bin/sh', '/bin/cat', '/bin/ls', '/sbin/mount', '/usr/bin/stat'].filter(
        (path) => !paths.includes(path),
      ),
      [],
    );
  });

  it('work together in a shell: redirection, directories, removal', () => {
    const lines = [
      'mkdir /d; cd /d; pwd',
      'echo one >f; echo two >>f; cat f; echo three >f; cat <f',
      'ls -l >list; cat <none; cat list',
      'mv f g && rm g list && ls',
      'echo "ls /dev" >script; sh -s <script',
    ];
    const shown = inSystem(lines.join('; '), function* (u: VfsUser) {
      assert.equal(yield* u.readlink('/d'), null);
    });
    assert.match(
      shown,
      new RegExp(
        '^/d\\none\\ntwo\\nthree\\nsh: cannot open none: No such file or directory\\n' +
          'total 1\\n-rw-r--r-- {2}1 root {2}wheel {2}6 Jan {2}1 00:00 f\\n' +
          '-rw-r--r-- {2}1 root {2}wheel {2}0 Jan {2}1 00:00 list\\n' +
          'console\\nnull\\ntty\\n',
      ),
    );
  });
});
