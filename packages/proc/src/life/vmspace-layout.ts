/**
 * Owns the layout of an address space (struct vmspace of sys/vm/vm_map.h, as far as this kernel has it): a
 * table of pages, made when the first page is. Addresses of user programs are bytes; a page has `pageWords`
 * words (a limit of the machine), the table `vmPages` entries, each 0 or the page. Guards: m = vm_token,
 * a = atomic.
 *
 *     vmspace --vm_pages--> [ page 0 | 0 | page 2 | ... ]      page: pageWords words
 */
import { atomic, guardedBy, int32, nested, pointer, struct } from '@smplab/kmem';
import { Token } from '@smplab/token';

export const Vmspace = struct('vmspace', {
  vm_refcnt: atomic(int32),
  vm_token: nested(Token),
  vm_pages: guardedBy('vm_token', pointer('vmpages')),
  /** Pages in use. */
  vm_count: guardedBy('vm_token', int32),
  /** First byte past the data that may be touched (break). */
  vm_break: guardedBy('vm_token', int32),
  /** Bytes of text, for text images; stores there are refused unless a debugger makes them. */
  vm_text: guardedBy('vm_token', int32),
});

/** Word offsets. */
export const VM = Vmspace.offsets;
