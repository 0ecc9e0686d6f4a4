import assert from 'node:assert/strict';
import type { Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import { EINTR } from '../../src/errno.ts';
import { LineEditor, type LineEnd } from '../../src/programs/line-editor.ts';
import { ECHO, ICANON, TIOCGETA, TIOCGWINSZ, TIOCSETA } from '../../src/tty/ttycom.ts';

const MODES = ECHO | ICANON | 1;
const [UP, DOWN, RIGHT, LEFT, DELETE] = ['\u001b[A', '\u001b[B', '\u001b[C', '\u001bOD', '\u001b[3~'];
const control = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) & 0x1f);

interface Edited {
  readonly end: LineEnd;
  readonly screen: string;
  /** Modes of the terminal while the line was read, and in the end. */
  readonly modes: readonly number[];
}

/** What a sequence of keys comes to at a terminal so many columns wide; without any more the read fails. */
function edit(keys: string, history: readonly string[] = [], width = 80): Edited {
  const bytes = [...new TextEncoder().encode(keys)];
  const modes: number[] = [];
  let screen = '';
  const u = {
    errno: 0,
    *read(): Steps<Uint8Array | null> {
      const byte = bytes.shift();
      if (byte !== undefined) return Uint8Array.of(byte);
      this.errno = EINTR;
      return null;
    },
    *write(_fd: number, text: string): Steps<number> {
      screen += text;
      return text.length;
    },
    *ioctl(_fd: number, command: number, data: number[]): Steps<number> {
      if (command === TIOCGETA) data[0] = MODES;
      else if (command === TIOCSETA) modes.push(data[0]);
      else if (command === TIOCGWINSZ) data[0] = width;
      return 0;
    },
  };
  const { value, done } = new LineEditor(u as never, history).read('$ ').next();
  assert.equal(done, true, 'nothing blocks here');
  return { end: value, screen, modes };
}

function lineOf(keys: string, history: readonly string[] = []): string {
  const { end } = edit(`${keys}\n`, history);
  return typeof end === 'string' ? assert.fail(end) : end.line;
}

describe('editing a line', () => {
  const cases: readonly (readonly [keys: string, line: string])[] = [
    ['abc', 'abc'],
    ['äb€😀', 'äb€😀'],
    [`ac${LEFT}b`, 'abc'],
    [`äc${LEFT}${LEFT}b`, 'bäc'],
    [`${LEFT}a${RIGHT}b`, 'ab'],
    [`bc${control('A')}a${control('E')}d`, 'abcd'],
    ['abc\u007f\b', 'a'],
    ['\u007fa', 'a'],
    [`abc${control('A')}${DELETE}`, 'bc'],
    [`abc${control('B')}${control('D')}`, 'ab'],
    [`abc${LEFT}${control('K')}`, 'ab'],
    [`abc${LEFT}${control('U')}`, 'c'],
    [`one two  ${control('W')}3`, 'one 3'],
    [`a${control('L')}b`, 'ab'],
    ['a\u001b[99~b', 'ab'],
    ['a\u0003b', 'ab'],
  ];
  for (const [keys, line] of cases) {
    it(`makes ${JSON.stringify(line)} of ${JSON.stringify(keys)}`, () => {
      assert.equal(lineOf(keys), line);
    });
  }

  it('brings back lines of the history, and what was being typed', () => {
    const history = ['first', 'second'];
    assert.equal(lineOf(UP, history), 'second');
    assert.equal(lineOf(`${UP}${UP}${UP}`, history), 'first');
    assert.equal(lineOf(`new${UP}${UP}${DOWN}${DOWN}${DOWN}er`, history), 'newer');
    assert.equal(lineOf(`${UP}!${UP}${DOWN}`, history), 'second!');
    assert.deepEqual(history, ['first', 'second']);
  });

  it('ends at ^D in an empty line, and when a signal comes', () => {
    assert.equal(edit(control('D')).end, 'ended');
    assert.equal(edit('abc').end, 'interrupted');
    assert.match(edit('abc').screen, /\^C\n$/);
  });

  it('has every key as it is hit, and gives the terminal back as it was', () => {
    for (const keys of ['a\n', control('D'), 'a']) assert.deepEqual(edit(keys).modes, [1, MODES]);
  });

  it('shows the end of a line that is longer than the screen is wide', () => {
    const { screen } = edit('abcdefghijkl\n', [], 10);
    const last = screen.split('\r').findLast((part) => part.startsWith('$ '));
    assert.equal(last, '$ fghijkl\u001b[K');
  });
});
