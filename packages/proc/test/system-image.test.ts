import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createMachine, LiveMachine } from '@smplab/machine';
import { firstExitStatus, system, systemImage } from '../src/system-image.ts';
import { HostTerminal } from '../src/tty/host-terminal.ts';

/** Runs a command line live; gives what the console has shown, and the exit status. */
async function ran(command: string): Promise<{ shown: string; status: number | null }> {
  const machine = createMachine({ cpus: 2, images: [systemImage({ command })], timeLimitSeconds: 50 });
  assert.ok(machine instanceof LiveMachine);
  const { outcome, message } = await machine.run();
  assert.equal(outcome, 'halted', message);
  const screen = new HostTerminal(machine.memory, 'console', () => undefined).take();
  const shown = new TextDecoder().decode(screen).replaceAll('\r', '');
  return { shown, status: firstExitStatus(machine.memory) };
}

describe('the system', function () {
  this.timeout(60_000);

  it('has arguments and environment in the URL of its module, and the shell first', () => {
    const { module } = systemImage({ argv: ['-c', 'echo "a b" & c=d'], env: ['TERM=xterm'] });
    const { searchParams, pathname } = new URL(module);
    assert.deepEqual(searchParams.getAll('arg'), ['-c', 'echo "a b" & c=d']);
    assert.deepEqual(searchParams.getAll('env'), ['TERM=xterm']);
    assert.match(pathname, /\/dist\/system-image\.js$/);
    assert.deepEqual(Object.keys(system.programs).slice(0, 2), ['/bin/sh', '/bin/cat']);
  });

  it('halts with its shell, whatever is left, and has its exit status', async () => {
    assert.deepEqual(await ran('sleep 1000 & echo started; exit 9'), { shown: 'started\n', status: 9 });
  });

  it('tells of a first program that was killed', async () => {
    assert.deepEqual(await ran('kill -9 $$'), { shown: '', status: 137 });
  });
});
