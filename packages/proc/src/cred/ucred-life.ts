/**
 * Owns the life of credentials (sys/kern/kern_prot.c): made, held, copied, freed, and put in the place of a
 * process's old ones. Runs in any thread. A ucred is not changed once others can see it. Guards: cr_ref is
 * atomic; p_ucred is replaced under p_token and p_spin, and read under either (proc_ucred_hold). With the fix
 * switch `ucred-replaced` p_token alone is taken, and scanners read what may be freed under their hands.
 */
import { M_WAITOK, M_ZERO, mallocType } from '@smplab/kmem';
import { type Context, type Kernel, spin_lock, spin_unlock, Spinlock, type Steps } from '@smplab/lwkt';
import { kfree, kmalloc, M_CRED, M_PRISON } from '../malloc-types.ts';
import { curproc, procs } from '../proc-kernel.ts';
import { P } from '../table/proc.ts';
import { G } from '../table/procglob.ts';
import { prison_free, prison_hold } from './prison-count.ts';
import { CR, PR, Prison, Ucred } from './ucred.ts';
import { bootUifind, uidrop, uihold } from './uidinfo.ts';

const T_CRED = mallocType(M_CRED, 'credentials');
const T_PRISON = mallocType(M_PRISON, 'prison structures');

/**
 * Credentials of a user in prison 0, with one reference, while the machine boots. Makes prison 0 if needed.
 */
export function bootUcred(kernel: Kernel, g: number, uid = 0, gid = 0): number {
  const prison = bootPrison0(kernel, g);
  const cr = kernel.kmem.kmalloc(T_CRED, Ucred.size, M_WAITOK | M_ZERO, 'boot');
  const uidinfo = bootUifind(kernel, g, uid);
  const ruidinfo = bootUifind(kernel, g, uid);
  const { words } = kernel;
  words[cr + CR.cr_ref] = 1;
  for (const id of [CR.cr_uid, CR.cr_ruid, CR.cr_svuid]) words[cr + id] = uid;
  for (const id of [CR.cr_gid, CR.cr_rgid, CR.cr_svgid]) words[cr + id] = gid;
  words[cr + CR.cr_ngroups] = 1;
  words[cr + CR.cr_groups] = gid;
  words[cr + CR.cr_uidinfo] = uidinfo;
  words[cr + CR.cr_ruidinfo] = ruidinfo;
  words[cr + CR.cr_prison] = prison;
  words[prison + PR.pr_ref]++;
  return cr;
}

function bootPrison0(kernel: Kernel, g: number): number {
  const known = kernel.words[g + G.g_prison0];
  if (known !== 0) return known;
  const prison = kernel.kmem.kmalloc(T_PRISON, Prison.size, M_WAITOK | M_ZERO, 'boot');
  const { words } = kernel;
  // The reference of the kernel, which is never given back.
  words[prison + PR.pr_ref] = 1;
  words[prison + PR.pr_list + 1] = g + G.g_prisons;
  words[g + G.g_prisons] = prison;
  words[g + G.g_prison0] = prison;
  kernel.writeText(g + G.g_prison_spin + Spinlock.offsets.descr, 'prisons');
  return prison;
}

/** Empty credentials with one reference; nobody else can see them. */
export function* crget(k: Context): Steps<number> {
  const cr = yield* kmalloc(k, M_CRED, Ucred.size);
  k.words[cr + CR.cr_ref] = 1;
  return cr;
}

/** One more reference, for who has one. */
export function crhold(k: Context, cr: number): Steps {
  return k.upon(k.fetchadd(cr + CR.cr_ref, 1), checkHeld, cr);
}

function checkHeld(k: Context, before: number): null {
  return before < 1 ? k.panic(`crhold: cr_ref was ${before}`) : null;
}

/** Gives a reference back; the last one frees the credentials and what they hold. */
export function crfree(k: Context, cr: number): Steps {
  return k.upon(k.fetchadd(cr + CR.cr_ref, -1), freeLast, cr);
}

function freeLast(k: Context, before: number, cr: number): Steps | null {
  if (before < 1) k.panic(`crfree: cr_ref was ${before}`);
  return before === 1 ? freeNow(k, cr) : null;
}

function* freeNow(k: Context, cr: number): Steps {
  const uidinfo = k.get(cr + CR.cr_uidinfo);
  const ruidinfo = k.get(cr + CR.cr_ruidinfo);
  const prison = k.get(cr + CR.cr_prison);
  // A ucred of crget that was never filled in holds nothing.
  if (uidinfo !== 0) yield* uidrop(k, uidinfo);
  if (ruidinfo !== 0) yield* uidrop(k, ruidinfo);
  if (prison !== 0) yield* prison_free(k, prison);
  yield* kfree(k, M_CRED, cr);
}

/** A private copy with one reference, which holds what the original holds. The caller holds the original. */
export function* crdup(k: Context, cr: number): Steps<number> {
  const copy = yield* crget(k);
  for (let at = CR.cr_uid; at < Ucred.size; at++) k.words[copy + at] = k.get(cr + at);
  yield* uihold(k, k.words[copy + CR.cr_uidinfo]);
  yield* uihold(k, k.words[copy + CR.cr_ruidinfo]);
  yield* prison_hold(k, k.words[copy + CR.cr_prison]);
  return copy;
}

/** A private copy in exchange for a reference to the original. */
export function* crcopy(k: Context, cr: number): Steps<number> {
  if ((yield* k.load(cr + CR.cr_ref)) === 1) return cr;
  const copy = yield* crdup(k, cr);
  yield* crfree(k, cr);
  return copy;
}

/** Puts credentials in the place of those of a process, which are given back. The caller holds p_token. */
export function* proc_setcred(k: Context, p: number, cr: number): Steps {
  const isLocked = !procs(k).asSeed['ucred-replaced'];
  if (isLocked) yield* spin_lock(k, p + P.p_spin);
  const old = k.get(p + P.p_ucred);
  k.set(p + P.p_ucred, cr);
  if (isLocked) yield* spin_unlock(k, p + P.p_spin);
  yield* crfree(k, old);
}

/**
 * The credentials of a process, held until `proc_ucred_drop`; 0 if it has none (an embryo). Takes p_spin
 * only, so scans may call it under whichever token they hold. Who holds p_token needs neither.
 */
export function* proc_ucred_hold(k: Context, p: number): Steps<number> {
  // Before 2017-09-26 scanners used the pointer as it was.
  if (procs(k).asSeed['ucred-replaced']) return k.get(p + P.p_ucred);
  return yield* holdUnderSpin(k, p);
}

/** Gives back what `proc_ucred_hold` gave. */
export function* proc_ucred_drop(k: Context, cr: number): Steps {
  if (cr === 0 || procs(k).asSeed['ucred-replaced']) return;
  yield* crfree(k, cr);
}

/** The credentials of the current process, held: give them back with `crfree`. */
export function* curcred_hold(k: Context): Steps<number> {
  const p = curproc(k);
  if (!procs(k).asSeed['ucred-replaced']) return yield* holdUnderSpin(k, p);
  yield* k.gettoken(p + P.p_token);
  const cr = k.get(p + P.p_ucred);
  yield* crhold(k, cr);
  yield* k.reltoken(p + P.p_token);
  return cr;
}

function* holdUnderSpin(k: Context, p: number): Steps<number> {
  yield* spin_lock(k, p + P.p_spin);
  const cr = k.get(p + P.p_ucred);
  if (cr !== 0) yield* crhold(k, cr);
  yield* spin_unlock(k, p + P.p_spin);
  return cr;
}
