/**
 * Owns editing a line at a terminal, as a shell does it: the terminal gives every key as it is hit, the
 * editor shows what becomes of the line, and arrow keys bring lines of the history back. A line longer than
 * the screen is wide is shown in part. Runs in the program that reads; signals of keys (^C, ^Z) stay the
 * terminal's.
 *
 *     keys: arrows ^P ^N ^B ^F, Home End ^A ^E, Backspace Delete ^U ^K ^W, ^L, ^D at an empty line: the end
 */
import type { Steps } from '@smplab/lwkt';
import { ECHO, ICANON, TIOCGETA, TIOCGWINSZ, TIOCSETA } from '../tty/ttycom.ts';
import type { User } from '../user/user.ts';

const INPUT = 0;
const OUTPUT = 1;
const WIDTH = 80;
const ESCAPE = '\u001b';
const CLEAR_SCREEN = '\u001b[H\u001b[2J';
const CLEAR_REST = '\u001b[K';
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** How reading a line has ended. */
export type LineEnd = { readonly line: string } | 'interrupted' | 'ended';

/** Names of keys by what a terminal sends after the escape character. */
const SEQUENCES: Readonly<Record<string, Key>> = {
  '[A': 'previous',
  '[B': 'next',
  '[C': 'right',
  '[D': 'left',
  '[H': 'home',
  '[F': 'end',
  OA: 'previous',
  OB: 'next',
  OC: 'right',
  OD: 'left',
  OH: 'home',
  OF: 'end',
  '[1~': 'home',
  '[7~': 'home',
  '[4~': 'end',
  '[8~': 'end',
  '[3~': 'delete',
};

const CONTROLS: Readonly<Record<string, Key>> = {
  '\u0001': 'home',
  '\u0002': 'left',
  '\u0004': 'endOrDelete',
  '\u0005': 'end',
  '\u0006': 'right',
  '\b': 'erase',
  '\u007f': 'erase',
  '\u000b': 'killRest',
  '\u000c': 'clear',
  '\u000e': 'next',
  '\u0010': 'previous',
  '\u0015': 'killLine',
  '\u0017': 'killWord',
};

type Key =
  | 'previous'
  | 'next'
  | 'left'
  | 'right'
  | 'home'
  | 'end'
  | 'erase'
  | 'delete'
  | 'endOrDelete'
  | 'killLine'
  | 'killRest'
  | 'killWord'
  | 'clear';

export class LineEditor {
  #prompt = '';
  /** Characters, one for each column. */
  #line: string[] = [];
  #cursor = 0;
  #width = WIDTH;
  /** Lines that can be brought back, the one being typed last; each may be edited. */
  #lines: string[] = [];
  #at = 0;

  constructor(
    readonly u: User,
    readonly history: readonly string[],
  ) {}

  /** Reads a line; the terminal has its modes again when it is there. */
  *read(prompt: string): Steps<LineEnd> {
    const { u } = this;
    const modes = [0];
    yield* u.ioctl(INPUT, TIOCGETA, modes);
    yield* u.ioctl(INPUT, TIOCSETA, [modes[0] & ~(ICANON | ECHO)]);
    this.#prompt = prompt;
    this.#lines = [...this.history, ''];
    this.#at = this.history.length;
    this.#put('');
    yield* this.#show();
    const end = yield* this.#keys();
    yield* u.write(OUTPUT, end === 'interrupted' ? '^C\n' : '\n');
    yield* u.ioctl(INPUT, TIOCSETA, modes);
    return end;
  }

  *#keys(): Steps<LineEnd> {
    for (;;) {
      const character = yield* this.#character();
      if (character === null) return 'interrupted';
      if (character === '\n' || character === '\r') return { line: this.#line.join('') };
      if (character === ESCAPE) {
        const sequence = yield* this.#sequence();
        if (sequence === null) return 'interrupted';
        if (Object.hasOwn(SEQUENCES, sequence)) yield* this.#do(SEQUENCES[sequence]);
        continue;
      }
      if (character === '\u0004' && this.#line.length === 0) return 'ended';
      if (Object.hasOwn(CONTROLS, character)) yield* this.#do(CONTROLS[character]);
      else if (character >= ' ') yield* this.#insert(character);
    }
  }

  /**
   * One character, whose bytes come one by one: what follows a line belongs to whoever reads next. Null if a
   * signal came first.
   */
  *#character(): Steps<string | null> {
    const bytes: number[] = [];
    for (let wanted = 1; bytes.length < wanted;) {
      const read = yield* this.u.read(INPUT, 1);
      if (read === null) return null;
      if (read.length === 0) return '\u0004';
      bytes.push(read[0]);
      wanted = lengthOf(bytes[0]);
    }
    return decoder.decode(Uint8Array.from(bytes));
  }

  /** What follows an escape character. */
  *#sequence(): Steps<string | null> {
    let text = yield* this.#character();
    if (text !== '[' && text !== 'O') return text;
    for (;;) {
      const next = yield* this.#character();
      if (next === null) return null;
      text += next;
      if (!/[0-9;]/.test(next)) return text;
    }
  }

  *#do(key: Key): Steps {
    const { length } = this.#line;
    if (key === 'previous' || key === 'next') this.#recall(key === 'next' ? 1 : -1);
    else if (key === 'left') this.#cursor = Math.max(0, this.#cursor - 1);
    else if (key === 'right') this.#cursor = Math.min(length, this.#cursor + 1);
    else if (key === 'home') this.#cursor = 0;
    else if (key === 'end') this.#cursor = length;
    else if (key === 'erase') this.#remove(this.#cursor - 1, this.#cursor);
    else if (key === 'delete' || key === 'endOrDelete') this.#remove(this.#cursor, this.#cursor + 1);
    else if (key === 'killLine') this.#remove(0, this.#cursor);
    else if (key === 'killRest') this.#remove(this.#cursor, length);
    else if (key === 'killWord') this.#remove(this.#wordStart(), this.#cursor);
    else yield* this.u.write(OUTPUT, CLEAR_SCREEN);
    yield* this.#show();
  }

  #recall(step: number): void {
    const at = this.#at + step;
    if (at < 0 || at >= this.#lines.length) return;
    this.#lines[this.#at] = this.#line.join('');
    this.#at = at;
    this.#put(this.#lines[at]);
  }

  #put(text: string): void {
    this.#line = Array.from(text);
    this.#cursor = this.#line.length;
  }

  #remove(from: number, to: number): void {
    const start = Math.max(0, from);
    this.#line.splice(start, Math.max(0, to - start));
    this.#cursor = start;
  }

  /** Where the word before the cursor begins. */
  #wordStart(): number {
    let at = this.#cursor;
    while (at > 0 && this.#line[at - 1] === ' ') at--;
    while (at > 0 && this.#line[at - 1] !== ' ') at--;
    return at;
  }

  *#insert(character: string): Steps {
    this.#line.splice(this.#cursor++, 0, character);
    const isAtEnd = this.#cursor === this.#line.length;
    // Most keys: nothing else on the screen changes.
    if (isAtEnd && this.#prompt.length + this.#line.length < this.#width)
      yield* this.u.write(OUTPUT, character);
    else yield* this.#show();
  }

  /** Shows the prompt, and as much of the line around the cursor as there is room for. */
  *#show(): Steps {
    const size = [0];
    const hasSize = (yield* this.u.ioctl(INPUT, TIOCGWINSZ, size)) >= 0;
    this.#width = hasSize ? size[0] & 0xffff || WIDTH : WIDTH;
    const room = Math.max(1, this.#width - this.#prompt.length - 1);
    const first = Math.max(0, this.#cursor - room);
    const shown = this.#line.slice(first, first + room).join('');
    const column = this.#prompt.length + this.#cursor - first;
    const place = column === 0 ? '\r' : `\r\u001b[${column}C`;
    yield* this.u.write(OUTPUT, `\r${this.#prompt}${shown}${CLEAR_REST}${place}`);
  }
}

/** Bytes of a character of UTF-8, by its first. */
function lengthOf(byte: number): number {
  if (byte < 0xc0) return 1;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}
