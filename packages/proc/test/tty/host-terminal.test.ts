import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createMachine, LiveMachine } from '@smplab/machine';
import { HostTerminal } from '../../src/tty/host-terminal.ts';
import { TTY_VECTOR } from '../../src/tty/ttycom.ts';

const MODULE = new URL('fixtures/terminal-program.mjs', import.meta.url).href;

/** What is typed once the screen, from the last answer on, shows something. */
type Dialogue = readonly (readonly [shown: RegExp, keys: string])[];

/** Runs the machine with a person at its console; gives all that the console has shown. */
async function dialogue(steps: Dialogue): Promise<string> {
  let terminal: HostTerminal | null = null;
  const machine = createMachine({
    cpus: 2,
    images: [{ module: MODULE }],
    devices: true,
    timeLimitSeconds: 40,
    onBooted: () => {
      terminal = new HostTerminal(live.memory, 'console', () => {
        live.interrupt(0, TTY_VECTOR);
      });
    },
  });
  assert.ok(machine instanceof LiveMachine);
  const live = machine;
  const running = { is: true };
  const report = live.run().finally(() => (running.is = false));
  let all = '';
  let since = 0;
  let next = 0;
  while (running.is) {
    if (terminal === null) {
      await new Promise((resolve) => setImmediate(resolve));
      continue;
    }
    const person: HostTerminal = terminal;
    await person.output(10);
    all += new TextDecoder().decode(person.take());
    if (next === steps.length || !steps[next][0].test(all.slice(since))) continue;
    since = all.length;
    person.type(steps[next++][1]);
  }
  const { outcome, message } = await report;
  assert.equal(outcome, 'halted', message);
  if (terminal !== null) all += new TextDecoder().decode((terminal as HostTerminal).take());
  return all.replaceAll('\r', '');
}

describe('a person at the console of a live machine', function () {
  this.timeout(60_000);

  it('types lines, reads more than the ring holds, and hits ^C', async () => {
    const shown = await dialogue([
      [/\? $/, 'hello\n'],
      [/\[hello\]\r\n\? $/, 'much\n'],
      [/\[much\]\r\n\? $/, 'typo\x7f\x7f\x7f\x7fword\n'],
      [/\[word\]\r\n\? $/, '\x03'],
    ]);
    assert.match(shown, /^\? hello\n\[hello\]\n\? much\nm{10000}\n\[much\]\n\? typo/);
    assert.match(shown, /\[word\]\n\? \^C.*interrupted\n.*bye\n$/s);
  });

  it('sees the end of file at ^D', async () => {
    assert.match(await dialogue([[/\? $/, '\x04']]), /^\? .*bye\n$/s);
  });
});
