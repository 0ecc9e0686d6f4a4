/**
 * Owns address spaces (struct vmspace, sys/vm/vm_map.c, as far as this kernel has them): made empty, filled
 * with zeroed pages at the first store, copied by fork, shared by vfork and RFMEM, emptied at exit, freed
 * when the last process that has one is reaped. Run by the process itself, or by who reaps it. The table of
 * pages is guarded by vm_token; the words of a page are user memory, used with atomic operations.
 */
import { M_WAITOK, M_ZERO, mallocType } from '@smplab/kmem';
import { type Context, type Kernel, lwkt_token_init, NOTHING, type Steps } from '@smplab/lwkt';
import { EFAULT } from '../errno.ts';
import { kfree, kmalloc, M_VMPAGE, M_VMSPACE } from '../malloc-types.ts';
import { VM, Vmspace } from './vmspace-layout.ts';

const T_VMSPACE = mallocType(M_VMSPACE, 'address spaces');

/** Bytes of a word: user addresses are bytes. */
export const WORD_BYTES = 4;

/** An empty address space with one reference. */
export function* vmspace_alloc(k: Context): Steps<number> {
  const vm = yield* kmalloc(k, M_VMSPACE, Vmspace.size);
  k.words[vm + VM.vm_refcnt] = 1;
  lwkt_token_init(k, vm + VM.vm_token, 'vmspace');
  return vm;
}

/** The same before the machine runs. */
export function bootVmspace(kernel: Kernel): number {
  const vm = kernel.kmem.kmalloc(T_VMSPACE, Vmspace.size, M_WAITOK | M_ZERO, 'boot');
  kernel.words[vm + VM.vm_refcnt] = 1;
  // All it needs of a context is the memory.
  lwkt_token_init({ words: kernel.words, kernel } as unknown as Context, vm + VM.vm_token, 'vmspace');
  return vm;
}

/** One more process uses it (vfork, RFMEM). */
export function vmspace_ref(k: Context, vm: number): Steps {
  return k.fetchadd(vm + VM.vm_refcnt, 1) as unknown as Steps;
}

/** A copy of it with one reference: pages are copied, at once. */
export function* vmspace_fork(k: Context, vm: number): Steps<number> {
  const copy = yield* vmspace_alloc(k);
  // A space in which nobody has stored has no table yet. Whoever stores there at this moment does so before
  // or after the fork, as its program allows.
  if (k.peek(vm + VM.vm_pages) !== 0) yield* copyPages(k, vm, copy);
  const { words } = k;
  words[copy + VM.vm_break] = words[vm + VM.vm_break];
  words[copy + VM.vm_text] = words[vm + VM.vm_text];
  return copy;
}

function* copyPages(k: Context, vm: number, copy: number): Steps {
  const { pageWords, vmPages } = k.kernel.limits;
  const table = yield* kmalloc(k, M_VMPAGE, vmPages);
  k.words[copy + VM.vm_pages] = table;
  yield* k.gettoken(vm + VM.vm_token);
  const from = k.get(vm + VM.vm_pages);
  for (let at = 0; at < vmPages; at++) {
    const page = k.get(from + at);
    if (page === 0) continue;
    const own = yield* kmalloc(k, M_VMPAGE, pageWords);
    k.words[table + at] = own;
    k.words[copy + VM.vm_count]++;
    // Words that others store at this moment are copied before or after, each by itself.
    for (let word = 0; word < pageWords; word++) k.words[own + word] = k.peek(page + word);
  }
  yield* k.reltoken(vm + VM.vm_token);
}

/** One process less uses it; the last one frees it. */
export function vmspace_rel(k: Context, vm: number): Steps {
  return k.upon(k.fetchadd(vm + VM.vm_refcnt, -1), freeLast, vm);
}

function freeLast(k: Context, before: number, vm: number): Steps | null {
  if (before !== 1) return null;
  return k.peek(vm + VM.vm_pages) === 0 ? kfree(k, M_VMSPACE, vm) : emptyAndFree(k, vm);
}

function* emptyAndFree(k: Context, vm: number): Steps {
  yield* vmspace_empty(k, vm);
  yield* kfree(k, M_VMSPACE, vm);
}

/** Gives the pages back; nobody else uses the space. */
export function vmspace_empty(k: Context, vm: number): Steps {
  const table = k.peek(vm + VM.vm_pages);
  return table === 0 ? NOTHING : giveBackPages(k, vm, table);
}

function* giveBackPages(k: Context, vm: number, table: number): Steps {
  yield* k.gettoken(vm + VM.vm_token);
  const { vmPages } = k.kernel.limits;
  k.set(vm + VM.vm_pages, 0);
  k.set(vm + VM.vm_count, 0);
  k.set(vm + VM.vm_break, 0);
  k.set(vm + VM.vm_text, 0);
  for (let at = 0; at < vmPages; at++) {
    const page = k.get(table + at);
    if (page !== 0) yield* kfree(k, M_VMPAGE, page);
  }
  yield* kfree(k, M_VMPAGE, table);
  yield* k.reltoken(vm + VM.vm_token);
}

/**
 * The process exits (vmspace_relexit): if it is the last that runs in the space, the pages go now. The space
 * itself stays until the process is reaped, because whoever holds the process may look at it.
 */
export function vmspace_relexit(k: Context, vm: number): Steps {
  return k.upon(k.load(vm + VM.vm_refcnt), emptyLast, vm);
}

function emptyLast(k: Context, count: number, vm: number): Steps | null {
  return count === 1 ? vmspace_empty(k, vm) : null;
}

/** The process is reaped (vmspace_exitfree). */
export function vmspace_exitfree(k: Context, vm: number): Steps {
  return vmspace_rel(k, vm);
}

/** Whether a user address is one: a multiple of the word size within the space. */
export function isUserAddress(k: Context, address: number): boolean {
  const { pageWords, vmPages } = k.kernel.limits;
  return address >= 0 && address < pageWords * vmPages * WORD_BYTES && (address & (WORD_BYTES - 1)) === 0;
}

/**
 * Loads a user word: 0 where nothing was stored, `fault` for no address. For the process itself, and for
 * others that hold it: the page stays while the token is held.
 */
export function* vm_load(k: Context, vm: number, address: number, fault: number): Steps<number> {
  if (!isUserAddress(k, address)) return fault;
  if (k.peek(vm + VM.vm_pages) === 0) return 0;
  yield* k.gettoken(vm + VM.vm_token);
  const word = wordAt(k, vm, address);
  const value = word === 0 ? 0 : yield* k.load(word);
  yield* k.reltoken(vm + VM.vm_token);
  return value;
}

/** Stores a user word, in a new page if need be: 0, or EFAULT. */
export function* vm_store(k: Context, vm: number, address: number, value: number): Steps<number> {
  if (!isUserAddress(k, address)) return EFAULT;
  yield* k.gettoken(vm + VM.vm_token);
  let word = wordAt(k, vm, address);
  if (word === 0) {
    yield* addPage(k, vm, pageNumber(k, address));
    word = wordAt(k, vm, address);
  }
  yield* k.store(word, value);
  yield* k.reltoken(vm + VM.vm_token);
  return 0;
}

/** The kernel address of a user word, 0 when its page does not exist yet. */
function wordAt(k: Context, vm: number, address: number): number {
  const table = k.get(vm + VM.vm_pages);
  if (table === 0) return 0;
  const page = k.get(table + pageNumber(k, address));
  return page === 0 ? 0 : page + ((address / WORD_BYTES) % k.kernel.limits.pageWords);
}

function pageNumber(k: Context, address: number): number {
  return Math.floor(address / (WORD_BYTES * k.kernel.limits.pageWords));
}

/** A zeroed page, and the table of pages if it is the first. The caller holds vm_token. */
function* addPage(k: Context, vm: number, at: number): Steps {
  const { pageWords, vmPages } = k.kernel.limits;
  let table = k.get(vm + VM.vm_pages);
  if (table === 0) {
    table = yield* kmalloc(k, M_VMPAGE, vmPages);
    k.set(vm + VM.vm_pages, table);
  }
  k.set(table + at, yield* kmalloc(k, M_VMPAGE, pageWords));
  k.set(vm + VM.vm_count, k.get(vm + VM.vm_count) + 1);
}
