/**
 * Owns what a child gets from its parent (the middle of fork1): credentials, texts, signal actions, files,
 * limits, address space, reaper and first lwp, each shared by count where it does not change, and giving all
 * of that back if the fork fails. Run by the thread that forks, with the p_token of the parent.
 */
import { type Context, lwkt_token_init, spin_init, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { crfree } from '../cred/ucred-life.ts';
import { jailed } from '../cred/prison-count.ts';
import { plimit_fork, plimit_free } from '../cred/plimit.ts';
import { fdcopy, fddrop, fdinit, fdshare } from '../file/filedesc.ts';
import { cache_drop, cache_ref } from '../file/nchandle.ts';
import { kfree, kmalloc, M_PROC } from '../malloc-types.ts';
import { procs } from '../proc-kernel.ts';
import { sigacts_fork, sigacts_free, sigacts_share } from '../signal/sigacts-life.ts';
import { SIGCHLD } from '../signal/signals.ts';
import {
  COMM_BYTES,
  P,
  P_CONTROLT,
  P_JAILED,
  P_PPWAIT,
  P_SUGID,
  PLOCK_MASK,
  Proc,
  SACTIVE,
  SIDL,
} from '../table/proc.ts';
import { G } from '../table/procglob.ts';
import { lwpAbandon, lwpInsert, lwp_fork } from './lwp-fork.ts';
import { lwpFirst } from './lwp-find.ts';
import { pargsDrop, pargsHold } from './strings.ts';
import { reaper_drop, reaper_hold } from './reaper.ts';
import { RFCFDG, RFFDG, RFMEM, RFPPWAIT, RFSIGSHARE } from './rfork-flags.ts';
import { vmspace_fork, vmspace_ref, vmspace_rel } from './vmspace.ts';

/** p_acflag: it has forked and not executed an image (AFORK). */
export const AFORK = 1;
const COMM_WORDS = COMM_BYTES / 4;

/** Whether embryos are entered into the table before they have anything, as in the seed. */
export function isBareEmbryo(k: Context): boolean {
  const { asSeed } = procs(k);
  return asSeed['scan-embryo'] || asSeed['kern-proc-embryo'];
}

/** An embryo: nobody can see it yet. */
export function* embryoMake(k: Context, p1: number): Steps<number> {
  const { g, asSeed } = procs(k);
  const p2 = yield* kmalloc(k, M_PROC, Proc.size);
  const forkid = (yield* k.fetchadd(g + G.g_forkid, 1)) + 1;
  const { words } = k;
  words[p2 + P.p_forkid] = forkid;
  // With the switch scans cannot tell that it is not complete.
  words[p2 + P.p_stat] = asSeed['scan-embryo'] ? SACTIVE : SIDL;
  words[p2 + P.p_start] = k.kernel.ticks;
  words[p2 + P.p_acflag] = AFORK;
  // Before 2008-12-18 the hold count was copied like everything else (P11).
  if (asSeed['fork-inherits-hold']) words[p2 + P.p_lock] = k.peek(p1 + P.p_lock) & PLOCK_MASK;
  lwkt_token_init(k, p2 + P.p_token, 'proc');
  spin_init(k, p2 + P.p_spin, 'procfork1');
  return p2;
}

/** Gives the embryo what its parent has; it takes over the reference to the credentials. */
export function* embryoFill(
  k: Context,
  lp1: number,
  p1: number,
  p2: number,
  cred: number,
  flags: number,
  entry: number,
  arg: number,
): Steps {
  // Scans read it under p_spin alone; as long as nobody can see the embryo that does not matter.
  if (isBareEmbryo(k)) yield* setVisibleCred(k, p2, cred);
  else k.set(p2 + P.p_ucred, cred);
  const reaper = k.get(p1 + P.p_reaper);
  yield* reaper_hold(k, reaper);
  k.set(p2 + P.p_reaper, reaper);
  yield* copyTexts(k, p1, p2);
  if ((flags & RFSIGSHARE) !== 0) yield* sigacts_share(k, p1, p2);
  else yield* sigacts_fork(k, p1, p2);
  k.set(p2 + P.p_sigparent, SIGCHLD);
  k.set(p2 + P.p_fd, yield* forkFiles(k, p1, flags));
  yield* plimit_fork(k, p1, p2);
  k.set(p2 + P.p_nice, k.get(p1 + P.p_nice));
  k.set(p2 + P.p_vmspace, yield* forkVmspace(k, k.get(p1 + P.p_vmspace), flags));
  const inherited = k.peek(p1 + P.p_flags) & (P_SUGID | P_CONTROLT);
  const jail = jailed(k, cred) ? P_JAILED : 0;
  yield* k.or(p2 + P.p_flags, inherited | jail | ((flags & RFPPWAIT) !== 0 ? P_PPWAIT : 0));
  yield* lwpInsert(k, p2, yield* lwp_fork(k, lp1, p2, entry, arg));
}

function* setVisibleCred(k: Context, p2: number, cred: number): Steps {
  yield* spin_lock(k, p2 + P.p_spin);
  k.set(p2 + P.p_ucred, cred);
  yield* spin_unlock(k, p2 + P.p_spin);
}

/** What the program is and was started with. */
function* copyTexts(k: Context, p1: number, p2: number): Steps {
  const args = k.get(p1 + P.p_args);
  yield* pargsHold(k, args);
  k.set(p2 + P.p_args, args);
  const strings = k.get(p1 + P.p_strings);
  yield* pargsHold(k, strings);
  k.set(p2 + P.p_strings, strings);
  const text = k.get(p1 + P.p_textnch);
  if (text !== 0) yield* cache_ref(k, text);
  k.set(p2 + P.p_textnch, text);
  k.set(p2 + P.p_image, k.get(p1 + P.p_image));
  k.copy(p2 + P.p_comm, p1 + P.p_comm, COMM_WORDS);
}

function forkFiles(k: Context, p1: number, flags: number): Steps<number> {
  if ((flags & RFCFDG) !== 0) return fdinit(k, p1);
  return (flags & RFFDG) !== 0 ? fdcopy(k, p1) : fdshare(k, p1);
}

function forkVmspace(k: Context, vm: number, flags: number): Steps<number> {
  return (flags & RFMEM) === 0 ? vmspace_fork(k, vm) : shareVmspace(k, vm);
}

function* shareVmspace(k: Context, vm: number): Steps<number> {
  yield* vmspace_ref(k, vm);
  return vm;
}

/** Gives an embryo back that is in no list; who counted it counts it no more. */
export function* embryoFree(k: Context, p2: number): Steps {
  yield* lwpAbandon(k, lwpFirst(k, p2));
  yield* vmspace_rel(k, k.get(p2 + P.p_vmspace));
  yield* plimit_free(k, k.get(p2 + P.p_limit));
  yield* fddrop(k, k.get(p2 + P.p_fd));
  yield* sigacts_free(k, p2);
  const text = k.get(p2 + P.p_textnch);
  if (text !== 0) yield* cache_drop(k, text);
  yield* pargsDrop(k, k.get(p2 + P.p_strings));
  yield* pargsDrop(k, k.get(p2 + P.p_args));
  yield* reaper_drop(k, k.get(p2 + P.p_reaper));
  yield* crfree(k, k.get(p2 + P.p_ucred));
  yield* kfree(k, M_PROC, p2);
}
