/**
 * Owns the oracle of offsets and lengths (procfs.md 4, viii): what a read gives is the slice of the text that
 * it asked for, from where the file was, and as much as there was room for. Asked by the thread that reads,
 * after the move. No steps.
 */
import type { Context } from '@smplab/lwkt';
import { kern } from '@smplab/proc';

/** Where a read began. */
export interface ReadFrom {
  readonly offset: number;
  readonly resid: number;
  readonly done: number;
}

/** Takes down where a read begins. */
export function readFrom(k: Context, uio: number): ReadFrom {
  const { words } = k;
  return {
    offset: words[uio + kern.U.uio_offset],
    resid: words[uio + kern.U.uio_resid],
    done: words[uio + kern.U.uio_done],
  };
}

/** Fails the run if a read of `text` from there has given anything else. */
export function checkSlice(k: Context, uio: number, text: string, { offset, resid, done }: ReadFrom): void {
  const { words } = k;
  const expected = text.slice(offset, offset + resid);
  const moved = resid - words[uio + kern.U.uio_resid];
  const bytes = kern.UIO_DATA * 4 + uio * 4 + done;
  let isSame = moved === expected.length && words[uio + kern.U.uio_offset] === offset + moved;
  for (let at = 0; isSame && at < moved; at++) {
    const byte = (words[(bytes + at) >> 2] >> (((bytes + at) & 3) << 3)) & 0xff;
    isSame = byte === expected.charCodeAt(at);
  }
  if (isSame) return;
  k.misuse(
    'assertion',
    `procfs: a read of ${resid} bytes from ${offset} of a text of ${text.length} bytes gave ` +
      `${moved} bytes, not the ${expected.length} that are there`,
  );
}
