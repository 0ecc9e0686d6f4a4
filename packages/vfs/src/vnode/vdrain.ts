/**
 * Owns keeping the number of vnodes near vg_desiredvnodes (NetBSD kern/vfs_vnode.c, vdrain_thread): those
 * that nobody has used for longest are recycled. Run by whoever is about to load one more; it waits for
 * nothing: what is in use, locked or suspended is left alone.
 */
import { type Context, spin_lock, spin_trylock, spin_unlock, type Steps } from '@smplab/lwkt';
import { listFirst } from '@smplab/proc';
import { fstrans_done, fstrans_start_nowait } from '../mount/fstrans.ts';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { lruToEnd } from './lru.ts';
import { vrecycle } from './vgone.ts';
import { V, VS_LOADED, VUSECOUNT_MASK } from './vnode-layout.ts';
import { holdrelel, vcache_vget, vholdl } from './vcount.ts';
import { vrele } from './vrele.ts';
import { vstate_get } from './vstate.ts';

/** Recycles unused vnodes while there are more than wanted; looks at each of them once. */
export function* vcache_gc(k: Context): Steps {
  const { g } = vfs(k);
  let left = k.peek(g + VG.vg_numvnodes);
  while (left-- > 0 && k.peek(g + VG.vg_numvnodes) > k.peek(g + VG.vg_desiredvnodes)) {
    const vp = yield* takeOldest(k);
    if (vp < 0) return;
    if (vp > 0) yield* drainOne(k, vp);
  }
}

/** The vnode unused for longest, held and locked by its interlock; -1: there is none, 0: it is in use. */
function* takeOldest(k: Context): Steps<number> {
  const { g } = vfs(k);
  yield* spin_lock(k, g + VG.vg_vdrain_lock);
  const vp = listFirst(k, g + VG.vg_lru);
  if (vp !== 0) lruToEnd(k, vp);
  // The other order is the usual one, in which this would wait for itself.
  const isTaken = vp !== 0 && (yield* spin_trylock(k, vp + V.v_interlock));
  yield* spin_unlock(k, g + VG.vg_vdrain_lock);
  if (vp === 0) return -1;
  if (!isTaken) return 0;
  if (yield* isIdle(k, vp)) return vp;
  yield* spin_unlock(k, vp + V.v_interlock);
  return 0;
}

function* isIdle(k: Context, vp: number): Steps<boolean> {
  const uses = (yield* k.load(vp + V.v_usecount)) & VUSECOUNT_MASK;
  return uses === 0 && vstate_get(k, vp) === VS_LOADED;
}

/**
 * With v_interlock, which is given back: recycles it inside a transaction, so that it need not wait there.
 */
function* drainOne(k: Context, vp: number): Steps {
  const mp = k.peek(vp + V.v_mount);
  vholdl(k, vp);
  yield* spin_unlock(k, vp + V.v_interlock);
  const error = yield* fstrans_start_nowait(k, mp);
  yield* spin_lock(k, vp + V.v_interlock);
  if (error !== 0 || k.peek(vp + V.v_mount) !== mp || !(yield* isIdle(k, vp))) {
    yield* holdrelel(k, vp);
  } else {
    k.set(vp + V.v_holdcnt, k.get(vp + V.v_holdcnt) - 1);
    if ((yield* vcache_vget(k, vp)) === 0 && !(yield* vrecycle(k, vp))) yield* vrele(k, vp);
  }
  if (error === 0) yield* fstrans_done(k, mp);
}
