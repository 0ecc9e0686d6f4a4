/**
 * Owns the layout of `struct vnode` and of its cache entry (NetBSD sys/sys/vnode.h, vnode_impl.h): one block
 * for both. Guards: i = v_interlock (a spinlock), c = vcache_lock, m = mnt_vnodelock of its mount, l = v_lock
 * (lockmgr), a = atomic, k = constant from LOADED on until it is reclaimed.
 *
 *     vcache bucket --v_hash--> vnode --v_key--> words in the file system's node (v_data)
 *     mount --mnt_vnodelist--> vnode --v_mntvnodes--> vnode ...           v_op: row of function numbers
 */
import { atomic, guardedBy, int32, listEntry, nested, pointer, relaxed, struct } from '@smplab/kmem';
import { Lock, Spinlock } from '@smplab/lwkt';

/** v_type (enum vtype). */
export const VNON = 0;
export const VREG = 1;
export const VDIR = 2;
export const VBLK = 3;
export const VCHR = 4;
export const VLNK = 5;
export const VSOCK = 6;
export const VFIFO = 7;
export const VBAD = 8;

/** v_state: where it is in its life (vnode-machine.ts). */
export const VS_MARKER = 1;
export const VS_LOADING = 2;
export const VS_LOADED = 3;
export const VS_BLOCKED = 4;
export const VS_RECLAIMING = 5;
export const VS_RECLAIMED = 6;

/** v_usecount: set only in LOADED, so that a reference without a lock fails otherwise ... */
export const VUSECOUNT_GATE = 0x40000000;
/** ... a reference was taken through the cache since VOP_INACTIVE was asked last; the rest counts. */
export const VUSECOUNT_VGET = 0x20000000;
export const VUSECOUNT_MASK = 0x1fffffff;

/** v_vflag. */
export const VV_ROOT = 0x1;
export const VV_SYSTEM = 0x2;

/** v_iflag. */
export const VI_TEXT = 0x100;

export const Vnode = struct('vnode', {
  v_usecount: atomic(int32),
  v_holdcnt: guardedBy('v_interlock', int32),
  /** Written under v_interlock; leaving LOADING also under vcache_lock. */
  v_state: relaxed(int32),
  v_type: relaxed(int32),
  v_vflag: relaxed(int32),
  v_iflag: guardedBy('v_interlock', int32),
  /** Row of function numbers (vnode-ops.ts); that of dead vnodes once it is reclaimed. */
  v_op: relaxed(int32),
  v_data: relaxed(int32),
  v_mount: relaxed(pointer('mount')),
  v_size: relaxed(int32),
  /** The mount on top of it, 0 for none. */
  v_mountedhere: relaxed(pointer('mount')),
  v_interlock: nested(Spinlock),
  /** Knotes that wait for it to grow (file/knote.ts). */
  v_klist: guardedBy('v_interlock', int32),
  v_lock: nested(Lock),
  /** Address and number of the words of its key: set by who loads it, constant until it is reclaimed. */
  v_key: relaxed(int32),
  v_keywords: relaxed(int32),
  /** The key as the cache compares it, word by word; while it loads, the words of the caller. */
  v_cachekey: guardedBy('vcache_lock', int32),
  v_cachewords: guardedBy('vcache_lock', int32),
  v_hash: guardedBy('vcache_lock', listEntry('vnode')),
  v_mntvnodes: guardedBy('mnt_vnodelock', listEntry('vnode')),
  /** On the list of vnodes nobody uses (lru), last used last. */
  v_lrulist: guardedBy('vdrain_lock', listEntry('vnode')),
  v_islru: guardedBy('vdrain_lock', int32),
  /** Counts loads into this block; for checkers only. */
  v_generation: relaxed(int32),
});

/** Word offsets. */
export const V = Vnode.offsets;
