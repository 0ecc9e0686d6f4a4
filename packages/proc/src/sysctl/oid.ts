/**
 * Owns the shape of the sysctl tree (struct sysctl_oid of sys/sys/sysctl.h): what an entry is, how automatic
 * numbers are given, and how an entry is found by its numbers or its name. The tree is immutable data, made
 * when the module loads; values are in kernel memory.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { ENOENT, ENOTDIR } from '../errno.ts';
import type { SysctlReq } from './request.ts';

/** Most numbers of a name. */
export const CTL_MAXNAME = 12;

/** Types (CTLTYPE_*): the low four bits of `oid_kind`. */
export const CTLTYPE = 0xf;
export const CTLTYPE_NODE = 1;
export const CTLTYPE_INT = 2;
export const CTLTYPE_STRING = 3;
export const CTLTYPE_OPAQUE = 5;
export const CTLTYPE_STRUCT = CTLTYPE_OPAQUE;
export const CTLTYPE_UINT = 6;

/** Flags (CTLFLAG_*). */
export const CTLFLAG_RD = 0x80000000 | 0;
export const CTLFLAG_WR = 0x40000000;
export const CTLFLAG_RW = CTLFLAG_RD | CTLFLAG_WR;
/** Not only root may write. */
export const CTLFLAG_ANYBODY = 0x10000000;
/** Root of a jail may write. */
export const CTLFLAG_PRISON = 0x04000000;

/** Give it the next free number. */
export const OID_AUTO = -1;
/** The first number that is given automatically. */
const CTL_AUTO_START = 0x100;

/** Top-level numbers. */
export const CTL_SYSCTL = 0;
export const CTL_KERN = 1;
export const CTL_DEBUG = 5;
export const CTL_HW = 6;
export const CTL_LWKT = 10;

/** Answers a request; `name` is what follows the numbers of the entry itself. */
export type SysctlHandler = (
  k: Context,
  oid: SysctlOid,
  name: readonly number[],
  req: SysctlReq,
) => Steps<number>;

export interface SysctlOid {
  readonly oid_number: number;
  readonly oid_name: string;
  readonly oid_kind: number;
  /** How sysctl(8) prints it: I, IU, A, N, `S,type`. */
  readonly oid_fmt: string;
  readonly oid_descr: string;
  readonly oid_handler: SysctlHandler | null;
  readonly children: readonly SysctlOid[];
}

/** Whether further numbers are looked up below it. */
export function isPlainNode(oid: SysctlOid): boolean {
  return (oid.oid_kind & CTLTYPE) === CTLTYPE_NODE && oid.oid_handler === null;
}

/** SYSCTL_PROC: an entry with a handler of its own; `kind` is type and flags. */
export function sysctlProc(
  oid_number: number,
  oid_name: string,
  oid_kind: number,
  oid_handler: SysctlHandler,
  oid_fmt: string,
  oid_descr: string,
): SysctlOid {
  return { oid_number, oid_name, oid_kind, oid_fmt, oid_descr, oid_handler, children: [] };
}

/** SYSCTL_NODE with entries below it. */
export function sysctlNode(
  oid_number: number,
  oid_name: string,
  flags: number,
  oid_descr: string,
  children: readonly SysctlOid[],
): SysctlOid {
  const oid_kind = CTLTYPE_NODE | flags;
  return {
    oid_number,
    oid_name,
    oid_kind,
    oid_fmt: 'N',
    oid_descr,
    oid_handler: null,
    children: registered(children),
  };
}

/** SYSCTL_NODE with a handler: what follows its number is for the handler to read. */
export function sysctlHandlerNode(
  oid_number: number,
  oid_name: string,
  flags: number,
  oid_handler: SysctlHandler,
  oid_descr: string,
): SysctlOid {
  return sysctlProc(oid_number, oid_name, CTLTYPE_NODE | flags, oid_handler, 'N', oid_descr);
}

/** sysctl_register_oid for one list: automatic numbers in order, then sorted by number. */
export function registered(oids: readonly SysctlOid[]): readonly SysctlOid[] {
  const list: SysctlOid[] = [];
  for (const oid of oids) {
    const next = Math.max(CTL_AUTO_START, ...list.map((each) => each.oid_number + 1));
    list.push(oid.oid_number === OID_AUTO ? { ...oid, oid_number: next } : oid);
  }
  return list.sort((a, b) => a.oid_number - b.oid_number);
}

/** A list with further entries: what is below a node that is there already goes below that one. */
export function withAdded(list: readonly SysctlOid[], added: readonly SysctlOid[]): readonly SysctlOid[] {
  const isBelow = (oid: SysctlOid, other: SysctlOid): boolean =>
    oid.oid_name === other.oid_name && isPlainNode(oid) && isPlainNode(other);
  const grown = list.map((oid) => {
    const below = added.filter((other) => isBelow(oid, other)).flatMap(({ children }) => children);
    return below.length === 0 ? oid : { ...oid, children: withAdded(oid.children, below) };
  });
  const others = added.filter((other) => !list.some((oid) => isBelow(oid, other)));
  for (const { oid_number, oid_name } of others) {
    const taken = list.find((oid) => oid.oid_number === oid_number || oid.oid_name === oid_name);
    if (taken !== undefined)
      throw new TypeError(`sysctl ${oid_name} (${oid_number}): ${taken.oid_name} is there already`);
  }
  return registered([...grown, ...others]);
}

/** What a name leads to: the entry and the numbers left for its handler, or an errno. */
export type Found =
  { readonly oid: SysctlOid; readonly rest: readonly number[] } | { readonly error: number };

/** sysctl_find_oid. */
export function sysctl_find_oid(root: readonly SysctlOid[], name: readonly number[]): Found {
  let list = root;
  for (let at = 0; at < Math.min(name.length, CTL_MAXNAME); at++) {
    const oid = list.find((each) => each.oid_number === name[at]);
    if (oid === undefined) return { error: ENOENT };
    const rest = name.slice(at + 1);
    if ((oid.oid_kind & CTLTYPE) !== CTLTYPE_NODE)
      return rest.length === 0 ? { oid, rest } : { error: ENOTDIR };
    if (oid.oid_handler !== null || rest.length === 0) return { oid, rest };
    list = oid.children;
  }
  return { error: ENOENT };
}

/** name2oid: the numbers of a dotted name; null when there is none. A name ends at a node with a handler. */
export function name2oid(root: readonly SysctlOid[], name: string): readonly number[] | null {
  const numbers: number[] = [];
  let list: readonly SysctlOid[] = root;
  for (const part of name.replace(/\.$/, '').split('.')) {
    const oid = list.find((each) => each.oid_name === part);
    if (oid === undefined) return null;
    numbers.push(oid.oid_number);
    list = isPlainNode(oid) ? oid.children : [];
  }
  return numbers;
}

/** The names of a row of numbers; numbers below a handler stay numbers. */
export function oidNames(root: readonly SysctlOid[], name: readonly number[]): string {
  const parts: string[] = [];
  let list: readonly SysctlOid[] = root;
  for (const number of name) {
    const oid = list.find((each) => each.oid_number === number);
    parts.push(oid?.oid_name ?? String(number));
    list = oid !== undefined && isPlainNode(oid) ? oid.children : [];
  }
  return parts.join('.');
}

/** All entries that can be read, in order of their numbers, with those numbers. */
export function sysctlLeaves(
  list: readonly SysctlOid[],
  above: readonly number[] = [],
): { readonly name: readonly number[]; readonly oid: SysctlOid }[] {
  return list.flatMap((oid) => {
    const name = [...above, oid.oid_number];
    return isPlainNode(oid) ? sysctlLeaves(oid.children, name) : [{ name, oid }];
  });
}
