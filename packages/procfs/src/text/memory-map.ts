/**
 * Owns an address space as the texts about it show it: entries in order of address. This kernel keeps a table
 * of pages and no entries (vm_map): they are made up here of the pages that exist, the end of the text and
 * the break. Run by the thread that reads; the process neither execs nor exits meanwhile. The table is read
 * under vm_token.
 *
 *     TEXT_BASE    text      data                 break    nothing    pages at the end: stack
 *     |- r-x vnode -|- rw- pages in use, a run each -|               |- rw- -|
 */
import { type Context, lwkt_gettoken_shared, type Steps } from '@smplab/lwkt';
import { kern, NC, P } from '@smplab/proc';

const { TEXT_BASE, VM, WORD_BYTES } = kern;

export interface MapEntry {
  /** First byte, and the byte after the last. */
  readonly start: number;
  readonly end: number;
  /** Text of the program's file, which may be read and executed; all else may be read and written. */
  readonly isText: boolean;
  /** Pages in use. */
  readonly resident: number;
}

/** The entries of a process; none for one that has given its space up. */
export function* memoryMap(k: Context, p: number): Steps<MapEntry[]> {
  const vm = k.peek(p + P.p_vmspace);
  if (vm === 0) return [];
  yield* lwkt_gettoken_shared(k, vm + VM.vm_token);
  const entries = entriesOf(k, vm);
  yield* k.reltoken(vm + VM.vm_token);
  return entries;
}

/** The caller holds vm_token. */
function entriesOf(k: Context, vm: number): MapEntry[] {
  const table = k.get(vm + VM.vm_pages);
  if (table === 0) return [];
  const { pageWords, vmPages } = k.kernel.limits;
  const page = pageWords * WORD_BYTES;
  const text = k.get(vm + VM.vm_text);
  const textEnd = text === 0 ? 0 : TEXT_BASE + text;
  const dataEnd = Math.ceil(k.get(vm + VM.vm_break) / page) * page;
  const entries: MapEntry[] = [];
  if (text !== 0) {
    const resident = Math.ceil(textEnd / page) - Math.floor(TEXT_BASE / page);
    entries.push({ start: TEXT_BASE, end: textEnd, isText: true, resident });
  }
  let last: { start: number; end: number; isText: boolean; resident: number } | null = null;
  for (let at = 0; at < vmPages; at++) {
    const start = Math.max(at * page, textEnd, TEXT_BASE);
    const end = (at + 1) * page;
    if (k.get(table + at) === 0 || start >= end) continue;
    // What lies behind the break is no data, though nothing may lie between.
    if (last !== null && last.end === start && start !== dataEnd) {
      last.end = end;
      last.resident++;
      continue;
    }
    last = { start, end, isText: false, resident: 1 };
    entries.push(last);
  }
  return entries;
}

/** The path object of the program, 0 for none: it stays as long as the process does not exec or exit. */
export function programOf(k: Context, p: number): number {
  return k.peek(p + P.p_textnch);
}

/** The vnode of the program, 0 for none or if there is no file system. */
export function textVnodeOf(k: Context, p: number): number {
  const nch = programOf(k, p);
  return nch === 0 ? 0 : k.peek(nch + NC.nc_vnode);
}
