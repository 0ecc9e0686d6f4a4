/**
 * Owns the layouts of procfs: what all CPUs share (symbol `procfs_globals`), a node, a mount (seed 000 lines
 * 114-131, procfs.h). Guards: m = pg_modlock (lockmgr), h = pg_hashlock (a spinlock, a leaf), a = atomic, k =
 * constant from the time it can be found.
 *
 *     pg_hashtab [ pid & pg_hashmask ] --pfs_hash--> pfsnode --pfs_hash--> pfsnode ...
 *     vnode --v_data--> pfsnode --pfs_vnode--> vnode      v_key --> pfs_type pfs_pid pfs_fd, in this order
 */
import { array, atomic, guardedBy, int32, listEntry, nested, pointer, relaxed, struct } from '@smplab/kmem';
import { Lock, Spinlock } from '@smplab/lwkt';

/** Buckets of the table of nodes (seed 000 line 114). */
export const PROCFS_HASHSIZE = 256;

/** Words of a key. */
export const PFSKEY_WORDS = 3;

export const ProcfsGlobals = struct('procfs_globals', {
  /** Rows of operations, k. */
  pg_vfsops: pointer('vfsops'),
  pg_vnodeops: pointer('vnodeops'),
  /** /proc is mounted by the first thread that enters a program, which holds this meanwhile. */
  pg_bootlock: nested(Lock),
  pg_isproc: atomic(int32),
  /** What a mount is that does not say: constant. */
  pg_profile: int32,
  pg_flags: int32,
  /** Modules there may be, and who loads and unloads. */
  pg_modules: pointer('module'),
  pg_modules_lock: nested(Lock),
  /** Commands to the module are one at a time. */
  pg_modlock: nested(Lock),
  pg_isloaded: guardedBy('pg_modlock', int32),
  pg_listener: guardedBy('pg_modlock', int32),
  pg_exechook: guardedBy('pg_modlock', int32),
  pg_exithook: guardedBy('pg_modlock', int32),
  pg_reaphook: guardedBy('pg_modlock', int32),
  /** Nodes by pid. There is none until the module is loaded; read before any look into it. */
  pg_hashtab: relaxed(pointer('pfshash')),
  pg_hashmask: relaxed(int32),
  pg_hashlock: nested(Spinlock),
  /** What revocation has done so far: vnodes nobody else had, vnodes taken from who had them. */
  pg_recycled: atomic(int32),
  pg_revoked: atomic(int32),
  /** Suspensions, and those that a signal ended or that came too late (ENOENT, EOPNOTSUPP). */
  pg_suspended: atomic(int32),
  pg_interrupted: atomic(int32),
  pg_unmounted: atomic(int32),
  pg_dead: atomic(int32),
  /** Nodes that had gone between the list and the cache, and nodes loaded for nothing but to be revoked. */
  pg_missed: atomic(int32),
});

/** Word offsets. */
export const PG = ProcfsGlobals.offsets;

export const Module = struct('module', {
  /** `functionNumber` of its name and of that of the module it requires, 0 for none; k. */
  mod_name: int32,
  mod_required: int32,
  /** Function (cmd) that it is commanded by; k. */
  mod_modcmd: int32,
  mod_isloaded: guardedBy('pg_modules_lock', int32),
  /** How many loaded modules require it. */
  mod_refcnt: guardedBy('pg_modules_lock', int32),
});

/** Word offsets. */
export const MOD = Module.offsets;

/** pfs_flags: opened for writing, and opened by somebody who wants to be alone (mem only). */
export const PFS_OPENWRITE = 1;
export const PFS_OPENEXCL = 2;

export const Pfsnode = struct('pfsnode', {
  pfs_hash: guardedBy('pg_hashlock', listEntry('pfsnode')),
  /** The key: PFS* of node-types.ts, the process or 0, a descriptor or thread or -1. */
  pfs_type: int32,
  pfs_pid: int32,
  pfs_fd: int32,
  pfs_vnode: pointer('vnode'),
  pfs_mount: pointer('mount'),
  pfs_flags: atomic(int32),
  pfs_mode: int32,
  /** Low word, high word. */
  pfs_fileno: array(int32, 2),
  /** p_serial of the process it was loaded for, 0 without one: for checkers, nothing decides by it. */
  pfs_generation: int32,
});

/** Word offsets. */
export const PFS_NODE = Pfsnode.offsets;

/** Arguments of mount: a version, flags, and - beyond what NetBSD has - a profile. */
export const PROCFS_ARGSVERSION = 1;
export const PROCFS_ARGS_WORDS = 2;
export const ARGS_VERSION = 0;
export const ARGS_FLAGS = 1;
export const ARGS_PROFILE = 2;

/** pmnt_flags: names and nodes of Linux are there; inode numbers are those of NetBSD before 2018. */
export const PROCFSMNT_LINUXCOMPAT = 1;
export const PROCFSMNT_OLDFILENO = 2;

/** pmnt_profile: which tree it is. */
export const PROFILE_NETBSD = 0;
export const PROFILE_FREEBSD = 1;
export const PROFILE_LINUX = 2;
/** The tree of the README of 1993: the FreeBSD one before there was more than it shows. */
export const PROFILE_README = 3;

export const Procfsmount = struct('procfsmount', {
  pmnt_flags: int32,
  pmnt_profile: int32,
  /** Mode 1.112: the hook of this mount, set by mount and taken by unmount. */
  pmnt_exechook: int32,
});

/** Word offsets. */
export const PMNT = Procfsmount.offsets;
