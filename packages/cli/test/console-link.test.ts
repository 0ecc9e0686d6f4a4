import assert from 'node:assert/strict';
import { atTerminal } from './pty-process.ts';

describe('a shell of the machine at a terminal', () => {
  it('has history, job control and a prompt, and gives the terminal back', async () => {
    const { status, screen, isCooked } = await atTerminal(
      [
        ['cpu0 2 $ ', 'echo one two\r'],
        ['one two\r\none two', 'cat\r'],
        ['cat\r\n', 'x\r'],
        // Typed, and copied: it runs.
        ['x\r\nx', '\u001a'],
        ['Stopped', 'fg\r'],
        ['fg\r\ncat\r\n', 'y\r'],
        ['y\r\ny', '\u0003'],
        ['^C', ''],
        // Two lines back is the cat, three the echo.
        ['cpu0 2 $ ', '\u001b[A\u001b[A\u001b[A\u0017three\r'],
        ['three\r\none three', 'exit 3\r'],
      ],
      'boot',
    );
    assert.equal(status, 3, screen);
    assert.match(screen, /\[1\] \+ Stopped {6}cat\n/);
    assert.ok(isCooked);
  });

  it('ends with the machine at ^\\, whatever runs, and at ^D', async () => {
    const killed = await atTerminal(
      [
        ['$ ', 'sleep 100\r'],
        ['sleep 100\r\n', '\u001c'],
      ],
      'boot',
    );
    assert.deepEqual([killed.status, killed.isCooked], [130, true], killed.screen);
    assert.match(killed.screen, /the machine was ended by \^\\/);
    const left = await atTerminal([['$ ', '\u0004']], 'boot');
    assert.deepEqual([left.status, left.isCooked], [0, true], left.screen);
  });
});
