/**
 * Owns getting the vnode of a node (procfs_allocvp of NetBSD's procfs_subr.c). Run by any thread that may
 * sleep; for a node of a descriptor it holds p_reflock of the process shared.
 */
import type { Context, Steps } from '@smplab/lwkt';
import { kfree, kmalloc } from '@smplab/proc';
import { vcache_get } from '@smplab/vfs';
import { M_PFSNODE } from '../malloc-types.ts';
import { PFSKEY_WORDS } from '../procfs-layout.ts';

/** The vnode of a key on a mount, referenced; or -errno. `fd` is -1 where there is none. */
export function* procfs_allocvp(
  k: Context,
  mp: number,
  pid: number,
  type: number,
  fd: number,
): Steps<number> {
  const key = yield* kmalloc(k, M_PFSNODE, PFSKEY_WORDS);
  // In the order of the fields of a node.
  k.words[key] = type;
  k.words[key + 1] = pid;
  k.words[key + 2] = fd;
  const vp = yield* vcache_get(k, mp, key, PFSKEY_WORDS);
  yield* kfree(k, M_PFSNODE, key);
  return vp;
}
