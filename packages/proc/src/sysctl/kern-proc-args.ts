/**
 * Owns kern.proc.args (sysctl_kern_proc_args, seed lines 1664-1763): the title of any process, and setting
 * one's own. A title comes from the page the process writes itself (p_upmap), else from setproctitle
 * (p_args), else from its arguments, if they are short enough to be kept for this. Runs in the thread that
 * asks. p_token guards the pointers: exclusive to write, shared to read; what is given to the caller has been
 * copied, or is held by count, before anything blocks.
 */
import { type Context, lwkt_gettoken_shared, type Steps } from '@smplab/lwkt';
import { p_trespass } from '../cred/privilege.ts';
import { proc_ucred_drop, proc_ucred_hold } from '../cred/ucred-life.ts';
import { EINVAL, EPERM } from '../errno.ts';
import { AR, AR_ARGS } from '../life/pargs-layout.ts';
import { pargsDrop, pargsHold } from '../life/strings.ts';
import { kfree, kmalloc, M_PARGS } from '../malloc-types.ts';
import { curproc, procs } from '../proc-kernel.ts';
import { pfind, pfindn } from '../table/find.ts';
import { phold, prele } from '../table/hold.ts';
import { P } from '../table/proc.ts';
import { G } from '../table/procglob.ts';
import type { SysctlOid } from './oid.ts';
import { IN_FAILED, SYSCTL_IN, SYSCTL_OUT, type SysctlReq } from './request.ts';
import { hasTitle, titleBytes } from './upmap-title.ts';

/** sizeof(struct pargs) of the seed's tree: what a title costs beside its bytes. */
const PARGS_BYTES = 12;

/** sysctl_kern_proc_args: silence, not an error, for a process that is not there or not to be looked at. */
export function* sysctl_kern_proc_args(
  k: Context,
  _oid: SysctlOid,
  name: readonly number[],
  req: SysctlReq,
): Steps<number> {
  if (name.length !== 1) return EINVAL;
  const p = yield* findAndLock(k, name[0], req.newptr !== null);
  if (p === 0) return 0;
  const error = yield* argsOf(k, p, req);
  yield* k.reltoken(p + P.p_token);
  yield* prele(k, p);
  return error;
}

/** The process, held, with its p_token taken; 0 if there is none. */
export function* findAndLock(k: Context, pid: number, isExclusive: boolean): Steps<number> {
  if (procs(k).asSeed['args-hold-late']) return yield* lockAndHold(k, pid, isExclusive);
  const p = yield* pfind(k, pid);
  if (p !== 0) yield* take(k, p, isExclusive);
  return p;
}

/** Before 2011-11-16: the token of a process that nothing keeps from going while it waits for that (P23). */
function* lockAndHold(k: Context, pid: number, isExclusive: boolean): Steps<number> {
  const p = yield* pfindn(k, pid);
  if (p === 0) return 0;
  yield* take(k, p, isExclusive);
  yield* phold(k, p);
  return p;
}

function* take(k: Context, p: number, isExclusive: boolean): Steps {
  if (isExclusive) yield* k.gettoken(p + P.p_token);
  else yield* lwkt_gettoken_shared(k, p + P.p_token);
}

/** Whether the caller may look: if arguments are open to all, or it may act upon the process. */
export function* mayLook(k: Context, p: number): Steps<boolean> {
  const caller = curproc(k);
  if (caller === 0 || k.peek(procs(k).g + G.g_ps_argsopen) !== 0) return true;
  const cr1 = yield* proc_ucred_hold(k, caller);
  // p_token is held, so that of the process stays; there is none before it is complete.
  const cr2 = k.get(p + P.p_ucred);
  const may = cr2 !== 0 && p_trespass(k, cr1, cr2) === 0;
  yield* proc_ucred_drop(k, cr1);
  return may;
}

function* argsOf(k: Context, p: number, req: SysctlReq): Steps<number> {
  if (!(yield* mayLook(k, p))) return 0;
  if (req.newptr !== null && curproc(k) !== p) return EPERM;
  // As in the seed, asking for the length alone counts nothing, and an error here does not keep the new
  // title from being set: the error that is told is the last one.
  const error = req.oldptr === null ? 0 : yield* outTitle(k, p, req);
  return req.newptr === null ? error : yield* setTitle(k, p, req, error);
}

function* outTitle(k: Context, p: number, req: SysctlReq): Steps<number> {
  const upmap = k.get(p + P.p_upmap);
  if (upmap !== 0 && hasTitle(k, upmap)) {
    const title = yield* titleBytes(k, upmap);
    const error = yield* SYSCTL_OUT(k, req, title);
    return error !== 0 ? error : yield* SYSCTL_OUT(k, req, new Uint8Array(1));
  }
  const pa = titleOf(k, p);
  if (pa === 0) return 0;
  yield* pargsHold(k, pa);
  const error = yield* SYSCTL_OUT(k, req, bytesAt(k, pa + AR_ARGS, k.get(pa + AR.ar_length)));
  yield* pargsDrop(k, pa);
  return error;
}

/** The block with the title or the arguments; 0 if there are none, or too long ones. */
function titleOf(k: Context, p: number): number {
  const set = k.get(p + P.p_args);
  if (set !== 0) return set;
  const strings = k.get(p + P.p_strings);
  if (strings === 0) return 0;
  const limit = k.peek(procs(k).g + G.g_ps_arg_cache_limit);
  return k.get(strings + AR.ar_length) + PARGS_BYTES <= limit ? strings : 0;
}

/** Bytes of kernel memory that nobody changes while they are read. */
function bytesAt(k: Context, word: number, length: number): Uint8Array {
  const words = Int32Array.from({ length: Math.ceil(length / 4) }, (_, at) => k.get(word + at));
  return new Uint8Array(words.buffer, 0, length);
}

/** Puts a new title in the place of the old one; one that is too long is dropped without a word. */
function* setTitle(k: Context, p: number, req: SysctlReq, error: number): Steps<number> {
  const { newlen } = req;
  if (newlen + PARGS_BYTES > k.peek(procs(k).g + G.g_ps_arg_cache_limit)) return error;
  const pa = yield* kmalloc(k, M_PARGS, AR_ARGS + Math.ceil(newlen / 4));
  k.words[pa + AR.ar_ref] = 1;
  k.words[pa + AR.ar_length] = newlen;
  const bytes = yield* SYSCTL_IN(k, req, newlen);
  if (bytes === null) {
    yield* kfree(k, M_PARGS, pa);
    return IN_FAILED;
  }
  const padded = new Int32Array(Math.ceil(newlen / 4));
  new Uint8Array(padded.buffer).set(bytes);
  k.words.set(padded, pa + AR_ARGS);
  // Nothing blocks from here on, so that no other title comes in between.
  const old = k.get(p + P.p_args);
  k.set(p + P.p_args, pa);
  yield* pargsDrop(k, old);
  return 0;
}
