/**
 * Owns the layout of what all CPUs share of file systems, reserved once under the symbol `vfs_globals`: locks
 * and heads of lists. Each part of the package lays out its own words while the machine boots.
 */
import { atomic, guardedBy, int32, nested, pointer, relaxed, struct } from '@smplab/kmem';
import { Lock, Spinlock } from '@smplab/lwkt';

export const VfsGlobals = struct('vfs_globals', {
  /** vnode/: the cache. Waiters for a change of state sleep on the vnode's v_state. */
  vg_vcache_lock: nested(Lock),
  /** Heads of the buckets, and how many there are (a power of two). */
  vg_vcache_table: int32,
  vg_vcache_size: int32,
  vg_vdrain_lock: nested(Spinlock),
  vg_lru: guardedBy('vdrain_lock', int32),
  /** The last link of that list: where the next one is put. */
  vg_lrulast: guardedBy('vdrain_lock', int32),
  vg_numvnodes: atomic(int32),
  vg_desiredvnodes: relaxed(int32),
  vg_generation: atomic(int32),
  /** Row of operations of dead vnodes, and the mount they belong to. */
  vg_deadops: int32,
  vg_deadmount: pointer('mount'),
  /** mount/: all mounts, all file systems. */
  vg_mountlist_lock: nested(Spinlock),
  vg_mountlist: guardedBy('mountlist_lock', int32),
  vg_vfslist_lock: nested(Lock),
  vg_vfslist: guardedBy('vfs_list_lock', int32),
  vg_fsid: atomic(int32),
  vg_rootmount: relaxed(pointer('mount')),
  /** Transactions (mount/fstrans.ts): records of threads inside, and records to spare. */
  vg_fstrans_lock: nested(Spinlock),
  vg_fstrans_list: guardedBy('fstrans_lock', int32),
  vg_fstrans_spare: guardedBy('fstrans_lock', int32),
  /** The one suspension there may be: FSTRANS_* (who waits for its end sleeps here), of what, whose. */
  vg_suspend_state: guardedBy('fstrans_lock', int32),
  vg_suspend_mount: guardedBy('fstrans_lock', pointer('mount')),
  vg_suspend_owner: guardedBy('fstrans_lock', pointer('thread')),
  /** Held from vfs_suspend to vfs_resume: there is one suspension at a time. */
  vg_suspend_lock: nested(Lock),
  /** kauth/: scopes, under a lock that is shared while listeners are asked. */
  vg_kauth_lock: nested(Lock),
  vg_kauth_scopes: guardedBy('kauth_lock', int32),
  vg_secmodels: guardedBy('kauth_lock', int32),
  vg_nsecmodels: atomic(int32),
  vg_securelevel: relaxed(int32),
  vg_curtain: relaxed(int32),
  /** file/: operations of pipes, sockets and kqueues; constant. */
  vg_descriptors: pointer('descriptor_globals'),
  /** call/: what system calls need of the machine. */
  vg_calls: pointer('call_globals'),
});

/** Word offsets. */
export const VG = VfsGlobals.offsets;
