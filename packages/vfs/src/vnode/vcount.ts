/**
 * Owns counting the references and holds of a vnode (NetBSD kern/vfs_vnode.c, vref, vcache_vget, vholdl). Run
 * by any thread. A reference (v_usecount, atomic) keeps the vnode usable; a hold (v_holdcnt, under
 * v_interlock) keeps only its memory.
 *
 *     v_usecount:   30    29    28 ......... 0
 *                   GATE  VGET  references           GATE: LOADED.  VGET: used since VOP_INACTIVE was asked
 */
import { type Context, spin_unlock, type Steps } from '@smplab/lwkt';
import { EBUSY, ENOENT } from '@smplab/proc';
import {
  V,
  VS_LOADED,
  VS_RECLAIMED,
  VUSECOUNT_GATE,
  VUSECOUNT_MASK,
  VUSECOUNT_VGET,
} from './vnode-layout.ts';
import { vcache_free } from './vnode-life.ts';
import { vstate_assert, vstate_get, vstate_wait_stable } from './vstate.ts';

/** How many references there are. */
export function* vrefcnt(k: Context, vp: number): Steps<number> {
  return (yield* k.load(vp + V.v_usecount)) & VUSECOUNT_MASK;
}

/** One more reference, for who has one. */
export function vref(k: Context, vp: number): Steps {
  return k.upon(k.fetchadd(vp + V.v_usecount, 1), checkUsed, vp);
}

function checkUsed(k: Context, before: number, vp: number): null {
  return (before & VUSECOUNT_MASK) > 0 ? null : k.panic(`vref: vnode ${vp} has no references`);
}

/**
 * Takes a reference without any lock: 0, or EBUSY when the vnode is not LOADED. Something keeps its memory.
 */
export function* vcache_tryvget(k: Context, vp: number): Steps<number> {
  for (;;) {
    const use = yield* k.load(vp + V.v_usecount);
    if ((use & VUSECOUNT_GATE) === 0) return EBUSY;
    if (yield* k.cmpset(vp + V.v_usecount, use, (use + 1) | VUSECOUNT_VGET)) return 0;
  }
}

/** Takes a reference through v_interlock, which is given back: 0, or ENOENT when it has been reclaimed. */
export function* vcache_vget(k: Context, vp: number): Steps<number> {
  k.set(vp + V.v_holdcnt, k.get(vp + V.v_holdcnt) + 1);
  yield* vstate_wait_stable(k, vp);
  if (vstate_get(k, vp) === VS_RECLAIMED) {
    yield* holdrelel(k, vp);
    return ENOENT;
  }
  k.set(vp + V.v_holdcnt, k.get(vp + V.v_holdcnt) - 1);
  vstate_assert(k, vp, VS_LOADED);
  const error = yield* vcache_tryvget(k, vp);
  yield* spin_unlock(k, vp + V.v_interlock);
  return error;
}

/** Keeps the memory of a vnode; the caller holds v_interlock. */
export function vholdl(k: Context, vp: number): void {
  k.set(vp + V.v_holdcnt, k.get(vp + V.v_holdcnt) + 1);
}

/** Gives a hold and v_interlock back; the vnode goes with it if nothing keeps it. */
export function* holdrelel(k: Context, vp: number): Steps {
  const left = k.get(vp + V.v_holdcnt) - 1;
  if (left < 0) k.panic(`holdrelel: vnode ${vp} is not held`);
  k.set(vp + V.v_holdcnt, left);
  const isUsed = ((yield* k.load(vp + V.v_usecount)) & VUSECOUNT_MASK) !== 0;
  if (left === 0 && !isUsed && vstate_get(k, vp) === VS_RECLAIMED) yield* vcache_free(k, vp);
  else yield* spin_unlock(k, vp + V.v_interlock);
}
