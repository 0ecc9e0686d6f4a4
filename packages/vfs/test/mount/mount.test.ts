import { type Context, functionNumber, lwkt_create, lwkt_join, type Steps } from '@smplab/lwkt';
import { EBUSY, EINVAL, EIO, ENOENT, ENOTDIR, EPERM, kmalloc } from '@smplab/proc';
import { M_RAMFS } from '../../src/malloc-types.ts';
import { M, MNT_FORCE, MNT_RDONLY, MNT_ROOTFS, MNT_UPDATE } from '../../src/mount/mount-layout.ts';
import { vfs_busy_mountedhere } from '../../src/mount/mount-list.ts';
import { vfs_rele, vfs_unbusy } from '../../src/mount/mount-refs.ts';
import { mount_domount, mount_getargs, mount_update } from '../../src/mount/mount.ts';
import { dounmount } from '../../src/mount/unmount.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';
import { V, VREG } from '../../src/vnode/vnode-layout.ts';
import { vrele } from '../../src/vnode/vref.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { checkNothingMounted, mountedMachine, mountTestfs } from './mounted.ts';
import { DIRECTORY, testOps, testVnode } from './testfs.ts';

const fn = functionNumber;
const ONCE = { schedules: 1 };

/** Words for VFS_MOUNT and its kind. */
function* words(k: Context, value: number): Steps<number> {
  const block = yield* kmalloc(k, M_RAMFS, 1);
  k.words[block] = value;
  return block;
}

describe('mount_domount', () => {
  it('mounts on a directory, with flags, a name and an id of its own', () => {
    const program = mountedMachine('mount', {}, function* (k) {
      const outer = yield* mountTestfs(k, 0, MNT_ROOTFS);
      k.assert(k.peek(vfs(k).g + VG.vg_rootmount) === outer, 'the root file system');
      const covered = yield* testVnode(k, outer, DIRECTORY);
      const path = yield* kmalloc(k, M_RAMFS, 16);
      k.words[path] = 0x636f7270;
      const data = yield* words(k, 7);
      k.assert((yield* mount_domount(k, covered, testOps(k), MNT_RDONLY, path, data, 1)) === 0, 'mounted');
      const inner = yield* vfs_busy_mountedhere(k, covered);
      k.assert(inner > 0 && inner !== outer, 'it is found on the directory');
      k.assert(k.peek(inner + M.mnt_flag) === MNT_RDONLY, 'flags');
      k.assert(k.get(inner + M.mnt_onname) === 0x636f7270, 'name');
      k.assert(k.words[inner + M.mnt_fsid] !== k.words[outer + M.mnt_fsid], 'id');
      k.assert(k.peek(inner + M.mnt_data) === 7, 'data');
      yield* vfs_unbusy(k, inner);
    });
    runs(program, ONCE);
  });

  it('refuses what is no directory, what is covered already, and commands', () => {
    const program = mountedMachine('refused', {}, function* (k) {
      const outer = yield* mountTestfs(k);
      const covered = yield* testVnode(k, outer, DIRECTORY);
      const inner = yield* mountTestfs(k, covered);
      const ops = testOps(k);
      k.assert((yield* mount_domount(k, covered, ops, 0, 0, 0, 0)) === EBUSY, 'EBUSY');
      k.assert((yield* mount_domount(k, 0, ops, MNT_UPDATE, 0, 0, 0)) === EINVAL, 'EINVAL');
      const file = yield* testVnode(k, outer, 9);
      yield* k.storeRelaxed(file + V.v_type, VREG);
      k.assert((yield* mount_domount(k, file, ops, 0, 0, 0, 0)) === ENOTDIR, 'ENOTDIR');
      yield* vrele(k, file);
      yield* vrele(k, covered);
      for (const mp of [inner, outer]) {
        k.assert((yield* dounmount(k, mp, 0)) === 0, 'unmounted');
        yield* vfs_rele(k, mp);
      }
      checkNothingMounted(k);
    });
    runs(program, ONCE);
  });

  it('leaves nothing where the file system refuses', () => {
    const program = mountedMachine('VFS_MOUNT fails', {}, function* (k) {
      const data = yield* words(k, -EPERM);
      k.assert((yield* mount_domount(k, 0, testOps(k), 0, 0, data, 1)) === EPERM, 'its errno');
      checkNothingMounted(k);
    });
    runs(program, ONCE);
  });

  it('lets one of two mount on a directory, in every schedule', () => {
    const functions = {
      *mounts(k: Context, covered: number, won: number): Steps {
        const error = yield* mount_domount(k, covered, testOps(k), 0, 0, 0, 0);
        if (error === 0) yield* k.fetchadd(won, 1);
        else k.assert(error === EBUSY, `mount: ${error}`);
      },
    };
    const program = mountedMachine('mount x mount', functions, function* (k) {
      const outer = yield* mountTestfs(k);
      const covered = yield* testVnode(k, outer, DIRECTORY);
      const won = yield* words(k, 0);
      const td = yield* lwkt_create(k, fn('mounts'), { cpu: 1, args: [covered, won] });
      yield* functions.mounts(k, covered, won);
      yield* lwkt_join(k, td);
      k.assert((yield* k.load(won)) === 1, 'one has mounted');
      const inner = yield* vfs_busy_mountedhere(k, covered);
      yield* vfs_unbusy(k, inner);
      k.assert((yield* dounmount(k, inner, 0)) === 0, 'unmounted');
      yield* vrele(k, covered);
      k.assert((yield* dounmount(k, outer, 0)) === 0, 'unmounted');
      yield* vfs_rele(k, outer);
      checkNothingMounted(k);
    });
    runs(program, { strategy: 'dfs', preemptions: 2, schedules: 60_000 }, 'proved');
  });
});

describe('mount_update and mount_getargs', () => {
  it('change flags if the file system agrees, and read what it was mounted with', () => {
    const program = mountedMachine('update', {}, function* (k) {
      const mp = yield* mountTestfs(k);
      k.assert((yield* mount_update(k, mp, MNT_RDONLY, 0, 0)) === EIO, 'it does not');
      k.assert(k.peek(mp + M.mnt_flag) === 0, 'as before');
      const five = yield* words(k, 5);
      k.assert((yield* mount_update(k, mp, MNT_RDONLY | MNT_FORCE, five, 1)) === 0, 'it does');
      k.assert(k.peek(mp + M.mnt_flag) === MNT_RDONLY, 'the flag, and no command');
      const block = yield* words(k, 0);
      k.assert((yield* mount_getargs(k, mp, block, 1)) === 0, 'arguments');
      k.assert(k.words[block] === 5, 'as they were given');
      k.assert((yield* dounmount(k, mp, 0)) === 0, 'unmounted');
      k.assert((yield* mount_update(k, mp, 0, 0, 0)) === ENOENT, 'ENOENT');
    });
    runs(program, ONCE);
  });

  const functions = {
    *updates(k: Context, mp: number): Steps {
      const error = yield* mount_update(k, mp, MNT_FORCE, 0, 0);
      k.assert(error === 0 || error === ENOENT, `update: ${error}`);
    },
  };

  it('exclude each other, in every schedule', () => {
    const program = mountedMachine('update x update', functions, function* (k) {
      const mp = yield* mountTestfs(k);
      const td = yield* lwkt_create(k, fn('updates'), { cpu: 1, args: [mp] });
      yield* functions.updates(k, mp);
      yield* lwkt_join(k, td);
    });
    runs(program, { strategy: 'dfs', preemptions: 2, schedules: 60_000 }, 'proved');
  });

  it('and an unmount exclude each other, in every schedule', () => {
    const program = mountedMachine('update x unmount', functions, function* (k) {
      const mp = yield* mountTestfs(k);
      const td = yield* lwkt_create(k, fn('updates'), { cpu: 1, args: [mp] });
      k.assert((yield* dounmount(k, mp, 0)) === 0, 'unmounted');
      yield* lwkt_join(k, td);
      yield* vfs_rele(k, mp);
      checkNothingMounted(k);
    });
    runs(program, { strategy: 'dfs', preemptions: 2, schedules: 60_000 }, 'proved');
  });
});
