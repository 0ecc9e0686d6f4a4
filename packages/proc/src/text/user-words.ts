/**
 * Owns how a text program gets at the words of its own address space: which addresses there are, where their
 * words lie in kernel memory, and pages that are made at their first use. One for each lwp that runs, of its
 * own thread.
 *
 * What it remembers are addresses of pages, never words. That is sound: pages of an address space only come
 * as long as somebody runs in it, since exec and the last exit, which take them away, first end every other
 * lwp, and this object with its own. Only rfork without RFPROC gives a running lwp another space: `use` is
 * called after each system call.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { VM } from '../life/vmspace-layout.ts';
import { WORD_BYTES } from '../life/vmspace.ts';
import { kmalloc, M_VMPAGE } from '../malloc-types.ts';
import { TEXT_BASE } from './text-image.ts';

export class UserWords {
  /** First byte behind the address space. */
  readonly limit: number;
  readonly #pages: Int32Array;
  readonly #pageWords: number;
  #vm = 0;
  #textEnd = 0;

  constructor(readonly k: Context) {
    const { pageWords, vmPages } = k.kernel.limits;
    this.#pageWords = pageWords;
    this.#pages = new Int32Array(vmPages);
    this.limit = pageWords * vmPages * WORD_BYTES;
  }

  /** The process has this address space now. */
  use(vm: number): void {
    if (vm === this.#vm) return;
    this.#vm = vm;
    this.#pages.fill(0);
    // Set before the program runs, and constant from then on.
    this.#textEnd = TEXT_BASE + this.k.peek(vm + VM.vm_text);
  }

  /** Where the word of an address lies; 0 for no address, and for a page that has not been asked for yet. */
  at(address: number): number {
    if (!this.#isAddress(address)) return 0;
    const word = address >> 2;
    const index = (word / this.#pageWords) | 0;
    const page = this.#pages[index];
    return page === 0 ? 0 : page + word - index * this.#pageWords;
  }

  /** The same, with a new page if need be (vm_fault); 0 for no address. */
  *fault(address: number): Steps<number> {
    const known = this.at(address);
    if (known !== 0 || !this.#isAddress(address)) return known;
    const index = ((address >> 2) / this.#pageWords) | 0;
    this.#pages[index] = yield* vm_page(this.k, this.#vm, index);
    return this.at(address);
  }

  /** The same for a store by the program, whose text is not to be changed. */
  *faultForStore(address: number): Steps<number> {
    return this.isStorable(address) ? yield* this.fault(address) : 0;
  }

  /** Whether the program may store there, if it is an address at all. */
  isStorable(address: number): boolean {
    return address >= this.#textEnd;
  }

  #isAddress(address: number): boolean {
    return address >= TEXT_BASE && address < this.limit && (address & (WORD_BYTES - 1)) === 0;
  }
}

/** A page of an address space, made if there is none yet. Run by an lwp that has the space. */
function* vm_page(k: Context, vm: number, index: number): Steps<number> {
  const { pageWords, vmPages } = k.kernel.limits;
  yield* k.gettoken(vm + VM.vm_token);
  let table = k.get(vm + VM.vm_pages);
  if (table === 0) {
    table = yield* kmalloc(k, M_VMPAGE, vmPages);
    k.set(vm + VM.vm_pages, table);
  }
  let page = k.get(table + index);
  if (page === 0) {
    page = yield* kmalloc(k, M_VMPAGE, pageWords);
    k.set(table + index, page);
    k.set(vm + VM.vm_count, k.get(vm + VM.vm_count) + 1);
  }
  yield* k.reltoken(vm + VM.vm_token);
  return page;
}
