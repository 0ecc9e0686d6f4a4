/**
 * Owns the table of nodes by pid, through which exec and exit find the nodes of a process (seed 000 lines
 * 121-140). Run by any thread; pg_hashlock (a spinlock) guards the lists and is a leaf. The table is there
 * from before the first mount until after the last.
 */
import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { kfree, kmalloc, listInsertHead, listRemove } from '@smplab/proc';
import { M_PFSHASH } from '../malloc-types.ts';
import { checkFileno } from '../oracle/filenos.ts';
import { procfs } from '../procfs-kernel.ts';
import { PFS_NODE, PG, PROCFS_HASHSIZE } from '../procfs-layout.ts';

/** hashinit, with an empty table. */
export function* procfs_hashinit(k: Context): Steps {
  const { g } = procfs(k);
  const table = yield* kmalloc(k, M_PFSHASH, PROCFS_HASHSIZE);
  yield* k.storeRelaxed(g + PG.pg_hashmask, PROCFS_HASHSIZE - 1);
  yield* k.storeRelaxed(g + PG.pg_hashtab, table);
}

/** hashdone: there is no node any more, and nobody who looks for one. */
export function* procfs_hashdone(k: Context): Steps {
  const { g } = procfs(k);
  const table = k.peek(g + PG.pg_hashtab);
  if (table === 0) return;
  yield* k.storeRelaxed(g + PG.pg_hashtab, 0);
  yield* kfree(k, M_PFSHASH, table);
}

/** Head of the list that has the nodes of a process, among others; the caller holds pg_hashlock. */
export function* procfs_hashhead(k: Context, pid: number): Steps<number> {
  const { g } = procfs(k);
  const table = yield* k.loadRelaxed(g + PG.pg_hashtab);
  // Where the seeds dereference a null pointer (2.4 a, and 1.112 always).
  if (table === 0) k.panic(`procfs_hashhead: page fault: there is no table for nodes of process ${pid}`);
  return table + (pid & k.peek(g + PG.pg_hashmask));
}

/** Makes a node known to exec and exit of its process. */
export function* procfs_hashinsert(k: Context, pfs: number): Steps {
  const lock = procfs(k).g + PG.pg_hashlock;
  yield* spin_lock(k, lock);
  const head = yield* procfs_hashhead(k, k.words[pfs + PFS_NODE.pfs_pid]);
  listInsertHead(k, head, pfs, PFS_NODE.pfs_hash);
  checkFileno(k, pfs);
  yield* spin_unlock(k, lock);
}

/** Exec and exit do not find it any more. */
export function* procfs_hashrem(k: Context, pfs: number): Steps {
  const lock = procfs(k).g + PG.pg_hashlock;
  yield* spin_lock(k, lock);
  listRemove(k, pfs, PFS_NODE.pfs_hash);
  yield* spin_unlock(k, lock);
}
