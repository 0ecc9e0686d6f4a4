/**
 * Owns the texts a program was started with: one block of arguments and environment for each exec, shared by
 * all forks of it, never changed, freed with the last process that points at it. Made and read by the thread
 * that execs; the count is atomic.
 */
import { M_WAITOK, M_ZERO, mallocType } from '@smplab/kmem';
import { type Context, type Kernel, NOTHING, type Steps } from '@smplab/lwkt';
import { kfree, kmalloc, M_PARGS } from '../malloc-types.ts';
import { P } from '../table/proc.ts';
import { AR, AR_ARGS } from './pargs-layout.ts';

/** What a program was started with. */
export interface ExecStrings {
  readonly argv: readonly string[];
  readonly env: readonly string[];
}

const T_PARGS = mallocType(M_PARGS, 'process arguments');
const LAST_ASCII = 0x7f;
const encoder = new TextEncoder();
/** A mark of byte order at the beginning is a character like any other. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes the texts take, each with its NUL. */
export function textBytes(texts: readonly string[]): number {
  let bytes = 0;
  for (const text of texts) bytes += utf8Length(text) + 1;
  return bytes;
}

/** A block with these texts and one reference; nobody else can see it yet. */
export function* stringsMake(k: Context, argv: readonly string[], env: readonly string[]): Steps<number> {
  const argBytes = textBytes(argv);
  const envBytes = textBytes(env);
  const ar = yield* kmalloc(k, M_PARGS, AR_ARGS + ((argBytes + envBytes + 3) >> 2));
  fill(k.words, ar, argv, env, argBytes, envBytes);
  return ar;
}

/** The same before the machine runs. */
export function bootStrings(kernel: Kernel, argv: readonly string[], env: readonly string[]): number {
  const argBytes = textBytes(argv);
  const envBytes = textBytes(env);
  const size = AR_ARGS + ((argBytes + envBytes + 3) >> 2);
  const ar = kernel.kmem.kmalloc(T_PARGS, size, M_WAITOK | M_ZERO, 'boot');
  fill(kernel.words, ar, argv, env, argBytes, envBytes);
  return ar;
}

/** One more pointer to the block (PARGS references are counted in ar_ref); NULL is nothing. */
export function pargsHold(k: Context, ar: number): Steps {
  return ar === 0 ? NOTHING : (k.fetchadd(ar + AR.ar_ref, 1) as unknown as Steps);
}

/** One less: the last one frees it. */
export function pargsDrop(k: Context, ar: number): Steps {
  return ar === 0 ? NOTHING : k.upon(k.fetchadd(ar + AR.ar_ref, -1), freeLast, ar);
}

function freeLast(k: Context, before: number, ar: number): Steps | null {
  return before === 1 ? kfree(k, M_PARGS, ar) : null;
}

/**
 * The arguments and environment of a process. For the process itself, or for one that is held and not in exec
 * (P_INEXEC): p_strings is replaced by the process only, after everyone else has let go of it.
 */
export function execStrings(k: Context, p: number): ExecStrings {
  const ar = k.peek(p + P.p_strings);
  if (ar === 0) return { argv: [], env: [] };
  const { words } = k;
  const argBytes = words[ar + AR.ar_length];
  const from = (ar + AR_ARGS) * 4;
  return {
    argv: textsAt(words, from, argBytes, words[ar + AR.ar_argc]),
    env: textsAt(words, from + argBytes, words[ar + AR.ar_envlength], words[ar + AR.ar_envc]),
  };
}

function fill(
  words: Int32Array,
  ar: number,
  argv: readonly string[],
  env: readonly string[],
  argBytes: number,
  envBytes: number,
): void {
  words[ar + AR.ar_ref] = 1;
  words[ar + AR.ar_length] = argBytes;
  words[ar + AR.ar_envlength] = envBytes;
  words[ar + AR.ar_argc] = argv.length;
  words[ar + AR.ar_envc] = env.length;
  writeTexts(words, ar + AR_ARGS, writeTexts(words, ar + AR_ARGS, 0, argv), env);
}

/** Writes texts into zeroed words, from a byte on; gives the byte after the last NUL. */
function writeTexts(words: Int32Array, at: number, from: number, texts: readonly string[]): number {
  let byte = from;
  for (const text of texts) {
    if (isAscii(text)) {
      for (let i = 0; i < text.length; i++, byte++) put(words, at, byte, text.charCodeAt(i));
    } else for (const code of encoder.encode(text)) put(words, at, byte++, code);
    byte++;
  }
  return byte;
}

function put(words: Int32Array, at: number, byte: number, code: number): void {
  words[at + (byte >> 2)] |= code << ((byte & 3) << 3);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > LAST_ASCII) return false;
  return true;
}

function utf8Length(text: string): number {
  return isAscii(text) ? text.length : encoder.encode(text).length;
}

function textsAt(words: Int32Array, from: number, bytes: number, count: number): string[] {
  if (count === 0) return [];
  // The words may be shared memory, which TextDecoder refuses.
  const copy = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i++) copy[i] = words[(from + i) >> 2] >> (((from + i) & 3) << 3);
  return decoder
    .decode(copy.subarray(0, bytes - 1))
    .split('\0')
    .slice(0, count);
}
