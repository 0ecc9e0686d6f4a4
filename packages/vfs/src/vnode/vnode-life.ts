/**
 * Owns the memory of a vnode and its place on a mount's list (NetBSD kern/vfs_vnode.c, vcache_alloc and
 * vcache_free; kern/vfs_mount.c, vfs_insmntque). Run by any thread. A vnode that is on the list of a mount
 * has a reference to it; a vnode is freed when it is RECLAIMED and nobody has a reference or a hold.
 */
import {
  type Context,
  lockinit,
  lockuninit,
  spin_init,
  spin_lock,
  spin_unlock,
  type Steps,
} from '@smplab/lwkt';
import { kfree, kmalloc, listInsertHead, listRemove } from '@smplab/proc';
import { M_VNODE } from '../malloc-types.ts';
import { M } from '../mount/mount-layout.ts';
import { vfs_rele } from '../mount/mount-refs.ts';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { lru_remove } from './lru.ts';
import { V, Vnode, VS_LOADING, VS_RECLAIMED, VUSECOUNT_MASK } from './vnode-layout.ts';
import { vstate_assert } from './vstate.ts';

/** A vnode in LOADING with one reference, which nobody else can see; for a key of a mount. */
export function* vcache_alloc(k: Context, mp: number, key: number, keywords: number): Steps<number> {
  const { g } = vfs(k);
  const vp = yield* kmalloc(k, M_VNODE, Vnode.size);
  yield* k.fetchadd(g + VG.vg_numvnodes, 1);
  const generation = yield* k.fetchadd(g + VG.vg_generation, 1);
  spin_init(k, vp + V.v_interlock, 'vnode');
  lockinit(k, vp + V.v_lock, 'vnlock');
  const { words } = k;
  words[vp + V.v_usecount] = 1;
  words[vp + V.v_state] = VS_LOADING;
  words[vp + V.v_op] = words[g + VG.vg_deadops];
  words[vp + V.v_mount] = mp;
  words[vp + V.v_cachekey] = key;
  words[vp + V.v_cachewords] = keywords;
  words[vp + V.v_generation] = generation + 1;
  return vp;
}

/** Frees a vnode that nobody can reach any more; the caller holds v_interlock, which goes with it. */
export function* vcache_free(k: Context, vp: number): Steps {
  vstate_assert(k, vp, VS_RECLAIMED);
  const uses = k.peek(vp + V.v_usecount) & VUSECOUNT_MASK;
  const holds = k.get(vp + V.v_holdcnt);
  if (uses !== 0 || holds !== 0) k.panic(`vcache_free: vnode ${vp} has ${uses} references, ${holds} holds`);
  yield* lru_remove(k, vp);
  yield* spin_unlock(k, vp + V.v_interlock);
  if (isOnMount(k, vp)) yield* insmntque(k, vp, 0);
  lockuninit(k, vp + V.v_lock);
  yield* k.fetchadd(vfs(k).g + VG.vg_numvnodes, -1);
  yield* kfree(k, M_VNODE, vp);
}

/**
 * Moves a vnode from the list of its mount, if it is on it, to that of another, or of none (0). The caller
 * has taken a reference to the new mount, which is the vnode's from now on.
 */
export function* insmntque(k: Context, vp: number, mp: number): Steps {
  const before = k.peek(vp + V.v_mount);
  const wasListed = isOnMount(k, vp);
  if (wasListed) {
    yield* spin_lock(k, before + M.mnt_vnodelock);
    listRemove(k, vp, V.v_mntvnodes);
    yield* spin_unlock(k, before + M.mnt_vnodelock);
  }
  yield* k.storeRelaxed(vp + V.v_mount, mp);
  if (mp !== 0) {
    yield* spin_lock(k, mp + M.mnt_vnodelock);
    listInsertHead(k, mp + M.mnt_vnodelist, vp, V.v_mntvnodes);
    yield* spin_unlock(k, mp + M.mnt_vnodelock);
  }
  if (wasListed) yield* vfs_rele(k, before);
}

/** Only who moves it changes whether it is on a list; its neighbours change the link. */
function isOnMount(k: Context, vp: number): boolean {
  return k.peek(vp + V.v_mntvnodes + 1) !== 0;
}
