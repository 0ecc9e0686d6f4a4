import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createMachine, LiveMachine } from '@smplab/machine';
import { storm } from '../../src/programs/storm.ts';
import { firstExitStatus, systemImage } from '../../src/system-image.ts';
import { HostTerminal } from '../../src/tty/host-terminal.ts';
import { inMachine } from './run-program.ts';

describe('the program storm', function () {
  this.timeout(60_000);

  it('lets processes of all kinds live and die live, and leaves nothing behind', async () => {
    const image = systemImage({ command: 'storm -n 100' });
    const machine = createMachine({ cpus: 2, images: [image], timeLimitSeconds: 50 });
    assert.ok(machine instanceof LiveMachine);
    const { outcome, message } = await machine.run();
    assert.equal(outcome, 'halted', message);
    const screen = new HostTerminal(machine.memory, 'console', () => undefined).take();
    const shown = new TextDecoder().decode(screen).replaceAll('\r', '');
    assert.match(
      shown,
      /^storm on 2 CPUs[^]*^process lives +\d{3} [^]*^execs +\d[^]*^groups +\d[^]*^ps +\d/m,
    );
    assert.match(shown, /^kernel memory +as before\nerrors +0$/m);
    assert.equal(firstExitStatus(machine.memory), 0);
  });

  it('explains what is wrong with its options', () => {
    inMachine(function* (_u, run) {
      const usage = 'usage: storm [-n lives] [-s seconds] [-w fork,exec,groups,ps] [-p seconds]\n';
      const wrong = function* (reason: string, ...argv: string[]): Generator<unknown, void> {
        const { out, err, status } = yield* run(storm, ...argv);
        assert.deepEqual([out, err, status], ['', `storm: ${reason}\n${usage}`, 2]);
      };
      yield* wrong('illegal option -- x', '-x');
      yield* wrong('a number above 0 is needed, not "0"', '-n', '0');
      yield* wrong('unexpected 7', '7');
      yield* wrong('kinds of workers are fork, exec, groups, ps', '-w', 'tea');
    });
  });
});
