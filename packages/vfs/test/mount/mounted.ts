/**
 * Owns machines with a mounted test file system, for tests of mounting and unmounting.
 */
import type { Context, ExploredMachine, Steps } from '@smplab/lwkt';
import { listFirst } from '@smplab/proc';
import { bootMounts } from '../../src/mount/mount-boot.ts';
import { VFS } from '../../src/mount/mount-layout.ts';
import { mountlist_next } from '../../src/mount/mount-list.ts';
import { vfs_ref } from '../../src/mount/mount-refs.ts';
import { mount_domount } from '../../src/mount/mount.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';
import { DEADFS_FUNCTIONS } from '../../src/vnode/deadfs.ts';
import { bootVnodes } from '../../src/vnode/vnode-boot.ts';
import { type Body, vfsMachine } from '../fixtures/vfs-machine.ts';
import { bootTestfs, TESTFS, testNodes, testOps } from './testfs.ts';

export interface MountedOptions {
  readonly asSeed?: readonly string[];
}

export function mountedMachine(
  name: string,
  functions: Readonly<Record<string, Body>>,
  main: Body,
  options: MountedOptions = {},
): ExploredMachine {
  const parts = [bootMounts, bootVnodes, bootTestfs];
  return vfsMachine(
    name,
    { parts, functions: { ...DEADFS_FUNCTIONS, ...TESTFS, ...functions }, ...options },
    main,
  );
}

/** Mounts on a vnode (0: as a root) and gives the mount, with a reference of the caller's. */
export function* mountTestfs(k: Context, covered = 0, flags = 0): Steps<number> {
  const error = yield* mount_domount(k, covered, testOps(k), flags, 0, 0, 0);
  k.assert(error === 0, `mounted: ${error}`);
  let last = 0;
  for (let mp = yield* mountlist_next(k, 0); mp !== 0; mp = yield* mountlist_next(k, mp)) last = mp;
  yield* vfs_ref(k, last);
  return last;
}

/** Nothing is left of any mount. */
export function checkNothingMounted(k: Context): void {
  const { g } = vfs(k);
  k.assert(listFirst(k, g + VG.vg_mountlist) === 0, 'a mount is left');
  k.assert(k.peek(testOps(k) + VFS.vfs_refcount) === 0, 'the memory of a mount is left');
  k.assert(testNodes(k) === 0, 'a node is left');
}
