/**
 * Owns /proc/N/map of FreeBSD (procfs_domap of procfs_map.c, 2001). This kernel has no objects behind its
 * entries: that of the text is its path object, that of other pages the table of pages, with one reference
 * and, for what is anonymous, one shadow. Runs in the thread that reads.
 *
 *     0xstart 0xend resident private object rwx references shadows flags COW NC type
 */
import type { Context, Steps } from '@smplab/lwkt';
import { kern, P } from '@smplab/proc';
import { type MapEntry, memoryMap, programOf } from '../memory-map.ts';
import type { Reading } from '../reading.ts';

const hex = (value: number): string => `0x${value.toString(16)}`;

export function* procfs_domap(k: Context, { p }: Reading): Steps<string> {
  const entries = yield* memoryMap(k, p);
  return entries.map((entry) => line(entry, objectOf(k, p, entry))).join('');
}

function objectOf(k: Context, p: number, { isText }: MapEntry): number {
  return isText ? programOf(k, p) : k.peek(k.peek(p + P.p_vmspace) + kern.VM.vm_pages);
}

function line({ start, end, isText, resident }: MapEntry, object: number): string {
  const range = `${hex(start)} ${hex(end)} ${resident}`;
  return isText
    ? `${range} 0 ${hex(object)} r-x 1 0 0x0 COW NC vnode\n`
    : `${range} ${resident} ${hex(object)} rw- 1 1 0x0 COW NNC default\n`;
}
