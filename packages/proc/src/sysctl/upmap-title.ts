/**
 * Owns reading the title a process writes into the page it shares with the kernel (seed lines 1699-1715). The
 * process may write at any time: no token guards the bytes. The page itself stays as long as p_token is held,
 * or the process and not its p_token: it is freed when the process is reaped.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { procs } from '../proc-kernel.ts';
import { UPMAP, UPMAP_MAXPROCTITLE } from '../table/upmap-layout.ts';

const LONGEST = UPMAP_MAXPROCTITLE - 1;
const BYTE = 0xff;

/** Whether there is a title: its first byte is not NUL. */
export function hasTitle(k: Context, upmap: number): boolean {
  return (k.peek(upmap + UPMAP.proc_title) & BYTE) !== 0;
}

/** The title without its NUL. */
export function* titleBytes(k: Context, upmap: number): Steps<Uint8Array> {
  if (!procs(k).asSeed['args-title-torn']) return yield* readTitle(k, upmap, LONGEST);
  // The seed counts first and reads again afterwards: what it gives may hold a NUL, or end too soon.
  const { length } = yield* readTitle(k, upmap, LONGEST);
  return yield* readWhole(k, upmap, length);
}

/** Reads each word once: length and bytes are of the same look. */
function* readTitle(k: Context, upmap: number, most: number): Steps<Uint8Array> {
  const bytes: number[] = [];
  for (let word = 0; bytes.length < most; word++) {
    const four = yield* k.loadRelaxed(upmap + UPMAP.proc_title + word);
    for (let shift = 0; shift < 32 && bytes.length < most; shift += 8) {
      const byte = (four >> shift) & BYTE;
      if (byte === 0) return Uint8Array.from(bytes);
      bytes.push(byte);
    }
  }
  return Uint8Array.from(bytes);
}

function* readWhole(k: Context, upmap: number, length: number): Steps<Uint8Array> {
  const words = new Int32Array(Math.ceil(length / 4));
  for (let word = 0; word < words.length; word++) {
    words[word] = yield* k.loadRelaxed(upmap + UPMAP.proc_title + word);
  }
  return new Uint8Array(words.buffer, 0, length);
}
