/**
 * Owns the hash table of the vnode cache (NetBSD kern/vfs_vnode.c, vcache_hash_lookup): vnodes by mount and
 * key, compared word by word. Run by any thread; vcache_lock guards the buckets and the keys.
 */
import type { Context } from '@smplab/lwkt';
import { listFirst, listInsertHead, listNext, listRemove } from '@smplab/proc';
import { vfs } from '../vfs-kernel.ts';
import { VG } from '../vfs-layout.ts';
import { V } from './vnode-layout.ts';

/** The vnode of a key, in whatever state; 0 if there is none. */
export function hashLookup(k: Context, mp: number, key: number, keywords: number): number {
  let vp = listFirst(k, bucketOf(k, mp, key, keywords));
  while (vp !== 0 && !isKeyOf(k, vp, mp, key, keywords)) vp = listNext(k, vp, V.v_hash);
  return vp;
}

/** Makes it the vnode of the key that v_cachekey says. */
export function hashInsert(k: Context, vp: number): void {
  listInsertHead(k, bucketOfVnode(k, vp), vp, V.v_hash);
}

export function hashRemove(k: Context, vp: number): void {
  listRemove(k, vp, V.v_hash);
}

function bucketOfVnode(k: Context, vp: number): number {
  return bucketOf(k, k.peek(vp + V.v_mount), k.get(vp + V.v_cachekey), k.get(vp + V.v_cachewords));
}

/** Head of the bucket (FNV-1a over the words). */
function bucketOf(k: Context, mp: number, key: number, keywords: number): number {
  const { words } = k;
  const { g } = vfs(k);
  let hash = Math.imul(0x811c9dc5 ^ mp, 0x01000193);
  for (let at = 0; at < keywords; at++) hash = Math.imul(hash ^ k.get(key + at), 0x01000193);
  hash ^= hash >>> 15;
  return words[g + VG.vg_vcache_table] + (hash & (words[g + VG.vg_vcache_size] - 1));
}

function isKeyOf(k: Context, vp: number, mp: number, key: number, keywords: number): boolean {
  if (k.peek(vp + V.v_mount) !== mp || k.get(vp + V.v_cachewords) !== keywords) return false;
  const own = k.get(vp + V.v_cachekey);
  for (let at = 0; at < keywords; at++) if (k.get(own + at) !== k.get(key + at)) return false;
  return true;
}
