/**
 * Owns /proc/N/auxv of NetBSD (procfs_doauxv of procfs_auxv.c): the raw vector of numbers the program was
 * given at exec, pairs of words, little end first. This kernel gives its programs none: the pairs are made up
 * of what they would say. Run in the thread that reads.
 */
import { type Context, lwkt_gettoken_shared, type Steps } from '@smplab/lwkt';
import { CR, kern, P } from '@smplab/proc';
import { hasNoProgram } from '../command-line.ts';
import type { Reading } from '../reading.ts';

const AT_NULL = 0;
const AT_PAGESZ = 6;
const AT_ENTRY = 9;
const AT_STACKBASE = 13;
const AT_EUID = 2000;
const AT_RUID = 2001;
const AT_EGID = 2002;
const AT_RGID = 2003;

export function* procfs_doauxv(k: Context, { p }: Reading): Steps<string> {
  if (hasNoProgram(k, p)) return '';
  const { pageWords, vmPages } = k.kernel.limits;
  const page = pageWords * kern.WORD_BYTES;
  yield* lwkt_gettoken_shared(k, p + P.p_token);
  const cr = k.get(p + P.p_ucred);
  const id = (field: number): number => k.get(cr + field);
  const pairs = [
    [AT_PAGESZ, page],
    [AT_ENTRY, entryOf(k, p)],
    [AT_STACKBASE, page * vmPages],
    [AT_EUID, id(CR.cr_uid)],
    [AT_RUID, id(CR.cr_ruid)],
    [AT_EGID, id(CR.cr_gid)],
    [AT_RGID, id(CR.cr_rgid)],
    [AT_NULL, 0],
  ];
  yield* k.reltoken(p + P.p_token);
  return String.fromCharCode(...new Uint8Array(Int32Array.from(pairs.flat()).buffer));
}

/** Where a text program starts; 0 for one that is code of the machine. */
function entryOf(k: Context, p: number): number {
  const text = kern.procs(k).images.find(k.get(p + P.p_image))?.text;
  return text?.entry ?? 0;
}
