/**
 * Owns a file system for tests of mounts: a vnode for each number, all of them directories, made when they
 * are asked for. Key and node are one word, the number. An operation is VOP_GETATTR, which looks whether
 * the file system is still there. VFS_MOUNT fails with the errno it is given as data.
 */
import { atomic, int32, struct, Symbols } from '@smplab/kmem';
import { type Context, functionNumber, type Kernel, type Steps } from '@smplab/lwkt';
import { EIO, kfree, kmalloc } from '@smplab/proc';
import { M_RAMFS } from '../../src/malloc-types.ts';
import { M, MNT_FORCE, MNT_GETARGS, MNT_UPDATE } from '../../src/mount/mount-layout.ts';
import { FORCECLOSE, vflush } from '../../src/mount/vflush.ts';
import { bootVfsops } from '../../src/mount/vfsops.ts';
import { vcache_get } from '../../src/vnode/vcache.ts';
import { V, VDIR, VV_ROOT } from '../../src/vnode/vnode-layout.ts';
import { VOP, Vnodeops } from '../../src/vnode/vnode-ops-layout.ts';
import type { Body } from '../fixtures/vfs-machine.ts';

const fn = functionNumber;

/** Its two rows, and how many nodes are in memory. */
const Testfs = struct('testfs', { ops: int32, vops: int32, nodes: atomic(int32) });

function testfs(k: Context): number {
  return new Symbols(k.kernel.memory).find('testfs').pointer;
}

/** How many nodes there are. */
export function testNodes(k: Context): number {
  return k.peek(testfs(k) + Testfs.offsets.nodes);
}

/** Counts who is in VFS_MOUNT: a name that is not needed here. */
const INSIDE = M.mnt_fromname + 14;

/** The root, and another directory. */
const ROOT = 2;
export const DIRECTORY = 3;

export function bootTestfs(kernel: Kernel): void {
  const { words } = kernel;
  const own = new Symbols(kernel.memory).reserve('testfs', Testfs);
  words[own + Testfs.offsets.ops] = bootVfsops(kernel, 'testfs', {
    vfs_mount: fn('tfs_mount'),
    vfs_unmount: fn('tfs_unmount'),
    vfs_root: fn('tfs_root'),
    vfs_loadvnode: fn('tfs_loadvnode'),
  });
  const row = kernel.memory.reserve(Vnodeops.size);
  words[row + VOP.vop_getattr] = fn('tfs_getattr');
  words[row + VOP.vop_inactive] = fn('tfs_inactive');
  words[row + VOP.vop_reclaim] = fn('tfs_reclaim');
  words[own + Testfs.offsets.vops] = row;
}

export function testOps(k: Context): number {
  return k.words[testfs(k) + Testfs.offsets.ops];
}

/** A vnode by its number, referenced; or -errno. */
export function* testVnode(k: Context, mp: number, number: number): Steps<number> {
  const key = yield* kmalloc(k, M_RAMFS, 1);
  k.words[key] = number;
  const vp = yield* vcache_get(k, mp, key, 1);
  yield* kfree(k, M_RAMFS, key);
  return vp;
}

export const TESTFS: Readonly<Record<string, Body>> = {
  *tfs_mount(k, mp, _path, data, length) {
    const flags = k.peek(mp + M.mnt_flag);
    k.assert((yield* k.fetchadd(mp + INSIDE, 1)) === 0, 'VFS_MOUNT runs twice at the same time');
    if ((flags & MNT_GETARGS) !== 0) k.words[data] = k.peek(mp + M.mnt_data);
    else if (length > 0 && k.words[data] >= 0) yield* k.storeRelaxed(mp + M.mnt_data, k.words[data]);
    yield* k.fetchadd(mp + INSIDE, -1);
    if (length > 0 && k.words[data] < 0) return -k.words[data];
    return (flags & (MNT_UPDATE | MNT_FORCE)) === MNT_UPDATE ? EIO : 0;
  },
  *tfs_unmount(k, mp, flags) {
    return yield* vflush(k, mp, 0, (flags & MNT_FORCE) === 0 ? 0 : FORCECLOSE);
  },
  *tfs_root(k, mp) {
    const vp = yield* testVnode(k, mp, ROOT);
    if (vp > 0) yield* k.storeRelaxed(vp + V.v_vflag, VV_ROOT);
    return vp;
  },
  *tfs_loadvnode(k, _mp, vp, key) {
    const own = testfs(k);
    const node = yield* kmalloc(k, M_RAMFS, 1);
    k.words[node] = k.words[key];
    yield* k.fetchadd(own + Testfs.offsets.nodes, 1);
    yield* k.storeRelaxed(vp + V.v_op, k.words[own + Testfs.offsets.vops]);
    yield* k.storeRelaxed(vp + V.v_data, node);
    yield* k.storeRelaxed(vp + V.v_type, VDIR);
    yield* k.storeRelaxed(vp + V.v_key, node);
    yield* k.storeRelaxed(vp + V.v_keywords, 1);
    return 0;
  },
  *tfs_getattr(k, vp) {
    const node = k.peek(vp + V.v_data);
    k.assert(node !== 0 && k.get(node) > 0, 'an operation finds its node');
    yield* k.fence();
    k.assert(k.get(node) > 0, 'the node stays while an operation runs');
    return 0;
  },
  *tfs_inactive() {
    return 0;
  },
  *tfs_reclaim(k, vp) {
    yield* kfree(k, M_RAMFS, k.peek(vp + V.v_data));
    yield* k.storeRelaxed(vp + V.v_data, 0);
    yield* k.fetchadd(testfs(k) + Testfs.offsets.nodes, -1);
    return 0;
  },
};
