/**
 * Owns loading and unloading the module (procfs_modcmd, seed 000 lines 632-672). Run by who loads or unloads,
 * one at a time (pg_modlock). What others can reach is made reachable last, and taken out of reach first.
 */
import { type Context, functionNumber, LK_EXCLUSIVE, LK_RELEASE, lockmgr, type Steps } from '@smplab/lwkt';
import { ENOTTY } from '@smplab/proc';
import { vfs_attach, vfs_detach } from '@smplab/vfs';
import { procfs } from '../procfs-kernel.ts';
import { PG } from '../procfs-layout.ts';
import { procfs_hashdone, procfs_hashinit } from './node-hash.ts';

export const MODULE_CMD_INIT = 0;
export const MODULE_CMD_FINI = 1;

/** Function that the module is commanded by. */
export const FN_MODCMD = functionNumber('procfs_modcmd');

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
  const { g } = procfs(k);
  const error = yield* vfs_attach(k, k.words[g + PG.pg_vfsops]);
  if (error !== 0) return error;
  yield* procfs_hashinit(k);
  return 0;
}

function* fini(k: Context): Steps<number> {
  const { g } = procfs(k);
  const error = yield* vfs_detach(k, k.words[g + PG.pg_vfsops]);
  if (error !== 0) return error;
  yield* procfs_hashdone(k);
  return 0;
}
