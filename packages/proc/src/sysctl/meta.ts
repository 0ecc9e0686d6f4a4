/**
 * Owns what sysctl(8) asks about the tree itself (sysctl.name, next, name2oid, oidfmt, oiddescr of
 * kern_sysctl.c): names of numbers, numbers of names, the entry that follows, types and descriptions. Pure
 * lookups in the tree of the request.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { ENAMETOOLONG, ENOENT } from '../errno.ts';
import { bytesOfWords } from './handlers.ts';
import {
  CTL_SYSCTL,
  CTLFLAG_ANYBODY,
  CTLFLAG_RD,
  CTLFLAG_RW,
  CTLTYPE_INT,
  name2oid,
  oidNames,
  sysctl_find_oid,
  sysctlHandlerNode,
  sysctlLeaves,
  sysctlNode,
  type SysctlOid,
  sysctlProc,
} from './oid.ts';
import { IN_FAILED, SYSCTL_IN, SYSCTL_OUT, type SysctlReq } from './request.ts';

/** Longest name that is looked up. */
const MAXPATHLEN = 1024;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function* sysctl_sysctl_name(
  k: Context,
  _oid: SysctlOid,
  name: readonly number[],
  req: SysctlReq,
): Steps<number> {
  return yield* SYSCTL_OUT(k, req, encoder.encode(`${oidNames(req.root, name)}\0`));
}

function* sysctl_sysctl_next(
  k: Context,
  _oid: SysctlOid,
  name: readonly number[],
  req: SysctlReq,
): Steps<number> {
  const next = sysctlLeaves(req.root).find((each) => isAfter(each.name, name));
  if (next === undefined) return ENOENT;
  return yield* SYSCTL_OUT(k, req, bytesOfWords(...next.name));
}

/** Whether one name comes after the other; what lies below a name comes after it. */
function isAfter(name: readonly number[], other: readonly number[]): boolean {
  for (const [at, number] of other.entries()) {
    if (at >= name.length) return false;
    if (name[at] !== number) return name[at] > number;
  }
  return name.length > other.length;
}

function* sysctl_sysctl_name2oid(
  k: Context,
  _oid: SysctlOid,
  _name: readonly number[],
  req: SysctlReq,
): Steps<number> {
  if (req.newlen === 0) return ENOENT;
  if (req.newlen >= MAXPATHLEN) return ENAMETOOLONG;
  const bytes = yield* SYSCTL_IN(k, req, req.newlen);
  if (bytes === null) return IN_FAILED;
  const numbers = name2oid(req.root, decoder.decode(bytes).replace(/\0.*$/, ''));
  return numbers === null ? ENOENT : yield* SYSCTL_OUT(k, req, bytesOfWords(...numbers));
}

function* sysctl_sysctl_oidfmt(
  k: Context,
  _oid: SysctlOid,
  name: readonly number[],
  req: SysctlReq,
): Steps<number> {
  const found = sysctl_find_oid(req.root, name);
  if ('error' in found) return found.error;
  const error = yield* SYSCTL_OUT(k, req, bytesOfWords(found.oid.oid_kind));
  return error !== 0 ? error : yield* SYSCTL_OUT(k, req, encoder.encode(`${found.oid.oid_fmt}\0`));
}

function* sysctl_sysctl_oiddescr(
  k: Context,
  _oid: SysctlOid,
  name: readonly number[],
  req: SysctlReq,
): Steps<number> {
  const found = sysctl_find_oid(req.root, name);
  if ('error' in found) return found.error;
  return yield* SYSCTL_OUT(k, req, encoder.encode(`${found.oid.oid_descr}\0`));
}

const RD = CTLFLAG_RD;

/** The node `sysctl`, with the numbers sysctl(8) knows by heart. */
export const SYSCTL_SYSCTL = sysctlNode(CTL_SYSCTL, 'sysctl', RD, 'Sysctl internal magic', [
  sysctlHandlerNode(1, 'name', RD, sysctl_sysctl_name, ''),
  sysctlHandlerNode(2, 'next', RD, sysctl_sysctl_next, ''),
  sysctlProc(3, 'name2oid', CTLTYPE_INT | CTLFLAG_RW | CTLFLAG_ANYBODY, sysctl_sysctl_name2oid, 'I', ''),
  sysctlHandlerNode(4, 'oidfmt', RD, sysctl_sysctl_oidfmt, ''),
  sysctlHandlerNode(5, 'oiddescr', RD, sysctl_sysctl_oiddescr, ''),
]);
