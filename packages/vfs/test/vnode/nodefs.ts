/**
 * Owns a file system for tests of vnodes, and the machines that have it: a node for each number, made when
 * its vnode is loaded. The number is the key. From 50 on a vnode is of no further use once it is let go; from
 * 100 on it cannot be loaded. An operation (VOP_GETATTR) looks whether the node is still there.
 */
import { type Context, functionNumber, type Kernel, lwkt_create, lwkt_join, type Steps } from '@smplab/lwkt';
import { EIO, kfree, kmalloc } from '@smplab/proc';
import { M_RAMFS } from '../../src/malloc-types.ts';
import { bootMounts } from '../../src/mount/mount-boot.ts';
import { M } from '../../src/mount/mount-layout.ts';
import { vfs_rele } from '../../src/mount/mount-refs.ts';
import { bootVfsops } from '../../src/mount/vfsops.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';
import { checkVnodes } from '../../src/vnode/check-vnodes.ts';
import { DEADFS_FUNCTIONS } from '../../src/vnode/deadfs.ts';
import { vcache_get } from '../../src/vnode/vcache.ts';
import { vcache_gc } from '../../src/vnode/vdrain.ts';
import { bootVnodes } from '../../src/vnode/vnode-boot.ts';
import { V, VREG } from '../../src/vnode/vnode-layout.ts';
import { VOP, Vnodeops } from '../../src/vnode/vnode-ops-layout.ts';
import { VOP_GETATTR } from '../../src/vnode/vnode-ops.ts';
import { vrele } from '../../src/vnode/vref.ts';
import { type Body, vfsMachine, type VfsMachineOptions } from '../fixtures/vfs-machine.ts';
import { someMount } from '../mount/some-mount.ts';

const fn = functionNumber;

/** Words nobody else uses in these machines: the two rows, and nodes that are in memory. */
const OPS = VG.vg_kauth_scopes;
const VOPS = VG.vg_securelevel;
const NODES = VG.vg_curtain;

export const USELESS = 50;
export const UNLOADABLE = 100;

/** Word of a node, under the lock of its vnode: it is of no further use whatever its number is. */
export const UNNAMED = 1;

/** Every schedule with one preemption; for those with more, some of them. */
export const ALL = { strategy: 'dfs', preemptions: 1, schedules: 60_000 } as const;
export const MANY = { schedules: 300 };
export const ONCE = { schedules: 1 };

function bootNodefs(kernel: Kernel, g: number): void {
  const { words } = kernel;
  words[g + OPS] = bootVfsops(kernel, 'nodefs', { vfs_loadvnode: fn('nfs_loadvnode') });
  const row = kernel.memory.reserve(Vnodeops.size);
  words[row + VOP.vop_getattr] = fn('nfs_getattr');
  words[row + VOP.vop_inactive] = fn('nfs_inactive');
  words[row + VOP.vop_reclaim] = fn('nfs_reclaim');
  words[g + VOPS] = row;
}

const NODEFS: Readonly<Record<string, Body>> = {
  *nfs_loadvnode(k, _mp, vp, key) {
    const { g } = vfs(k);
    if (k.words[key] >= UNLOADABLE) return EIO;
    const node = yield* kmalloc(k, M_RAMFS, 2);
    k.words[node] = k.words[key];
    yield* k.fetchadd(g + NODES, 1);
    yield* k.storeRelaxed(vp + V.v_op, k.words[g + VOPS]);
    yield* k.storeRelaxed(vp + V.v_data, node);
    yield* k.storeRelaxed(vp + V.v_type, VREG);
    yield* k.storeRelaxed(vp + V.v_key, node);
    yield* k.storeRelaxed(vp + V.v_keywords, 1);
    return 0;
  },
  *nfs_getattr(k, vp) {
    const node = k.peek(vp + V.v_data);
    k.assert(node !== 0 && k.get(node) > 0, 'an operation finds its node');
    yield* k.fence();
    k.assert(k.get(node) > 0, 'the node stays while an operation runs');
    return 0;
  },
  *nfs_inactive(k, vp) {
    yield* k.fence();
    const node = k.peek(vp + V.v_data);
    return k.get(node) >= USELESS || k.get(node + UNNAMED) !== 0 ? 1 : 0;
  },
  *nfs_reclaim(k, vp) {
    yield* kfree(k, M_RAMFS, k.peek(vp + V.v_data));
    yield* k.storeRelaxed(vp + V.v_data, 0);
    yield* k.fetchadd(vfs(k).g + NODES, -1);
    return 0;
  },
};

/** A mounted file system. */
export function mounted(k: Context): Steps<number> {
  return someMount(k, k.words[vfs(k).g + OPS]);
}

/** How many nodes are in memory. */
export function nodes(k: Context): number {
  return k.peek(vfs(k).g + NODES);
}

/** The vnode of a number, referenced; or -errno. */
export function* node(k: Context, mp: number, number: number): Steps<number> {
  const key = yield* kmalloc(k, M_RAMFS, 1);
  k.words[key] = number;
  const vp = yield* vcache_get(k, mp, key, 1);
  yield* kfree(k, M_RAMFS, key);
  return vp;
}

/** A user of a number: gets it, finds it working, lets it go. */
function* uses(k: Context, mp: number, number: number): Steps {
  const vp = yield* node(k, mp, number);
  if (vp < 0) {
    k.assert(number >= UNLOADABLE, `node ${number}: error ${-vp}`);
    return;
  }
  const error = yield* VOP_GETATTR(k, vp, 0, 0);
  k.assert(error === 0, `VOP_GETATTR: error ${error}`);
  yield* vrele(k, vp);
}

/**
 * Runs threads of registered functions side by side: the first on cpu1, the last on cpu0, where `k` waits.
 */
export function* together(k: Context, ...threads: readonly (readonly [string, ...number[]])[]): Steps {
  const started: number[] = [];
  for (const [name, ...args] of threads) {
    const cpu = (1 + started.length) % k.kernel.ncpus;
    started.push(yield* lwkt_create(k, fn(name), { cpu, args }));
  }
  for (const td of started) yield* lwkt_join(k, td);
}

/** Nobody runs: what must hold then, holds. */
export function atRest(k: Context): void {
  const problems = checkVnodes(k.kernel);
  k.assert(problems.length === 0, problems.join('\n'));
}

/** Recycles what is left and gives the mount back: nothing may be left over. */
export function* unmounted(k: Context, mp: number): Steps {
  const { g } = vfs(k);
  atRest(k);
  yield* k.storeRelaxed(g + VG.vg_desiredvnodes, 0);
  yield* vcache_gc(k);
  atRest(k);
  k.assert(k.peek(g + VG.vg_numvnodes) === 0, `${k.peek(g + VG.vg_numvnodes)} vnodes are left`);
  k.assert(nodes(k) === 0, `${nodes(k)} nodes are left`);
  k.assert(k.peek(mp + M.mnt_refcnt) === 1, `mnt_refcnt is ${k.peek(mp + M.mnt_refcnt)}`);
  yield* vfs_rele(k, mp);
}

/** A machine with the file system. */
export function nodeMachine(
  name: string,
  main: Body,
  functions: Readonly<Record<string, Body>> = {},
  options: Partial<VfsMachineOptions> = {},
) {
  const parts = [bootMounts, bootVnodes, bootNodefs];
  const all = { ...DEADFS_FUNCTIONS, ...NODEFS, uses, ...functions };
  return vfsMachine(name, { checkLeaks: true, ...options, parts, functions: all }, main);
}
