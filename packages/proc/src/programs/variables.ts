/**
 * Owns how programs ask for variables of the kernel, as libc does: numbers of a name, type of an entry, the
 * entry that follows, all by system calls. Runs in the program.
 */
import type { Steps } from '@smplab/lwkt';
import { ENOMEM } from '../errno.ts';
import { type KinfoProcRecord, kinfoProcOf } from '../sysctl/kinfo.ts';
import { CTL_SYSCTL } from '../sysctl/oid.ts';
import type { User } from '../user/user.ts';

/** Numbers of sysctl.name, next, name2oid and oidfmt. */
const NAME = [CTL_SYSCTL, 1];
const NEXT = [CTL_SYSCTL, 2];
const NAME2OID = [CTL_SYSCTL, 3];
const OIDFMT = [CTL_SYSCTL, 4];
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The words of an answer. */
export function wordsOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, at) => view.getInt32(at * 4, true));
}

/** The text of an answer, without its NUL. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes).replace(/\0.*$/s, '');
}

/** sysctlnametomib(3): null with `u.errno` set if there is no such name. */
export function* nametomib(u: User, name: string): Steps<readonly number[] | null> {
  const { result, bytes } = yield* u.__sysctl(NAME2OID, Infinity, encoder.encode(name));
  return result < 0 ? null : wordsOf(bytes);
}

/** The name of an entry. */
export function* mibtoname(u: User, mib: readonly number[]): Steps<string> {
  return textOf((yield* u.__sysctl([...NAME, ...mib])).bytes);
}

/** The entry that follows; null after the last. */
export function* nextmib(u: User, mib: readonly number[]): Steps<readonly number[] | null> {
  const { result, bytes } = yield* u.__sysctl([...NEXT, ...mib]);
  return result < 0 ? null : wordsOf(bytes);
}

/** Type and flags of an entry, and how it is printed; null if there is none. */
export function* oidfmt(
  u: User,
  mib: readonly number[],
): Steps<{ readonly kind: number; readonly fmt: string } | null> {
  const { result, bytes } = yield* u.__sysctl([...OIDFMT, ...mib]);
  return result < 0 ? null : { kind: wordsOf(bytes)[0], fmt: textOf(bytes.subarray(4)) };
}

/** sysctlbyname(3): the bytes, or null with `u.errno` set. */
export function* readVariable(
  u: User,
  name: string,
  ...further: readonly number[]
): Steps<Uint8Array | null> {
  const mib = yield* nametomib(u, name);
  if (mib === null) return null;
  const { result, bytes } = yield* u.__sysctl([...mib, ...further]);
  return result < 0 ? null : bytes;
}

/** A variable that is a number; 0 if it cannot be read. */
export function* readNumber(u: User, name: string): Steps<number> {
  const bytes = yield* readVariable(u, name);
  return bytes === null ? 0 : (wordsOf(bytes)[0] ?? 0);
}

/**
 * The records of kern.proc.<kind>: asks how many there are first and allows for some more, as kvm_getprocs
 * does, again with more room until they fit. Null with `u.errno` set for an error.
 */
export function* getprocs(
  u: User,
  kind: string,
  ...further: readonly number[]
): Steps<KinfoProcRecord[] | null> {
  const mib = yield* nametomib(u, `kern.proc.${kind}`);
  if (mib === null) return null;
  const name = [...mib, ...further];
  const estimate = yield* u.__sysctl(name, null);
  if (estimate.result < 0) return null;
  for (let room = estimate.length; ; room += Math.ceil(room / 2)) {
    const { result, bytes } = yield* u.__sysctl(name, room);
    if (result >= 0) return kinfoProcOf(bytes);
    if (u.errno !== ENOMEM) return null;
  }
}

/** The title of a process as words of a command line; empty if it has none. */
export function* getargs(u: User, pid: number): Steps<string> {
  const bytes = yield* readVariable(u, 'kern.proc.args', pid);
  return bytes === null ? '' : decoder.decode(bytes).replace(/\0+$/, '').replaceAll('\0', ' ');
}
