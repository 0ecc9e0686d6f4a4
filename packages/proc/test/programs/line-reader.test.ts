import assert from 'node:assert/strict';
import type { Steps } from '@smplab/lwkt';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { EINTR, EIO } from '../../src/errno.ts';
import { LineReader } from '../../src/programs/line-reader.ts';

/** What each read gives: bytes, or an errno; after the last the input has ended. */
type Parts = readonly (string | number)[];

/** Reads all lines; with what was written meanwhile. */
function linesOf(parts: Parts, newline = false): { lines: string[]; written: string } {
  const lines: string[] = [];
  let [at, written] = [0, ''];
  const u = {
    errno: 0,
    *read(): Steps<Uint8Array | null> {
      const part = parts[at++] ?? '';
      if (typeof part === 'string') return new TextEncoder().encode(part);
      this.errno = part;
      return null;
    },
    *write(_fd: number, text: string): Steps<number> {
      written += text;
      return text.length;
    },
  };
  const reader = new LineReader(u as never);
  for (;;) {
    const { value, done } = reader.next(newline).next();
    assert.equal(done, true, 'nothing blocks here');
    if (value === null) return { lines, written };
    lines.push(value);
  }
}

describe('reading lines', () => {
  it('gives the same lines whatever the parts in which they come, the last one without an end too', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 30 });
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 9 })), (input, sizes) => {
        const parts: string[] = [];
        let from = 0;
        for (const size of sizes) {
          parts.push(input.slice(from, from + size));
          from += size;
        }
        parts.push(input.slice(from));
        const expected = input.split('\n');
        if (expected.at(-1) === '') expected.pop();
        assert.deepEqual(linesOf(parts.filter((part) => part !== '')).lines, expected);
      }),
    );
  });

  it('gives an empty line for an interrupted read, and ends at any other error', () => {
    assert.deepEqual(linesOf(['a\n', EINTR, 'b\n'], true), { lines: ['a', '', 'b'], written: '\n' });
    assert.deepEqual(linesOf([EINTR]), { lines: [''], written: '' });
    assert.deepEqual(linesOf(['a\n', EIO, 'b\n'], true), { lines: ['a'], written: '' });
  });
});
