/**
 * Owns the entries of directories in memory: found by name, entered, taken out. Everything here is called
 * with rm_lock of the mount held exclusively. Names are bytes that stand in a Componentname or an entry.
 */
import { readBytes, writeBytes } from '@smplab/kmem';
import type { Context, Steps } from '@smplab/lwkt';
import {
  kfree,
  kmalloc,
  listFirst,
  listInsertAfter,
  listInsertHead,
  listNext,
  listRemove,
} from '@smplab/proc';
import { M_RAMFS } from '../malloc-types.ts';
import { isDirectory, ramnode_link } from './ramnode.ts';
import { Ramentry, RE, RN } from './ramfs-layout.ts';

/** The entry with a name, or 0. */
export function ramentry_find(k: Context, directory: number, name: Uint8Array): number {
  const entries = directory + RN.rn_entries;
  for (let entry = listFirst(k, entries); entry !== 0; entry = listNext(k, entry, RE.re_list)) {
    if (hasName(k, entry, name)) return entry;
  }
  return 0;
}

/** The bytes of the name of an entry. */
export function ramentry_name(k: Context, entry: number): Uint8Array {
  return readBytes(k.kernel.memory, entry + RE.re_name, k.get(entry + RE.re_namelen));
}

/** Names a node in a directory; there is no such name yet. What a directory is in changes with it. */
export function* ramentry_insert(k: Context, directory: number, name: Uint8Array, node: number): Steps {
  const entry = yield* kmalloc(k, M_RAMFS, Ramentry.size);
  const cookie = k.get(directory + RN.rn_lastcookie) + 1;
  k.set(directory + RN.rn_lastcookie, cookie);
  k.set(entry + RE.re_cookie, cookie);
  k.set(entry + RE.re_namelen, name.length);
  writeBytes(k.kernel.memory, entry + RE.re_name, name);
  const last = lastOf(k, directory);
  if (last === 0) listInsertHead(k, directory + RN.rn_entries, entry, RE.re_list);
  else listInsertAfter(k, last, entry, RE.re_list);
  pointTo(k, directory, entry, node);
}

/** Takes an entry out; the node may have no name after it. */
export function* ramentry_remove(k: Context, directory: number, entry: number): Steps {
  const node = k.get(entry + RE.re_node);
  unpoint(k, directory, node);
  listRemove(k, entry, RE.re_list);
  yield* kfree(k, M_RAMFS, entry);
}

/** Makes an entry name another node; gives the one it named. */
export function ramentry_replace(k: Context, directory: number, entry: number, node: number): number {
  const before = k.get(entry + RE.re_node);
  unpoint(k, directory, before);
  pointTo(k, directory, entry, node);
  return before;
}

export function isEmpty(k: Context, directory: number): boolean {
  return listFirst(k, directory + RN.rn_entries) === 0;
}

/** A directory has a link by its `.`, and its parent one by its `..`. */
function pointTo(k: Context, directory: number, entry: number, node: number): void {
  k.set(entry + RE.re_node, node);
  ramnode_link(k, node, 1);
  if (isDirectory(k, node)) {
    ramnode_link(k, node, 1);
    ramnode_link(k, directory, 1);
    k.set(node + RN.rn_parent, directory);
  }
  touch(k, directory);
}

function unpoint(k: Context, directory: number, node: number): void {
  ramnode_link(k, node, -1);
  if (isDirectory(k, node)) {
    ramnode_link(k, node, -1);
    ramnode_link(k, directory, -1);
    k.set(node + RN.rn_parent, 0);
  }
  touch(k, directory);
}

function touch(k: Context, directory: number): void {
  k.set(directory + RN.rn_mtime, k.kernel.ticks);
  k.set(directory + RN.rn_ctime, k.kernel.ticks);
}

function lastOf(k: Context, directory: number): number {
  let last = listFirst(k, directory + RN.rn_entries);
  for (let next = last; next !== 0; next = listNext(k, next, RE.re_list)) last = next;
  return last;
}

function hasName(k: Context, entry: number, name: Uint8Array): boolean {
  if (k.get(entry + RE.re_namelen) !== name.length) return false;
  const own = ramentry_name(k, entry);
  return own.every((byte, at) => byte === name[at]);
}
