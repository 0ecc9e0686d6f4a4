/**
 * Owns reading and writing nodes (procfs_rw of NetBSD's procfs_subr.c; procfs.md 1.6). Run by any thread in a
 * transaction of the mount, with the vnode locked by who moves a file's offset; p_reflock of the process is
 * shared from the check of rights to the end of the copy, so that what is given away is what was asked for.
 */
import { readBytes } from '@smplab/kmem';
import type { Context, Steps } from '@smplab/lwkt';
import {
  EINVAL,
  EOPNOTSUPP,
  ESRCH,
  FREAD,
  FWRITE,
  kern,
  kfree,
  kmalloc,
  M_TEMP,
  U,
  uiomove,
  uioResid,
} from '@smplab/proc';
import { EFBIG, putText } from '@smplab/vfs';
import type { Transfer } from '../io/transfer.ts';
import { TRANSFERS } from '../io/transfers.ts';
import { checkFlow } from '../oracle/information-flow.ts';
import { checkGeneration } from '../oracle/generation.ts';
import { checkSlice, readFrom } from '../oracle/offsets.ts';
import { PFS } from '../node/node-types.ts';
import { procfs } from '../procfs-kernel.ts';
import { PROFILE_FREEBSD } from '../procfs-layout.ts';
import type { Renderer } from '../text/reading.ts';
import { textOf } from '../text/texts.ts';
import { authorize } from './authorize.ts';
import { nodeOf, type PfsNode } from './node.ts';
import { hasThreads, procfs_proc_lock, procfs_proc_unlock, showsZombies } from './proc-lock.ts';

/** VOP_READ. */
export function procfs_read(
  k: Context,
  vp: number,
  uio: number,
  _ioflag: number,
  cred: number,
): Steps<number> {
  return procfs_rw(k, vp, uio, cred, false);
}

/** VOP_WRITE. */
export function procfs_write(
  k: Context,
  vp: number,
  uio: number,
  _ioflag: number,
  cred: number,
): Steps<number> {
  return procfs_rw(k, vp, uio, cred, true);
}

function* procfs_rw(k: Context, vp: number, uio: number, cred: number, isWrite: boolean): Steps<number> {
  if (k.words[uio + U.uio_offset] < 0) return EINVAL;
  const node = nodeOf(k, vp);
  const { mp, pfs, fd } = node;
  if (!node.isOfProcess) return yield* move(k, node, { mp, pfs, vp, fd, p: 0, cred, uio, isWrite });
  const p = yield* procfs_proc_lock(k, mp, node.pid, ESRCH);
  if (p < 0) return -p;
  const at: Transfer = { mp, pfs, vp, fd, p, cred, uio, isWrite };
  let error = yield* authorizeTransfer(k, node, at);
  if (error === 0 && !(yield* hasThreads(k, p)) && !showsZombies(k, mp)) error = ESRCH;
  if (error === 0) error = yield* move(k, node, at);
  // `wait` of ctl has given it back before it slept.
  if (at.isReleased !== true) yield* procfs_proc_unlock(k, p);
  return error;
}

/** Whether who opened the node may still do so: 0 or EPERM. */
function* authorizeTransfer(k: Context, node: PfsNode, { p, cred, isWrite }: Transfer): Steps<number> {
  const { asSeed } = procfs(k);
  if (asSeed['procfs-no-io-check']) return 0;
  const mode = isWrite ? FWRITE : FREAD;
  if (!asSeed['procfs-writer-rights']) return yield* authorize(k, node, p, mode, cred);
  const own = yield* kern.curcred_hold(k);
  const error = yield* authorize(k, node, p, mode, own);
  yield* kern.crfree(k, own);
  return error;
}

/** What the node does with bytes; who may has been asked. */
function* move(k: Context, node: PfsNode, at: Transfer): Steps<number> {
  const transfer = TRANSFERS[node.type];
  const render = textOf(node.profile, node.type);
  const isFile = node.row.direction !== '';
  if (!isFile || (transfer === undefined && render === undefined)) return EOPNOTSUPP;
  checkGeneration(k, at.pfs, at.p);
  checkFlow(k, node.row, at.p, at.cred);
  if (transfer !== undefined) return yield* transfer(k, at);
  return at.isWrite || render === undefined ? EOPNOTSUPP : yield* readText(k, node, render, at);
}

/** The whole text is put together at each read, and what was asked for is taken of it (uiomove_frombuf). */
function* readText(k: Context, node: PfsNode, render: Renderer, at: Transfer): Steps<number> {
  const text = yield* render(k, at);
  if (typeof text === 'number') return text;
  const { words } = k;
  const from = readFrom(k, at.uio);
  // procfs_domap moves its entries one by one, and begins with the first of them or not at all.
  if (node.profile === PROFILE_FREEBSD && node.type === PFS.map) {
    if (from.offset !== 0) return 0;
    if (text.length > from.resid) return EFBIG;
  }
  const isUnchecked = procfs(k).asSeed['procfs-offset'];
  if (isUnchecked || from.offset < text.length) {
    const buffer = yield* kmalloc(k, M_TEMP, (text.length + 3) >> 2);
    putText(words, buffer, (text.length + 3) & ~3, text);
    const room = uioResid(k, at.uio);
    const count = isUnchecked ? room : Math.min(room, text.length - from.offset);
    words[at.uio + U.uio_offset] += uiomove(
      k,
      at.uio,
      readBytes(k.kernel.memory, buffer, count, from.offset),
    );
    yield* kfree(k, M_TEMP, buffer);
  }
  checkSlice(k, at.uio, text, from);
  return 0;
}
