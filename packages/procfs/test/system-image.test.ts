import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createMachine, LiveMachine } from '@smplab/machine';
import { firstExitStatus, HostTerminal } from '@smplab/proc';
import { fileSystemImage, system } from '../src/system-image.ts';

/** Runs a command line live; gives what the console has shown, and the exit status. */
async function ran(command: string): Promise<{ shown: string; status: number | null }> {
  const machine = createMachine({
    cpus: 2,
    images: [fileSystemImage({ command, boottime: 748_620_384 })],
    timeLimitSeconds: 50,
  });
  assert.ok(machine instanceof LiveMachine);
  const { outcome, message } = await machine.run();
  assert.equal(outcome, 'halted', message);
  const screen = new HostTerminal(machine.memory, 'console', () => undefined).take();
  const shown = new TextDecoder().decode(screen).replaceAll('\r', '');
  return { shown, status: firstExitStatus(machine.memory) };
}

describe('the system with files', function () {
  this.timeout(60_000);

  it('has the shell first, and what it is started with in the URL of its module', () => {
    const { module } = fileSystemImage({ argv: ['-c', 'ls'], boottime: 7 });
    const { searchParams, pathname } = new URL(module);
    assert.deepEqual([searchParams.getAll('arg'), searchParams.get('boottime')], [['-c', 'ls'], '7']);
    assert.match(pathname, /procfs\/dist\/system-image\.js$/);
    assert.deepEqual(Object.keys(system.programs).slice(0, 2), ['/bin/sh', '/bin/cat']);
  });

  it('has a root and /proc, and files that are kept', async () => {
    const { shown, status } = await ran('mount; mkdir /tmp; cd /tmp; echo text >f; ls -l; cat f; exit 9');
    assert.equal(status, 9);
    assert.match(
      shown,
      new RegExp(
        '^ramfs on / type ramfs \\(local\\)\\nproc.* on /proc type procfs.*\\n' +
          'total 1\\n-rw-r--r-- {2}1 root {2}wheel {2}5 Sep 21 14:06 f\\ntext\\n$',
      ),
    );
  });

  it('says what it could not write, in the shell and in its programs', async () => {
    const files = 'cd /proc/2; echo x >status; echo $?; /bin/echo x >status; echo $?; pwd >status';
    const { shown, status } = await ran(`${files}; sysctl security.curtain=1 kern.securelevel`);
    assert.equal(status, 0);
    const lines = [
      'sh: echo: write error: Operation not supported',
      '1',
      'echo: write error: Operation not supported',
      '1',
      'sh: pwd: write error: Operation not supported',
      'security.curtain: 0 -> 1',
      'kern.securelevel: 0',
    ];
    assert.equal(shown, `${lines.join('\n')}\n`);
  });
});
