import assert from 'node:assert/strict';
import type { Context } from '@smplab/lwkt';
import { kern } from '@smplab/proc';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { checkSlice, readFrom } from '../../src/oracle/offsets.ts';

const { U, UIO_DATA } = kern;
const UIO = 16;
const ROOM = 64;

/** Memory with a uio that has moved `given` from `offset` into room for `resid` bytes. */
function memoryAfter(offset: number, resid: number): { k: Context; move: (given: string) => void } {
  const words = new Int32Array(UIO + UIO_DATA + ROOM);
  words[UIO + U.uio_offset] = offset;
  words[UIO + U.uio_resid] = resid;
  const misuse = (_verdict: string, text: string): never => {
    throw new Error(text);
  };
  const move = (given: string): void => {
    for (let at = 0; at < given.length; at++) {
      const byte = (UIO + UIO_DATA) * 4 + at;
      words[byte >> 2] |= given.charCodeAt(at) << ((byte & 3) << 3);
    }
    words[UIO + U.uio_offset] += given.length;
    words[UIO + U.uio_resid] -= given.length;
    words[UIO + U.uio_done] += given.length;
  };
  return { k: { words, misuse } as unknown as Context, move };
}

const latin = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 40,
});

describe('the oracle of offsets', () => {
  it('is content with the slice that was asked for, whatever text, offset and room', () => {
    fc.assert(
      fc.property(latin, fc.nat(60), fc.nat(80), (text, offset, resid) => {
        const { k, move } = memoryAfter(offset, resid);
        const from = readFrom(k, UIO);
        move(text.slice(offset, offset + resid));
        checkSlice(k, UIO, text, from);
      }),
    );
  });

  it('finds a byte too many, one too few, and one that is another', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['more', 'bcde!'],
      ['less', 'bcd'],
      ['other', 'bcdx'],
    ];
    for (const [what, given] of cases) {
      const { k, move } = memoryAfter(1, 4);
      const from = readFrom(k, UIO);
      move(given);
      assert.throws(
        () => {
          checkSlice(k, UIO, 'abcdefgh', from);
        },
        /a read of 4 bytes from 1 of a text of 8 bytes/,
        what,
      );
    }
  });
});
