/**
 * Owns /proc/N/map of NetBSD and, in the form of Linux, maps (procfs_domap of procfs_map.c). A line longer
 * than the buffer of 256 bytes is cut, its end of line with it. Runs in the thread that reads. Everything is
 * copied on write, inherited as a copy, not wired and without advice: this kernel has nothing else.
 */
import { type Context, lwkt_gettoken_shared, type Steps } from '@smplab/lwkt';
import { cache_drop, cache_hold, kern, kfree, kmalloc, M_TEMP, P } from '@smplab/proc';
import { VA, Vattr, VOP_GETATTR } from '@smplab/vfs';
import { emulationOf, LINUX_PATH } from '../../node/emulation.ts';
import { type MapEntry, memoryMap, programOf, textVnodeOf } from '../memory-map.ts';
import type { Reading } from '../reading.ts';

const MEBUFFERSIZE = 256;
/** Hexadecimal digits of an address. */
const ADDRESS_DIGITS = 8;
/** UVM_INH_COPY. */
const INHERIT_COPY = 1;

/** `0xstart 0xend rwx rwx COW NC inheritance wired advice`; nothing has been copied of the text yet. */
export function* procfs_domap(k: Context, { p }: Reading): Steps<string> {
  const entries = yield* memoryMap(k, p);
  return entries
    .map((entry) => {
      const range = `0x${entry.start.toString(16)} 0x${entry.end.toString(16)}`;
      return cut(`${range} ${access(entry)} rwx COW ${entry.isText ? 'NC' : 'NNC'} ${INHERIT_COPY} 0 0\n`);
    })
    .join('');
}

/** `start-end rwxp offset maj:min ino     path`. */
export function* procfs_domaps(k: Context, at: Reading): Steps<string> {
  const entries = yield* memoryMap(k, at.p);
  let text = '';
  for (const entry of entries) {
    const file = entry.isText ? yield* textFile(k, at) : NO_FILE;
    const range = `${address(entry.start)}-${address(entry.end)} ${access(entry)}p ${address(0)}`;
    text += cut(`${range} ${device(file.fsid)} ${file.fileno}     ${file.path}\n`);
  }
  return text;
}

function cut(line: string): string {
  return line.slice(0, MEBUFFERSIZE - 1);
}

function access({ isText }: MapEntry): string {
  return isText ? 'r-x' : 'rw-';
}

function address(value: number): string {
  return value.toString(16).padStart(ADDRESS_DIGITS, '0');
}

function device(fsid: number): string {
  const digits = (value: number): string => value.toString(16).padStart(2, '0');
  return `${digits((fsid >>> 8) & 0xfff)}:${digits(fsid & 0xff)}`;
}

interface MappedFile {
  readonly fsid: number;
  readonly fileno: number;
  readonly path: string;
}

const NO_FILE: MappedFile = { fsid: 0, fileno: 0, path: '' };

/** The file of the program, under the path that who reads sees. */
function* textFile(k: Context, { p, cred }: Reading): Steps<MappedFile> {
  const nch = programOf(k, p);
  if (nch === 0) return NO_FILE;
  const path = yield* pathFor(k, p, nch);
  const vp = textVnodeOf(k, p);
  if (vp === 0) return { ...NO_FILE, path };
  const vap = yield* kmalloc(k, M_TEMP, Vattr.size);
  const error = yield* VOP_GETATTR(k, vp, vap, cred);
  const { words } = k;
  const file =
    error === 0 ? { fsid: words[vap + VA.va_fsid], fileno: words[vap + VA.va_fileid], path } : NO_FILE;
  yield* kfree(k, M_TEMP, vap);
  return file;
}

function* pathFor(k: Context, p: number, nch: number): Steps<string> {
  const reader = kern.curproc(k);
  const result: { path?: string } = {};
  yield* cache_hold(k, nch);
  yield* lwkt_gettoken_shared(k, reader + P.p_token);
  yield* kern.cache_fullpath(k, reader, nch, result);
  yield* k.reltoken(reader + P.p_token);
  yield* cache_drop(k, nch);
  return bytesOf(withoutEmulation(k, p, result.path ?? ''));
}

/** A Linux binary does not know that it and its like lie under /emul/linux. */
function withoutEmulation(k: Context, p: number, path: string): string {
  const both = [p, kern.curproc(k)].map((each) => emulationOf(k, each));
  const isLinux = both.every((each) => each === 'linux') && path.startsWith(LINUX_PATH);
  return isLinux ? path.slice(LINUX_PATH.length) : path;
}

function bytesOf(path: string): string {
  return Array.from(new TextEncoder().encode(path), (byte) => String.fromCharCode(byte)).join('');
}
