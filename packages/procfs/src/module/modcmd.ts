/**
 * Owns loading and unloading the module (procfs_modcmd, seed 000 lines 632-672, seed 001 lines 564-591). Run
 * by who loads or unloads, one at a time (pg_modlock). What others can reach is made reachable last; taken
 * out of reach first is the file system, which is refused while there is a mount and so a node.
 */
import {
  type Context,
  functionNumber,
  LK_EXCLUSIVE,
  LK_RELEASE,
  lockmgr,
  spin_init,
  type Steps,
} from '@smplab/lwkt';
import { ENOTTY, exec$, exit$, reap$ } from '@smplab/proc';
import {
  KAUTH_SCOPE_PROCESS,
  kauth_listen_scope,
  kauth_unlisten_scope,
  vfs_attach,
  vfs_detach,
} from '@smplab/vfs';
import { procfs } from '../procfs-kernel.ts';
import { PG } from '../procfs-layout.ts';
import { SUBSCRIBER } from '../revoke/subscribers.ts';
import { procfs_hashdone, procfs_hashinit } from './node-hash.ts';

export const MODULE_CMD_INIT = 0;
export const MODULE_CMD_FINI = 1;

const FN_LISTENER = functionNumber('procfs_listener_cb');

/** 0 or an errno: EEXIST if it is loaded, EBUSY while it is mounted, ENOTTY for what is no command. */
export function* procfs_modcmd(k: Context, cmd: number): Steps<number> {
  const lock = procfs(k).g + PG.pg_modlock;
  yield* lockmgr(k, lock, LK_EXCLUSIVE);
  let error: number = ENOTTY;
  if (cmd === MODULE_CMD_INIT) error = yield* init(k);
  else if (cmd === MODULE_CMD_FINI) error = yield* fini(k);
  yield* lockmgr(k, lock, LK_RELEASE);
  return error;
}

function* init(k: Context): Steps<number> {
  const { g, asSeed } = procfs(k);
  const error = yield* asSeed['procfs-init-order'] ? initAsSeed(k) : initInOrder(k);
  if (error === 0) k.set(g + PG.pg_isloaded, 1);
  return error;
}

/** Seed 000 lines 639-653: who mounts, execs or exits in between finds neither table nor lock (2.4 a). */
function* initAsSeed(k: Context): Steps<number> {
  const { g, asSeed } = procfs(k);
  const error = yield* vfs_attach(k, k.words[g + PG.pg_vfsops]);
  if (error !== 0) return error;
  yield* listen(k);
  spin_init(k, g + PG.pg_hashlock, 'procfs_hash');
  if (!asSeed['procfs-no-hashinit']) yield* procfs_hashinit(k);
  return 0;
}

function* initInOrder(k: Context): Steps<number> {
  const { g, asSeed } = procfs(k);
  // Otherwise the table is in use, and so is the name.
  const isFirst = k.get(g + PG.pg_isloaded) === 0;
  if (isFirst) {
    if (!asSeed['procfs-no-hashinit']) yield* procfs_hashinit(k);
    yield* listen(k);
  }
  const error = yield* vfs_attach(k, k.words[g + PG.pg_vfsops]);
  if (error !== 0 && isFirst) {
    yield* unlisten(k);
    yield* procfs_hashdone(k);
  }
  return error;
}

function* fini(k: Context): Steps<number> {
  const { g } = procfs(k);
  const error = yield* vfs_detach(k, k.words[g + PG.pg_vfsops]);
  if (error !== 0) return error;
  k.set(g + PG.pg_isloaded, 0);
  yield* unlisten(k);
  // Whoever ran a hook has left it.
  yield* procfs_hashdone(k);
  return 0;
}

/** kauth asks from now on; exec and exit tell, unless each mount has itself told (1.112). */
function* listen(k: Context): Steps {
  const { g, mode, asSeed } = procfs(k);
  const listener = yield* kauth_listen_scope(k, KAUTH_SCOPE_PROCESS, FN_LISTENER, 0);
  k.assert(listener > 0, `procfs_modcmd: kauth_listen_scope gives ${listener}`);
  k.set(g + PG.pg_listener, listener);
  if (mode === '1.112') return;
  if (!asSeed['procfs-no-exec-hook']) {
    const exec = yield* exec$.subscribe(k, SUBSCRIBER);
    k.set(g + PG.pg_exechook, exec.hook);
  }
  const exit = yield* exit$.subscribe(k, SUBSCRIBER);
  k.set(g + PG.pg_exithook, exit.hook);
  if (asSeed['procfs-zombie-nodes']) return;
  const reap = yield* reap$.subscribe(k, SUBSCRIBER);
  k.set(g + PG.pg_reaphook, reap.hook);
}

function* unlisten(k: Context): Steps {
  const { g, mode, asSeed } = procfs(k);
  yield* kauth_unlisten_scope(k, k.get(g + PG.pg_listener));
  k.set(g + PG.pg_listener, 0);
  if (mode === '1.112') return;
  if (!asSeed['procfs-no-exec-hook']) yield* exec$.subscriptionOf(k.get(g + PG.pg_exechook)).unsubscribe(k);
  k.set(g + PG.pg_exechook, 0);
  yield* exit$.subscriptionOf(k.get(g + PG.pg_exithook)).unsubscribe(k);
  k.set(g + PG.pg_exithook, 0);
  if (asSeed['procfs-zombie-nodes']) return;
  yield* reap$.subscriptionOf(k.get(g + PG.pg_reaphook)).unsubscribe(k);
  k.set(g + PG.pg_reaphook, 0);
}
