/**
 * Owns mem (procfs_domem of procfs_mem.c): the address space of a process, byte by byte. Run by the thread
 * that reads or writes, which has p_reflock shared, so the space is the one it was allowed to look at. The
 * table of pages is read under vm_token; the words of pages are user memory, which others use meanwhile.
 *
 * What is there to be read: pages that exist, and everything below the break. Text may be written: that is
 * how breakpoints get there. What comes before a hole has been moved by the time the error is given.
 */
import { type Context, lwkt_gettoken_shared, type Steps } from '@smplab/lwkt';
import { EFAULT, kern, P, U, uiomove, uioResid, uioTake, uioUntake } from '@smplab/proc';
import type { Transfer } from './transfer.ts';

const { P_WEXIT, SIDL, SZOMB, VM, vm_load, vm_store, vmspace_ref, vmspace_rel, WORD_BYTES } = kern;

export function* procfs_domem(k: Context, { p, uio, isWrite }: Transfer): Steps<number> {
  if (uioResid(k, uio) === 0) return 0;
  const vm = yield* spaceOf(k, p);
  if (vm === 0) return EFAULT;
  let error = 0;
  while (error === 0 && uioResid(k, uio) > 0) {
    const at = k.words[uio + U.uio_offset];
    const count = Math.min(uioResid(k, uio), extentOf(k, at));
    if (count === 0) error = EFAULT;
    else error = yield* isWrite ? writePage(k, vm, uio, at, count) : readPage(k, vm, uio, at, count);
  }
  yield* vmspace_rel(k, vm);
  return error;
}

/** The address space of a process, with a reference; 0 if it has none any more. */
function* spaceOf(k: Context, p: number): Steps<number> {
  yield* k.gettoken(p + P.p_token);
  const stat = k.get(p + P.p_stat);
  const isGone = stat === SIDL || stat === SZOMB || (k.peek(p + P.p_flags) & P_WEXIT) !== 0;
  const vm = isGone ? 0 : k.get(p + P.p_vmspace);
  if (vm !== 0) yield* vmspace_ref(k, vm);
  yield* k.reltoken(p + P.p_token);
  return vm;
}

/** Bytes from an address to the end of its page; 0 for no address. */
function extentOf(k: Context, at: number): number {
  const { pageWords, vmPages } = k.kernel.limits;
  const page = pageWords * WORD_BYTES;
  return at < 0 || at >= page * vmPages ? 0 : page - (at % page);
}

function* readPage(k: Context, vm: number, uio: number, at: number, count: number): Steps<number> {
  yield* lwkt_gettoken_shared(k, vm + VM.vm_token);
  const isThere = exists(k, vm, at);
  const page = isThere ? pageOf(k, vm, at) : 0;
  const offset = at % (k.kernel.limits.pageWords * WORD_BYTES);
  const bytes = new Uint8Array(count);
  if (page !== 0) {
    for (let byte = 0; byte < count; byte++) {
      const from = offset + byte;
      bytes[byte] = k.peek(page + (from >> 2)) >> ((from & 3) << 3);
    }
  }
  yield* k.reltoken(vm + VM.vm_token);
  if (!isThere) return EFAULT;
  k.words[uio + U.uio_offset] += uiomove(k, uio, bytes);
  return 0;
}

function* writePage(k: Context, vm: number, uio: number, at: number, count: number): Steps<number> {
  yield* lwkt_gettoken_shared(k, vm + VM.vm_token);
  const isThere = exists(k, vm, at);
  yield* k.reltoken(vm + VM.vm_token);
  if (!isThere) return EFAULT;
  for (let left = count; left > 0;) {
    const to = k.words[uio + U.uio_offset];
    const bytes = uioTake(k, uio, Math.min(left, WORD_BYTES - (to & 3)));
    const error = yield* writeWord(k, vm, to, bytes);
    if (error !== 0) {
      uioUntake(k, uio, bytes.length);
      return error;
    }
    k.words[uio + U.uio_offset] += bytes.length;
    left -= bytes.length;
  }
  return 0;
}

/** Bytes of one word; the others stay as they are. */
function* writeWord(k: Context, vm: number, to: number, bytes: Uint8Array): Steps<number> {
  const address = to & ~3;
  let mask = 0;
  let value = 0;
  bytes.forEach((byte, at) => {
    const shift = ((to & 3) + at) << 3;
    mask |= 0xff << shift;
    value |= byte << shift;
  });
  const kept = mask === -1 ? 0 : (yield* vm_load(k, vm, address, 0)) & ~mask;
  return yield* vm_store(k, vm, address, kept | value);
}

/** Whether there is anything at an address. The caller holds vm_token. */
function exists(k: Context, vm: number, at: number): boolean {
  return pageOf(k, vm, at) !== 0 || at < k.get(vm + VM.vm_break);
}

/** Its page; 0 if there is none, or none yet. The caller holds vm_token. */
function pageOf(k: Context, vm: number, at: number): number {
  const table = k.get(vm + VM.vm_pages);
  return table === 0 ? 0 : k.get(table + Math.floor(at / (k.kernel.limits.pageWords * WORD_BYTES)));
}
