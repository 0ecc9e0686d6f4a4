/**
 * Owns the layout of a file system in memory: what belongs to a mount, its nodes, and the entries of its
 * directories. Guard of all fields that change: r = rm_lock of the mount (lockmgr), which nothing else is
 * taken under; k = constant.
 *
 *     mount --mnt_data--> ramfs --rm_hash[ino & 15]--> ramnode --rn_hash--> ramnode ...
 *     ramnode --rn_entries--> ramentry "a" --re_list--> ramentry "b"       ramentry --re_node--> ramnode
 *     vnode --v_data--> ramnode     v_key --> its rn_ino
 *
 * A node goes when it has neither a name (rn_nlink) nor a vnode (rn_uses).
 */
import { array, bytes, guardedBy, int32, listEntry, nested, pointer, struct } from '@smplab/kmem';
import { Lock } from '@smplab/lwkt';

/** Heads of the table of nodes; a power of two. */
export const RAMFS_HASH = 16;
/** The key of the root directory. */
export const RAMFS_ROOTINO = 2;
/** Bytes of a name, at most: a Componentname has room for one more, the NUL. */
export const RAMFS_NAMEMAX = 63;
/** Words of contents of all files together, unless the mount says otherwise. */
export const RAMFS_WORDSMAX = 65_536;
/** What a block of statvfs and st_blksize is. */
export const RAMFS_BLOCK_BYTES = 512;

export const Ramfs = struct('ramfs', {
  rm_lock: nested(Lock),
  rm_mount: pointer('mount'),
  /** Row of operations of its vnodes. */
  rm_vnodeops: int32,
  rm_lastino: guardedBy('rm_lock', int32),
  rm_nodes: guardedBy('rm_lock', int32),
  /** Words that contents take, and may take. */
  rm_words: guardedBy('rm_lock', int32),
  rm_wordsmax: int32,
  rm_hash: guardedBy('rm_lock', array(int32, RAMFS_HASH)),
});

/** Word offsets. */
export const RM = Ramfs.offsets;

export const Ramnode = struct('ramnode', {
  /** The key of its vnode. */
  rn_ino: int32,
  rn_type: int32,
  rn_fs: pointer('ramfs'),
  rn_hash: guardedBy('rm_lock', listEntry('ramnode')),
  /** One for the vnode whose v_data it is, and one for each lookup that is on its way to it. */
  rn_uses: guardedBy('rm_lock', int32),
  rn_nlink: guardedBy('rm_lock', int32),
  rn_mode: guardedBy('rm_lock', int32),
  rn_uid: guardedBy('rm_lock', int32),
  rn_gid: guardedBy('rm_lock', int32),
  /** Of a device: its number. */
  rn_rdev: int32,
  /** Bytes of contents, the block they are in, and its words. */
  rn_size: guardedBy('rm_lock', int32),
  rn_data: guardedBy('rm_lock', int32),
  rn_datawords: guardedBy('rm_lock', int32),
  /** Of a directory: its entries by age, the number of the last one, and what it is in; 0 once removed. */
  rn_entries: guardedBy('rm_lock', int32),
  rn_lastcookie: guardedBy('rm_lock', int32),
  rn_parent: guardedBy('rm_lock', pointer('ramnode')),
  rn_atime: guardedBy('rm_lock', int32),
  rn_mtime: guardedBy('rm_lock', int32),
  rn_ctime: guardedBy('rm_lock', int32),
  rn_birthtime: guardedBy('rm_lock', int32),
});

/** Word offsets. */
export const RN = Ramnode.offsets;

export const Ramentry = struct('ramentry', {
  re_list: guardedBy('rm_lock', listEntry('ramentry')),
  re_node: guardedBy('rm_lock', pointer('ramnode')),
  /** Where readdir goes on: numbers of a directory only grow, `.` and `..` are 0 and 1. */
  re_cookie: guardedBy('rm_lock', int32),
  re_namelen: guardedBy('rm_lock', int32),
  re_name: bytes(RAMFS_NAMEMAX + 1),
});

/** Word offsets. */
export const RE = Ramentry.offsets;
