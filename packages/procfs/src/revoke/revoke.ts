/**
 * Owns taking the vnodes of a process away from who has them (procfs_exechook_cb, seed 000 lines 542-582; the
 * loop of procfs.md 2.2). Run by the thread that execs or exits, which has p_reflock of the process alone, so
 * that nobody makes new ones; it holds no other lock, as it sleeps. Each round begins at the head of the list
 * again, because the list changes while pg_hashlock is not held, and ends with one node less.
 *
 *     list -> key, mount held -> vcache -> vrecycle --true--------------------------------> again
 *                                  |          +-- false: suspend -> vgone -> resume ------> again
 *                                  +-- nobody has loaded it any more ---------------------> again
 */
import { type Context, ERESTART, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { EINTR, EOPNOTSUPP, kfree, kmalloc, listFirst, listNext } from '@smplab/proc';
import {
  SUSPEND_NOINTR,
  V,
  vcache_find,
  vcache_get,
  vfs_ref,
  vfs_rele,
  vfs_resume,
  vfs_suspend,
  vgone,
  vrecycle,
} from '@smplab/vfs';
import { M_PFSNODE } from '../malloc-types.ts';
import { procfs_hashhead } from '../module/node-hash.ts';
import { procfs } from '../procfs-kernel.ts';
import { PFS_NODE, PFSKEY_WORDS, PG } from '../procfs-layout.ts';
import { showsZombies } from '../vnops/proc-lock.ts';

/** Suspensions that a signal may end one after the other until the checker takes it for a livelock. */
const PATIENCE = 200;

/** Revokes all nodes of a process, on all mounts that are fit. */
export function* procfs_revoke(k: Context, pid: number, isFit: (mp: number) => boolean = all): Steps {
  const { asSeed } = procfs(k);
  const key = yield* kmalloc(k, M_PFSNODE, PFSKEY_WORDS);
  for (;;) {
    const mp = yield* nextNode(k, pid, key, isFit);
    if (mp === 0) break;
    yield* asSeed['procfs-revoke-locked'] ? revokeLocked(k, mp, key) : revokeOne(k, mp, key);
  }
  yield* kfree(k, M_PFSNODE, key);
}

function all(): boolean {
  return true;
}

/** Revokes the nodes of a zombie: those of trees that show zombies, as its exit was told of all others. */
export function procfs_revoke_zombie(k: Context, pid: number): Steps {
  return procfs_revoke(k, pid, (mp) => showsZombies(k, mp));
}

/** Copies the key of the first node of a process; gives its mount, referenced, or 0 if there is none. */
function* nextNode(k: Context, pid: number, key: number, isFit: (mp: number) => boolean): Steps<number> {
  const lock = procfs(k).g + PG.pg_hashlock;
  const { words } = k;
  yield* spin_lock(k, lock);
  let pfs = listFirst(k, yield* procfs_hashhead(k, pid));
  const isWanted = (): boolean =>
    words[pfs + PFS_NODE.pfs_pid] === pid && isFit(words[pfs + PFS_NODE.pfs_mount]);
  while (pfs !== 0 && !isWanted()) pfs = listNext(k, pfs, PFS_NODE.pfs_hash);
  const mp = pfs === 0 ? 0 : words[pfs + PFS_NODE.pfs_mount];
  if (pfs !== 0) {
    k.copy(key, pfs + PFS_NODE.pfs_type, PFSKEY_WORDS);
    // The node has a vnode, and that a reference; without the lock the node may go, and the mount with it.
    yield* vfs_ref(k, mp);
  }
  yield* spin_unlock(k, lock);
  return mp;
}

/** The callout of FreeBSD's pseudofs before cb0f9ed0: the list is locked all the while. */
function* revokeLocked(k: Context, mp: number, key: number): Steps {
  const lock = procfs(k).g + PG.pg_hashlock;
  yield* spin_lock(k, lock);
  yield* revokeOne(k, mp, key);
  yield* spin_unlock(k, lock);
}

/** Deals with the vnode of a key, if there still is one; gives the mount back. */
function* revokeOne(k: Context, mp: number, key: number): Steps {
  const { g, asSeed } = procfs(k);
  // Loading it for nothing but this looks at the process, which execs or exits (2.4 c).
  const find = asSeed['procfs-reload'] ? vcache_get : vcache_find;
  const vp = yield* find(k, mp, key, PFSKEY_WORDS);
  const isEarly = asSeed['procfs-ref-early'];
  if (isEarly) yield* vfs_rele(k, mp);
  if (vp <= 0) yield* k.fetchadd(g + PG.pg_missed, 1);
  else if (yield* vrecycle(k, vp)) yield* k.fetchadd(g + PG.pg_recycled, 1);
  // The seed: the mount it was found on, whatever has become of that.
  else yield* takeAway(k, isEarly ? mp : yield* k.loadRelaxed(vp + V.v_mount), vp);
  if (!isEarly) yield* vfs_rele(k, mp);
}

/** Somebody has it: takes it away while nobody is inside the mount. Consumes the reference. */
function* takeAway(k: Context, mp: number, vp: number): Steps {
  const { g } = procfs(k);
  const error = yield* suspend(k, mp);
  // Otherwise it is unmounted, its vnodes are dead, and vgone needs no suspension.
  if (error === 0) yield* k.fetchadd(g + PG.pg_suspended, 1);
  else yield* k.fetchadd(g + (error === EOPNOTSUPP ? PG.pg_dead : PG.pg_unmounted), 1);
  yield* vgone(k, vp);
  yield* k.fetchadd(g + PG.pg_revoked, 1);
  if (error === 0) yield* vfs_resume(k, mp);
}

/** A signal must not keep vnodes from being revoked. */
export function* suspend(k: Context, mp: number): Steps<number> {
  for (let tries = 1; ; tries++) {
    const error = yield* vfs_suspend(k, mp, SUSPEND_NOINTR);
    if (error !== EINTR && error !== ERESTART) return error;
    yield* k.fetchadd(procfs(k).g + PG.pg_interrupted, 1);
    // A pending signal ends each of them at once, and nobody else gets this CPU (oracle ii of procfs.md 4).
    if (tries === PATIENCE) k.misuse('assertion', `procfs: ${tries} suspensions in a row ended by a signal`);
  }
}
