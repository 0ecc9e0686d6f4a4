/**
 * Owns mounting /proc when the machine comes up: the module is loaded, the directory made, the file system
 * mounted, by the first thread that enters a program; others that come meanwhile wait on pg_bootlock.
 */
import { writeCstring } from '@smplab/kmem';
import { type Context, LK_EXCLUSIVE, LK_RELEASE, lockmgr, type Steps } from '@smplab/lwkt';
import { EEXIST, kern, kfree, kmalloc } from '@smplab/proc';
import {
  do_sys_lookup,
  do_sys_mkdir,
  type Looker,
  mount_domount,
  MOUNT_PATH_BYTES,
  NOCRED,
  rootDirectory,
  vrele,
} from '@smplab/vfs';
import { procfs } from '../procfs-kernel.ts';
import { PG } from '../procfs-layout.ts';
import { module_load } from './modules.ts';

/** Sees to it that /proc is mounted; the root is. */
export function* mountproc(k: Context): Steps {
  const { g } = procfs(k);
  if ((yield* k.load(g + PG.pg_isproc)) !== 0) return;
  yield* lockmgr(k, g + PG.pg_bootlock, LK_EXCLUSIVE);
  if ((yield* k.load(g + PG.pg_isproc)) === 0) yield* mountFirst(k);
  yield* lockmgr(k, g + PG.pg_bootlock, LK_RELEASE);
}

function* mountFirst(k: Context): Steps {
  const { g } = procfs(k);
  let error = yield* module_load(k, 'procfs');
  if (error !== 0) k.panic(`mountproc: the module cannot be loaded, error ${error}`);
  const root = rootDirectory(k);
  const who: Looker = { cred: NOCRED, root, cwd: root };
  error = yield* do_sys_mkdir(k, who, '/proc', 0o555);
  const covered = error === 0 || error === EEXIST ? yield* do_sys_lookup(k, who, '/proc', 0) : -error;
  if (covered < 0) k.panic(`mountproc: /proc cannot be made, error ${-covered}`);
  const path = yield* kmalloc(k, kern.M_TEMP, MOUNT_PATH_BYTES / 4);
  writeCstring(k.kernel.memory, path, MOUNT_PATH_BYTES, '/proc');
  error = yield* mount_domount(k, covered, k.words[g + PG.pg_vfsops], 0, path, path, 0);
  if (error !== 0) k.panic(`mountproc: /proc cannot be mounted, error ${error}`);
  yield* kfree(k, kern.M_TEMP, path);
  yield* vrele(k, covered);
  yield* k.store(g + PG.pg_isproc, 1);
}
