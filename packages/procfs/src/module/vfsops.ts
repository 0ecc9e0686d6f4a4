/**
 * Owns the operations of the file system (seed 000 lines 142-288, 491-507, 516-540). Run by who mounts,
 * unmounts or asks; mounting and unmounting have the mount to themselves (mnt_updating).
 */
import type { Context, Steps } from '@smplab/lwkt';
import { EINVAL, EIO, EOPNOTSUPP, exec$, kern, kfree, kmalloc } from '@smplab/proc';
import {
  FORCECLOSE,
  IMNT_MPSAFE,
  IMNT_SHRLOOKUP,
  M,
  MNT_FORCE,
  MNT_GETARGS,
  MNT_LOCAL,
  MNT_UPDATE,
  SV,
  vflush,
} from '@smplab/vfs';
import { M_PFSMOUNT } from '../malloc-types.ts';
import { PFS } from '../node/node-types.ts';
import { checkStatvfs } from '../oracle/filenos.ts';
import { mountProfile, procfs, vfstoproc } from '../procfs-kernel.ts';
import {
  ARGS_FLAGS,
  ARGS_PROFILE,
  ARGS_VERSION,
  PG,
  PMNT,
  PROCFS_ARGS_WORDS,
  PROCFS_ARGSVERSION,
  Procfsmount,
  PROFILE_README,
} from '../procfs-layout.ts';
import { MOUNT_SUBSCRIBER } from '../revoke/subscribers.ts';
import { procfs_allocvp } from './allocvp.ts';

/** Bytes of an entry of a directory: a power of two. */
export const UIO_MX = 32;
/** Bytes of a name at most. */
const PROCFS_MAXNAMLEN = 255;
/** What the README's df takes for a block. */
const README_BLOCK_BYTES = 1024;
const WORD_BYTES = 4;

/** 0, or EINVAL if entries of directories are of a size that readdir cannot do with. */
export function procfs_direntcheck(k: Context, bytes: number): number {
  if ((bytes & (bytes - 1)) === 0) return 0;
  k.log('procfs: invalid directory entry size');
  return EINVAL;
}

/** Arguments: version and flags, and a profile where more is given; MNT_GETARGS has them filled in. */
export function* procfs_mount(
  k: Context,
  mp: number,
  _path: number,
  data: number,
  length: number,
): Steps<number> {
  if (data === 0) return EINVAL;
  const wrong = procfs_direntcheck(k, UIO_MX);
  if (wrong !== 0) return wrong;
  const flags = k.peek(mp + M.mnt_flag);
  if ((flags & MNT_GETARGS) !== 0) return getargs(k, mp, data, length);
  if ((flags & MNT_UPDATE) !== 0) return EOPNOTSUPP;
  const isGiven = length >= PROCFS_ARGS_WORDS;
  if (isGiven && k.words[data + ARGS_VERSION] !== PROCFS_ARGSVERSION) return EINVAL;
  const pmnt = yield* kmalloc(k, M_PFSMOUNT, Procfsmount.size);
  const { g } = procfs(k);
  const { words } = k;
  words[pmnt + PMNT.pmnt_flags] = isGiven ? words[data + ARGS_FLAGS] : words[g + PG.pg_flags];
  words[pmnt + PMNT.pmnt_profile] =
    length > ARGS_PROFILE ? words[data + ARGS_PROFILE] : words[g + PG.pg_profile];
  words[mp + M.mnt_namemax] = PROCFS_MAXNAMLEN;
  if (procfs(k).mode === '1.112')
    words[pmnt + PMNT.pmnt_exechook] = (yield* exec$.subscribe(k, MOUNT_SUBSCRIBER, mp)).hook;
  yield* k.storeRelaxed(mp + M.mnt_flag, flags | MNT_LOCAL);
  yield* k.storeRelaxed(mp + M.mnt_data, pmnt);
  yield* k.storeRelaxed(mp + M.mnt_iflag, k.peek(mp + M.mnt_iflag) | IMNT_MPSAFE | IMNT_SHRLOOKUP);
  return 0;
}

function getargs(k: Context, mp: number, data: number, length: number): number {
  if (length < PROCFS_ARGS_WORDS) return EINVAL;
  const pmnt = vfstoproc(k, mp);
  if (pmnt === 0) return EIO;
  k.words[data + ARGS_VERSION] = PROCFS_ARGSVERSION;
  k.words[data + ARGS_FLAGS] = k.words[pmnt + PMNT.pmnt_flags];
  if (length > ARGS_PROFILE) k.words[data + ARGS_PROFILE] = k.words[pmnt + PMNT.pmnt_profile];
  return 0;
}

/** EBUSY while somebody has a vnode of it, unless by force. */
export function* procfs_unmount(k: Context, mp: number, flags: number): Steps<number> {
  const error = yield* vflush(k, mp, 0, (flags & MNT_FORCE) === 0 ? 0 : FORCECLOSE);
  if (error !== 0) return error;
  const pmnt = vfstoproc(k, mp);
  // Waits for a hook that runs, which may wait for the suspension that the caller has (PR 57775).
  if (procfs(k).mode === '1.112')
    yield* exec$.subscriptionOf(k.words[pmnt + PMNT.pmnt_exechook]).unsubscribe(k);
  yield* k.storeRelaxed(mp + M.mnt_data, 0);
  yield* kfree(k, M_PFSMOUNT, pmnt);
  return 0;
}

/** The root, referenced; or the negative errno. */
export function procfs_root(k: Context, mp: number): Steps<number> {
  return procfs_allocvp(k, mp, 0, PFS.root, -1);
}

/** Figures that keep df content: one block, which is used, and as many files as there may be processes. */
export function* procfs_statvfs(k: Context, mp: number, buffer: number): Steps<number> {
  const { g } = kern.procs(k);
  const { words } = k;
  const isReadme = mountProfile(k, mp) === PROFILE_README;
  const block = isReadme ? README_BLOCK_BYTES : k.kernel.limits.pageWords * WORD_BYTES;
  const most = yield* k.loadRelaxed(g + kern.G.g_maxproc);
  const free = most - (yield* k.load(g + kern.G.g_nprocs));
  words[buffer + SV.f_flag] = k.peek(mp + M.mnt_flag);
  const isSilent = procfs(k).asSeed['procfs-block-size'];
  for (const size of [SV.f_bsize, SV.f_frsize, SV.f_iosize]) words[buffer + size] = isSilent ? 0 : block;
  words[buffer + SV.f_blocks] = 1;
  for (const none of [SV.f_bfree, SV.f_bavail, SV.f_bresvd, SV.f_fresvd]) words[buffer + none] = 0;
  words[buffer + SV.f_files] = most;
  for (const left of [SV.f_ffree, SV.f_favail]) words[buffer + left] = free;
  words[buffer + SV.f_fsid] = words[mp + M.mnt_fsid];
  words[buffer + SV.f_namemax] = words[mp + M.mnt_namemax];
  checkStatvfs(k, buffer);
  return 0;
}

/** For start, sync, init, reinit and done: there is nothing to do. */
export function* procfs_nothing(): Steps<number> {
  return 0;
}

/** For quotactl, vptofh, snapshot, extattrctl and fsync. */
export function* procfs_eopnotsupp(): Steps<number> {
  return EOPNOTSUPP;
}

/** For vget and fhtovp, which give a vnode or the negative errno. */
export function* procfs_novnode(): Steps<number> {
  return -EOPNOTSUPP;
}
