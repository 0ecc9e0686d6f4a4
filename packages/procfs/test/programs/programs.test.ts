import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { VfsUser } from '@smplab/vfs';
import { SYSTEM_PROGRAMS } from '../../src/programs/programs.ts';
import { PROCFSMNT_LINUXCOMPAT } from '../../src/procfs-layout.ts';
import { inSystem } from './run-program.ts';

const LIMITS = { maxproc: 64, strands: 96, memoryWords: 1 << 22, vmPages: 16, pageWords: 64 };

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

  it('read /proc in a shell: ls, cat, df, procps and top', () => {
    const lines = [
      'ls /proc/curproc/; ls -l /proc/self; cat /proc/curproc/status',
      'df /proc; mount -t procfs; cd /proc/1; cat status; echo x >status',
      'procps; top -d 1; mkdir /p; mount -t procfs -o freebsd fbsd /p; cat /p/curproc/status',
      'procps -d /p; umount /p; ls /p',
    ];
    const shown = inSystem(lines.join('; '), undefined, { flags: PROCFSMNT_LINUXCOMPAT, limits: LIMITS });
    for (const wanted of [
      /^auxv\ncmdline\ncwd\nemul\n[^]*\nstatus\ntask\n/,
      /^lr-xr-xr-x {2}1 root {2}wheel {2}1 Jan {2}1 00:00 \/proc\/self -> curproc$/m,
      /^cat \d+ 3 2 2 12,255 ctty 0,0 0,0 0,0 nochan 0 0,0$/m,
      /^procfs +\d+ +\d+ +0 +100% +\/proc$/m,
      /^procfs on \/proc type procfs/m,
      /^init 1 0 1 1 -1,-1 sldr 0,0 0,0 0,0 wait 0 0,0$/m,
      /^sh: cannot open status: Operation not permitted$/m,
      /^root +\d+ +3 +2 +2 con - +Jan {2}1 00:00 +0:00.00 procps$/m,
      /^ *\d+ root con - +0:00.00 +0.0% top -d 1$/m,
      /^Memory: \d+K total, \d+K used, \d+K free$/m,
      // The tree of FreeBSD has the kernel itself, too.
      /^root +0 +0 +0 +0 \?\? +- +Jan {2}1 00:00 +0:00.00 kernel$/m,
    ])
      assert.match(shown, wanted);
  });
});
