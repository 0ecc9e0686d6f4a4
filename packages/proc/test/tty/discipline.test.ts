import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Context, Steps } from '@smplab/lwkt';
import { ttyinput } from '../../src/tty/discipline.ts';
import { ttyTranscript } from '../../src/tty/output.ts';
import { ECHO, ECHOE, ICANON, ICRNL, IO_NDELAY, TIOCGETA, TIOCSETA } from '../../src/tty/ttycom.ts';
import { consoleOf, readNow, request, runs, write } from './tty-program.ts';

const EWOULDBLOCK = 35;
const DEL = 0x7f;

/** The terminal as its manual page has it, with lists in place of rings. */
class Model {
  readonly lines: number[][] = [];
  line: number[] = [];
  shown = '';
  isCanonical = true;
  echoes = true;

  type(byte: number): void {
    if (byte === 0x0d) byte = 0x0a;
    if (byte === 0x03 || byte === 0x1c || byte === 0x1a) {
      this.lines.length = 0;
      this.line = [];
      this.echo(byte);
    } else if (this.isCanonical && (byte === DEL || byte === 0x08)) this.erase();
    else if (this.isCanonical && byte === 0x15) while (this.line.length > 0) this.erase();
    else this.accept(byte);
  }

  accept(byte: number): void {
    this.echo(byte);
    if (this.isCanonical && byte === 0x04) {
      if (this.echoes) this.shown += '\b\b';
      this.lines.push(this.line);
      this.line = [];
      return;
    }
    this.line.push(byte);
    if (!this.isCanonical || byte === 0x0a) {
      this.lines.push(this.line);
      this.line = [];
    }
  }

  erase(): void {
    const last = this.line.pop();
    if (last === undefined || !this.echoes) return;
    this.shown += '\b \b'.repeat(last < 0x20 ? 2 : 1);
  }

  echo(byte: number): void {
    if (!this.echoes) return;
    if (byte === 0x0a) this.shown += '\r\n';
    else if (byte < 0x20 && byte !== 0x09) this.shown += `^${String.fromCharCode(byte | 0x40)}`;
    else if (byte === DEL) this.shown += '^?';
    else this.shown += String.fromCharCode(byte);
  }
}

/** Keys that a person hits, the special ones often. */
const key = fc.oneof(
  fc.integer({ min: 0x61, max: 0x65 }),
  fc.constantFrom(0x0a, 0x0d, DEL, 0x08, 0x15, 0x04, 0x03, 0x1c, 0x1a, 0x09, 0x01, 0x20),
);

describe('the line discipline', () => {
  it('does with every sequence of keys what the plain model does', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 60 }), fc.boolean(), (keys, echoes) => {
        runs(function* (k: Context) {
          const model = new Model();
          model.echoes = echoes;
          const tp = consoleOf(k);
          const modes = yield* request(k, tp, TIOCGETA);
          if (!echoes) yield* request(k, tp, TIOCSETA, modes & ~(ECHO | ECHOE));
          for (const byte of keys) {
            model.type(byte);
            yield* ttyinput(k, tp, byte);
          }
          for (const line of model.lines) assert.deepEqual(yield* readNow(k, tp, 200), line);
          assert.equal(yield* readNow(k, tp, 200), EWOULDBLOCK);
          assert.equal(ttyTranscript(k.kernel, tp), model.shown);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('gives bytes as they come in raw mode, and does not take any for special', () => {
    fc.assert(
      fc.property(
        fc.array(key, { maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 7 })),
        (keys, sizes) => {
          runs(function* (k: Context) {
            const tp = consoleOf(k);
            yield* request(k, tp, TIOCSETA, 0);
            for (const byte of keys) yield* ttyinput(k, tp, byte);
            const got: number[] = [];
            for (const size of [...sizes, 200]) {
              const bytes = yield* readNow(k, tp, size);
              if (typeof bytes !== 'number') got.push(...bytes);
            }
            assert.deepEqual(got, keys);
            assert.equal(ttyTranscript(k.kernel, tp), '');
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives a long line in parts, and an end of file that follows bytes with them', () => {
    runs(function* (k: Context) {
      const tp = consoleOf(k);
      yield* type(k, tp, 'abcdef\nxy\x04\x04z\x04');
      assert.deepEqual(text(yield* readNow(k, tp, 4)), 'abcd');
      assert.deepEqual(text(yield* readNow(k, tp, 4)), 'ef\n');
      assert.deepEqual(text(yield* readNow(k, tp, 4)), 'xy');
      assert.deepEqual(text(yield* readNow(k, tp, 4)), '');
      // As in BSD, a read that is full does not take the end of file with it.
      assert.deepEqual(text(yield* readNow(k, tp, 1)), 'z');
      assert.deepEqual(text(yield* readNow(k, tp, 1)), '');
      assert.equal(yield* readNow(k, tp, 1), EWOULDBLOCK);
    });
  });

  it('drops what does not fit, with a bell, and takes more once something is read', () => {
    runs(function* (k: Context) {
      const tp = consoleOf(k);
      yield* type(k, tp, `${'x'.repeat(254)}\n`);
      yield* type(k, tp, 'lost');
      assert.ok(ttyTranscript(k.kernel, tp).endsWith(`x\r\n${'\x07'.repeat(4)}`));
      assert.equal(text(yield* readNow(k, tp, 300)).length, 255);
      yield* type(k, tp, 'kept\n');
      assert.equal(text(yield* readNow(k, tp, 300)), 'kept\n');
    });
  });

  it('makes a line of what was typed in raw mode after the last end of a line, and back', () => {
    runs(function* (k: Context) {
      const tp = consoleOf(k);
      const modes = yield* request(k, tp, TIOCGETA);
      yield* request(k, tp, TIOCSETA, modes & ~ICANON);
      yield* type(k, tp, 'one\ntw');
      yield* request(k, tp, TIOCSETA, modes);
      yield* type(k, tp, '\x7fwo\nthree');
      assert.equal(text(yield* readNow(k, tp, 300)), 'one\n');
      assert.equal(text(yield* readNow(k, tp, 300)), 'two\n');
      assert.equal(yield* readNow(k, tp, 300), EWOULDBLOCK);
      yield* request(k, tp, TIOCSETA, modes & ~ICANON);
      assert.equal(text(yield* readNow(k, tp, 300)), 'three');
    });
  });

  it('takes what was typed ahead in raw mode as it would have been in canonical mode', () => {
    runs(function* (k: Context) {
      const tp = consoleOf(k);
      const modes = yield* request(k, tp, TIOCGETA);
      yield* request(k, tp, TIOCSETA, modes & ~(ICANON | ICRNL));
      yield* type(k, tp, 'ax\x7f\rtwo\x04');
      yield* request(k, tp, TIOCSETA, modes);
      assert.equal(text(yield* readNow(k, tp, 300)), 'a\n');
      assert.equal(text(yield* readNow(k, tp, 300)), 'two');
    });
  });

  it('erases whole characters, of more bytes than one too', () => {
    runs(function* (k: Context) {
      const tp = consoleOf(k);
      yield* type(k, tp, 'aä€\x7f\x7fb\n');
      assert.equal(text(yield* readNow(k, tp, 300)), 'ab\n');
      assert.equal(ttyTranscript(k.kernel, tp), 'aä€\b \b\b \bb\r\n');
    });
  });

  it('stops output at ^S, and shows what was held back at ^Q', () => {
    runs(function* (k: Context) {
      const tp = consoleOf(k);
      yield* type(k, tp, '\x13');
      assert.equal(yield* write(k, tp, 'hidden', IO_NDELAY), 0);
      yield* type(k, tp, '\x11');
      assert.equal(yield* write(k, tp, 'shown'), 5);
      assert.equal(ttyTranscript(k.kernel, tp), 'shown');
    });
  });
});

function* type(k: Context, tp: number, keys: string): Steps {
  for (const byte of new TextEncoder().encode(keys)) yield* ttyinput(k, tp, byte);
}

function text(bytes: readonly number[] | number): string {
  return typeof bytes === 'number' ? `errno ${bytes}` : new TextDecoder().decode(Uint8Array.from(bytes));
}
