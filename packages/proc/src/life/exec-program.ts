/**
 * Owns entering a new program into the process that executes it: which image, under which name, with which
 * texts, and the registers its lwp starts with. Run by that lwp with p_token held.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { cache_drop } from '../file/nchandle.ts';
import { NC } from '../file/filedesc-layout.ts';
import { curlwp, procs } from '../proc-kernel.ts';
import { L, TF_ENTRY, TRAPFRAME_WORDS } from '../table/lwp.ts';
import { COMM_BYTES, P } from '../table/proc.ts';
import { G } from '../table/procglob.ts';
import { entryNumber } from '../user/image.ts';
import { setComm } from './lwp-fork.ts';
import { AR } from './pargs-layout.ts';
import { pargsDrop, pargsHold } from './strings.ts';

const MAIN = entryNumber('main');
const COMM_WORDS = COMM_BYTES / 4;
/** Of the original's struct pargs; counted against kern.ps_arg_cache_limit like the texts. */
const PARGS_HEADER = 8;
const FIRST_TID = 1;
const encoder = new TextEncoder();

/** Takes over the references to the path object and the texts. */
export function* installProgram(k: Context, p: number, nch: number, strings: number, path: string): Steps {
  const oldText = k.get(p + P.p_textnch);
  k.set(p + P.p_textnch, nch);
  k.set(p + P.p_image, k.get(nch + NC.nc_data));
  setName(k, p, path.slice(path.lastIndexOf('/') + 1));
  yield* setTexts(k, p, strings);
  if (oldText !== 0) yield* cache_drop(k, oldText);
  resetLwp(k, p);
}

/** p_comm, cut at a character, and the name of the thread. */
function setName(k: Context, p: number, name: string): void {
  const bytes = new Uint8Array(COMM_BYTES);
  encoder.encodeInto(name, bytes.subarray(0, COMM_BYTES - 1));
  for (let word = 0; word < COMM_WORDS; word++) {
    const at = 4 * word;
    const value = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    k.set(p + P.p_comm + word, value);
  }
  setComm(k.words, k.td, p);
}

/** The texts themselves, and what ps shows of them unless they are too long to keep. */
function* setTexts(k: Context, p: number, strings: number): Steps {
  const oldStrings = k.get(p + P.p_strings);
  const oldArgs = k.get(p + P.p_args);
  const limit = k.peek(procs(k).g + G.g_ps_arg_cache_limit);
  const isShown = k.words[strings + AR.ar_length] + PARGS_HEADER <= limit;
  if (isShown) yield* pargsHold(k, strings);
  k.set(p + P.p_strings, strings);
  k.set(p + P.p_args, isShown ? strings : 0);
  yield* pargsDrop(k, oldStrings);
  yield* pargsDrop(k, oldArgs);
}

/** Registers of the start (exec_setregs); the only lwp is the first again. */
function resetLwp(k: Context, p: number): void {
  const lp = curlwp(k);
  const { words } = k;
  const frame = lp + L.lwp_trapframe;
  words.fill(0, frame, frame + TRAPFRAME_WORDS);
  words[frame + TF_ENTRY] = MAIN;
  words[lp + L.lwp_tid] = FIRST_TID;
  k.set(p + P.p_lasttid, FIRST_TID);
}
