/**
 * Owns looking into the address space of another process (procfs_rwmem, proc_rwmem): words are read, and
 * written over text as well, which counts with the next fetch. Run by a thread that holds the process; while
 * it does, and P_INEXEC was not set when it began, no exec goes on.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { EFAULT } from '../errno.ts';
import { isUserAddress, vm_load, vm_store, vmspace_ref, vmspace_rel, WORD_BYTES } from '../life/vmspace.ts';
import { P, P_INEXEC, P_WEXIT, SIDL, SZOMB } from '../table/proc.ts';

/**
 * Reads words from the address space of a held process into `words`, or writes them there, text as well: 0,
 * or EFAULT, also while the process execs, exits or is being made. Words before a bad address are done.
 */
export function* proc_rwmem(
  k: Context,
  p: number,
  address: number,
  words: number[] | Int32Array,
  isWrite: boolean,
): Steps<number> {
  const vm = yield* space(k, p);
  if (vm === 0) return EFAULT;
  let error = 0;
  for (let at = 0; at < words.length && error === 0; at++) {
    const to = address + at * WORD_BYTES;
    if (!isUserAddress(k, to)) error = EFAULT;
    else if (isWrite) error = yield* vm_store(k, vm, to, words[at]);
    else words[at] = yield* vm_load(k, vm, to, 0);
  }
  yield* vmspace_rel(k, vm);
  return error;
}

/** proc_readword(p, address, to): puts a word into the kernel word `to`. */
export function* proc_readword(k: Context, p: number, address: number, to: number): Steps<number> {
  const words = [0];
  const error = yield* proc_rwmem(k, p, address, words, false);
  if (error === 0) k.words[to] = words[0];
  return error;
}

/** proc_writeword(p, address, value). */
export function proc_writeword(k: Context, p: number, address: number, value: number): Steps<number> {
  return proc_rwmem(k, p, address, [value], true);
}

/** The address space of a process, with a reference; 0 if it cannot be had now. */
function* space(k: Context, p: number): Steps<number> {
  yield* k.gettoken(p + P.p_token);
  const stat = k.get(p + P.p_stat);
  const isBusy = ((yield* k.load(p + P.p_flags)) & (P_WEXIT | P_INEXEC)) !== 0;
  const vm = stat === SIDL || stat === SZOMB || isBusy ? 0 : k.get(p + P.p_vmspace);
  if (vm !== 0) yield* vmspace_ref(k, vm);
  yield* k.reltoken(p + P.p_token);
  return vm;
}
