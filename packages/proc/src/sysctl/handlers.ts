/**
 * Owns the handlers every simple entry shares (sysctl_handle_int, _string, _opaque of kern_sysctl.c) and the
 * entries made with them. A value is a word of kernel memory that many read and few write without a lock; a
 * constant has no word and cannot be written. Runs in the thread that asks.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { EPERM } from '../errno.ts';
import { procs } from '../proc-kernel.ts';
import {
  CTLTYPE_INT,
  CTLTYPE_OPAQUE,
  CTLTYPE_STRING,
  CTLTYPE_UINT,
  sysctlProc,
  type SysctlOid,
} from './oid.ts';
import { IN_FAILED, SYSCTL_IN, SYSCTL_OUT, type SysctlReq } from './request.ts';

const encoder = new TextEncoder();

/** The bytes of words. */
export function bytesOfWords(...words: number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(words).buffer);
}

/** The word a caller gave. */
function wordOfBytes(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getInt32(0, true);
}

/** Gives a number; what the caller wants in its place, if it wants to write: 4 bytes or EINVAL. */
export function* sysctl_handle_value(
  k: Context,
  req: SysctlReq,
  value: number,
): Steps<{ readonly error: number; readonly written: number | null }> {
  const error = yield* SYSCTL_OUT(k, req, bytesOfWords(value));
  if (error !== 0 || req.newptr === null) return { error, written: null };
  const bytes = yield* SYSCTL_IN(k, req, 4);
  return bytes === null ? { error: IN_FAILED, written: null } : { error: 0, written: wordOfBytes(bytes) };
}

/** sysctl_handle_int (and _uint): the word at `location`. */
function* sysctl_handle_int(k: Context, req: SysctlReq, location: number): Steps<number> {
  const { error, written } = yield* sysctl_handle_value(k, req, yield* k.loadRelaxed(location));
  if (written !== null) yield* k.storeRelaxed(location, written);
  return error;
}

/** sysctl_handle_int without a variable: writing is refused. */
function* sysctl_handle_constant(k: Context, req: SysctlReq, value: number): Steps<number> {
  const error = yield* SYSCTL_OUT(k, req, bytesOfWords(value));
  return error !== 0 || req.newptr === null ? error : EPERM;
}

/** sysctl_handle_string of a constant. */
function* sysctl_handle_string(k: Context, req: SysctlReq, text: string): Steps<number> {
  const error = yield* SYSCTL_OUT(k, req, encoder.encode(`${text}\0`));
  // The seed's tree compares with a length of 0: every write is too long.
  return error !== 0 || req.newptr === null ? error : IN_FAILED;
}

/** sysctl_handle_opaque of a constant. */
function* sysctl_handle_opaque(k: Context, req: SysctlReq, bytes: Uint8Array): Steps<number> {
  const error = yield* SYSCTL_OUT(k, req, bytes);
  return error !== 0 || req.newptr === null ? error : EPERM;
}

/** SYSCTL_INT of a word of `proc_globals`. */
export function sysctlInt(
  number: number,
  name: string,
  flags: number,
  field: number,
  descr: string,
): SysctlOid {
  return sysctlProc(number, name, CTLTYPE_INT | flags, intHandler(field), 'I', descr);
}

/** SYSCTL_UINT of a word of `proc_globals`. */
export function sysctlUint(
  number: number,
  name: string,
  flags: number,
  field: number,
  descr: string,
): SysctlOid {
  return sysctlProc(number, name, CTLTYPE_UINT | flags, intHandler(field), 'IU', descr);
}

function intHandler(field: number): SysctlOid['oid_handler'] & object {
  return (k, _oid, _name, req) => sysctl_handle_int(k, req, procs(k).g + field);
}

/** SYSCTL_INT of what the machine is made of: not written. */
export function sysctlConstant(
  number: number,
  name: string,
  flags: number,
  value: (k: Context) => number,
  descr: string,
): SysctlOid {
  const kind = CTLTYPE_INT | flags;
  return sysctlProc(
    number,
    name,
    kind,
    (k, _o, _n, req) => sysctl_handle_constant(k, req, value(k)),
    'I',
    descr,
  );
}

/** SYSCTL_STRING that is not written. */
export function sysctlString(
  number: number,
  name: string,
  flags: number,
  text: (k: Context) => string,
  descr: string,
): SysctlOid {
  const kind = CTLTYPE_STRING | flags;
  return sysctlProc(
    number,
    name,
    kind,
    (k, _o, _n, req) => sysctl_handle_string(k, req, text(k)),
    'A',
    descr,
  );
}

/** SYSCTL_STRUCT of words that are not written. */
export function sysctlStruct(
  number: number,
  name: string,
  flags: number,
  type: string,
  words: (k: Context) => readonly number[],
  descr: string,
): SysctlOid {
  const kind = CTLTYPE_OPAQUE | flags;
  return sysctlProc(
    number,
    name,
    kind,
    (k, _o, _n, req) => sysctl_handle_opaque(k, req, bytesOfWords(...words(k))),
    `S,${type}`,
    descr,
  );
}
