/**
 * Owns getting the vnode of a key, loading it if need be (NetBSD kern/vfs_vnode.c, vcache_get). Run by any
 * thread that may sleep and holds no lock that a file system takes to load or to reclaim. One vnode at most
 * is in the cache for a key: who finds it LOADING waits, and who comes second with a new one frees it and
 * looks again.
 */
import {
  type Context,
  LK_EXCLUSIVE,
  LK_RELEASE,
  lockmgr,
  PINTERLOCKED,
  spin_lock,
  spin_unlock,
  type Steps,
  tsleep,
  tsleep_interlock,
} from '@smplab/lwkt';
import { ENOENT } from '@smplab/proc';
import { vfs_busy, vfs_ref, vfs_unbusy } from '../mount/mount-refs.ts';
import { VFS_LOADVNODE } from '../mount/vfsops.ts';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { hashInsert, hashLookup, hashRemove } from './vcache-hash.ts';
import { vcache_gc } from './vdrain.ts';
import { V, VS_LOADED, VS_LOADING, VS_RECLAIMED } from './vnode-layout.ts';
import { insmntque, vcache_alloc, vcache_free } from './vnode-life.ts';
import { vcache_vget } from './vcount.ts';
import { vstate_change, vstate_get } from './vstate.ts';

/** The vnode of the key of `keywords` words, referenced; or -errno. The words stay until this returns. */
export function* vcache_get(k: Context, mp: number, key: number, keywords: number): Steps<number> {
  for (;;) {
    const found = yield* vcache_find(k, mp, key, keywords);
    if (found !== 0) return found;
    const error = yield* vfs_busy(k, mp);
    if (error !== 0) return -error;
    const vp = yield* load(k, mp, key, keywords);
    yield* vfs_unbusy(k, mp);
    if (vp !== 0) return vp;
  }
}

/** The same for a vnode that is there: 0 if it would have to be loaded. */
export function* vcache_find(k: Context, mp: number, key: number, keywords: number): Steps<number> {
  const lock = vfs(k).g + VG.vg_vcache_lock;
  for (;;) {
    yield* lockmgr(k, lock, LK_EXCLUSIVE);
    const vp = hashLookup(k, mp, key, keywords);
    if (vp === 0) {
      yield* lockmgr(k, lock, LK_RELEASE);
      return 0;
    }
    if (vstate_get(k, vp) === VS_LOADING) {
      // It may be freed as soon as the lock is given back: only its address is used.
      yield* tsleep_interlock(k, vp + V.v_state);
      yield* lockmgr(k, lock, LK_RELEASE);
      yield* tsleep(k, vp + V.v_state, PINTERLOCKED, 'vcache', 0);
      continue;
    }
    yield* spin_lock(k, vp + V.v_interlock);
    yield* lockmgr(k, lock, LK_RELEASE);
    if ((yield* vcache_vget(k, vp)) !== ENOENT) return vp;
  }
}

/**
 * Loads the vnode of the key, with the mount busy: referenced, -errno, or 0 when somebody else was faster.
 */
function* load(k: Context, mp: number, key: number, keywords: number): Steps<number> {
  const lock = vfs(k).g + VG.vg_vcache_lock;
  yield* vcache_gc(k);
  const vp = yield* vcache_alloc(k, mp, key, keywords);
  yield* lockmgr(k, lock, LK_EXCLUSIVE);
  if (hashLookup(k, mp, key, keywords) !== 0) {
    yield* giveUp(k, vp);
    return 0;
  }
  hashInsert(k, vp);
  yield* lockmgr(k, lock, LK_RELEASE);
  const error = yield* VFS_LOADVNODE(k, mp, vp, key, keywords);
  if (error !== 0) {
    yield* lockmgr(k, lock, LK_EXCLUSIVE);
    hashRemove(k, vp);
    yield* giveUp(k, vp);
    return -error;
  }
  if (k.peek(vp + V.v_keywords) !== keywords)
    k.panic(`vcache_get: the key of vnode ${vp} has ${k.peek(vp + V.v_keywords)} words, not ${keywords}`);
  yield* vfs_ref(k, mp);
  yield* insmntque(k, vp, mp);
  yield* lockmgr(k, lock, LK_EXCLUSIVE);
  k.set(vp + V.v_cachekey, k.peek(vp + V.v_key));
  yield* spin_lock(k, vp + V.v_interlock);
  yield* vstate_change(k, vp, VS_LOADING, VS_LOADED);
  yield* spin_unlock(k, vp + V.v_interlock);
  yield* lockmgr(k, lock, LK_RELEASE);
  return vp;
}

/** A vnode that was not loaded goes; vcache_lock is given back. */
function* giveUp(k: Context, vp: number): Steps {
  yield* spin_lock(k, vp + V.v_interlock);
  yield* vstate_change(k, vp, VS_LOADING, VS_RECLAIMED);
  yield* spin_unlock(k, vp + V.v_interlock);
  yield* lockmgr(k, vfs(k).g + VG.vg_vcache_lock, LK_RELEASE);
  // Nobody can reach it any more.
  yield* spin_lock(k, vp + V.v_interlock);
  yield* k.fetchadd(vp + V.v_usecount, -1);
  yield* vcache_free(k, vp);
}
