import assert from 'node:assert/strict';
import type { Context, Steps } from '@smplab/lwkt';
import { EBUSY, EINVAL, EIO, EOPNOTSUPP, kern, kfree, kmalloc, M_TEMP } from '@smplab/proc';
import {
  IMNT_MPSAFE,
  IMNT_SHRLOOKUP,
  M,
  MNT_GETARGS,
  MNT_LOCAL,
  mount_getargs,
  mount_update,
  Statvfs,
  SV,
  V,
  VDIR,
  VFS,
  VFS_FHTOVP,
  VFS_ROOT,
  vfs_rele,
  VFS_STATVFS,
  VFS_SYNC,
  VFS_VGET,
  vrele,
  type VfsUser,
  VV_ROOT,
} from '@smplab/vfs';
import { procfs_direntcheck, procfs_mount, UIO_MX } from '../../src/module/vfsops.ts';
import { mountFlags, mountProfile, vtopfs } from '../../src/procfs-kernel.ts';
import { PFS_NODE, PROFILE_LINUX, PROFILE_README } from '../../src/procfs-layout.ts';
import { PFS } from '../../src/node/node-types.ts';
import { kernelOf, mountOf, nodeAt } from '../fixtures/kernel-code.ts';
import { fails, ok, runs } from '../fixtures/procfs-program.ts';

const ONCE = { search: { schedules: 1 } };
const MNT_FORCE = 0x80000;

/** A test body: kernel code in the thread of a program, with the mount of /proc. */
function onMount(name: string, code: (k: Context, mp: number, u: VfsUser) => Steps<unknown>) {
  return runs(
    name,
    {
      *main(u) {
        const k = kernelOf(u);
        const mp = yield* mountOf(k);
        yield* code(k, mp, u);
        yield* vfs_rele(k, mp);
      },
    },
    ONCE,
  );
}

/** Calls a slot of the row, whatever it gives. */
function* slot(k: Context, mp: number, name: keyof typeof VFS, ...args: number[]): Steps<unknown> {
  return yield* k.call(k.words[k.peek(mp + M.mnt_op) + VFS[name]], mp, ...args);
}

describe('vfs_mount of procfs', () => {
  it(
    'takes version and flags, and the profile that is given besides',
    runs(
      'arguments',
      {
        *main(u) {
          const k = kernelOf(u);
          yield* ok(u, u.mkdir('/mnt'), 'mkdir');
          for (const [data, flags, profile] of [
            [[], 0, PROFILE_README],
            [[9], 0, PROFILE_README],
            [[1, 1], 1, PROFILE_README],
            [[1, 2, PROFILE_LINUX], 2, PROFILE_LINUX],
          ] as const) {
            yield* ok(u, u.mount('procfs', '/mnt', 0, data), `mount with ${data.join(' ')}`);
            const mp = yield* mountOf(k, '/mnt');
            assert.deepEqual([mountFlags(k, mp), mountProfile(k, mp)], [flags, profile]);
            assert.equal(k.peek(mp + M.mnt_flag) & MNT_LOCAL, MNT_LOCAL);
            const iflags = IMNT_MPSAFE | IMNT_SHRLOOKUP;
            assert.equal(k.peek(mp + M.mnt_iflag) & iflags, iflags);
            assert.equal(k.words[mp + M.mnt_namemax], 255);
            yield* vfs_rele(k, mp);
            yield* ok(u, u.unmount('/mnt'), 'unmount');
          }
          yield* fails(u, u.mount('procfs', '/mnt', 0, [2, 0]), EINVAL, 'another version');
        },
      },
      { ...ONCE, profile: 'readme' },
    ),
  );

  it(
    'fails without arguments, whatever else is asked',
    onMount('no data', function* (k, mp) {
      assert.equal(yield* procfs_mount(k, mp, 0, 0, 0), EINVAL);
    }),
  );

  it(
    'tells its arguments to who has room for them (MNT_GETARGS), before it refuses an update',
    onMount('getargs', function* (k, mp) {
      const data = yield* kmalloc(k, M_TEMP, 3);
      assert.equal(yield* mount_getargs(k, mp, data, 1), EINVAL);
      k.words.fill(7, data, data + 3);
      assert.equal(yield* mount_getargs(k, mp, data, 2), 0);
      assert.deepEqual([...k.words.subarray(data, data + 3)], [1, 0, 7]);
      assert.equal(yield* mount_getargs(k, mp, data, 3), 0);
      assert.equal(k.words[data + 2], 0);
      assert.equal(yield* mount_update(k, mp, 0, data, 2), EOPNOTSUPP);
      // Something that is not mounted.
      const none = yield* kmalloc(k, M_TEMP, M.mnt_fromname);
      k.words[none + M.mnt_flag] = MNT_GETARGS;
      assert.equal(yield* procfs_mount(k, none, 0, data, 2), EIO);
      yield* kfree(k, M_TEMP, none);
      yield* kfree(k, M_TEMP, data);
    }),
  );

  it(
    'refuses entries of directories whose size is no power of two',
    onMount('entries', function* (k) {
      assert.equal(procfs_direntcheck(k, UIO_MX), 0);
      assert.equal(procfs_direntcheck(k, 24), EINVAL);
      yield* k.fence();
    }),
  );
});

describe('vfs_unmount of procfs', () => {
  it(
    'is refused while somebody has a vnode, and by force takes it away',
    runs(
      'unmount',
      {
        *main(u) {
          const k = kernelOf(u);
          const vp = yield* nodeAt(k, 'status', yield* u.getpid());
          yield* fails(u, u.unmount('/proc'), EBUSY, 'in use');
          yield* ok(u, u.unmount('/proc', MNT_FORCE), 'by force');
          assert.equal(vtopfs(k, vp), 0);
          yield* vrele(k, vp);
          yield* ok(u, u.mount('procfs', '/proc'), 'mount again');
          yield* ok(u, u.unmount('/proc'), 'and unmount');
        },
      },
      { search: { schedules: 5 } },
    ),
  );
});

describe('other operations of procfs', () => {
  it(
    'vfs_root gives the root directory, always the same one',
    onMount('root', function* (k, mp) {
      const vp = yield* VFS_ROOT(k, mp);
      assert.deepEqual([k.peek(vp + V.v_type), k.peek(vp + V.v_vflag)], [VDIR, VV_ROOT]);
      const pfs = vtopfs(k, vp);
      assert.deepEqual(
        [k.words[pfs + PFS_NODE.pfs_type], k.words[pfs + PFS_NODE.pfs_pid], k.words[pfs + PFS_NODE.pfs_fd]],
        [PFS.root, 0, -1],
      );
      assert.equal(yield* VFS_ROOT(k, mp), vp);
      yield* vrele(k, vp);
      yield* vrele(k, vp);
    }),
  );

  it(
    'vfs_statvfs gives one block, that is used, and files for the processes there may be',
    onMount('statvfs', function* (k, mp) {
      const buffer = yield* kmalloc(k, M_TEMP, Statvfs.size);
      k.words.fill(-1, buffer, buffer + Statvfs.size);
      assert.equal(yield* VFS_STATVFS(k, mp, buffer), 0);
      const field = (name: keyof typeof SV): number => k.words[buffer + SV[name]];
      const page = k.kernel.limits.pageWords * 4;
      for (const size of ['f_bsize', 'f_frsize', 'f_iosize'] as const) assert.equal(field(size), page);
      for (const none of ['f_bfree', 'f_bavail', 'f_bresvd', 'f_fresvd'] as const)
        assert.equal(field(none), 0);
      assert.equal(field('f_blocks'), 1);
      const most = k.peek(kern.procs(k).g + kern.G.g_maxproc);
      const now = k.peek(kern.procs(k).g + kern.G.g_nprocs);
      assert.deepEqual(
        [field('f_files'), field('f_ffree'), field('f_favail')],
        [most, most - now, most - now],
      );
      assert.equal(field('f_fsid'), k.words[mp + M.mnt_fsid]);
      assert.deepEqual([field('f_namemax'), field('f_flag')], [255, k.peek(mp + M.mnt_flag)]);
      yield* kfree(k, M_TEMP, buffer);
    }),
  );

  it(
    'vfs_statvfs of the README tree gives a block of 1 KB, of which df makes 2',
    runs(
      'df',
      {
        *main(u) {
          const { blocks, bsize, bfree } = (yield* u.statvfs('/proc'))!;
          u.assert(blocks === 1 && bsize === 1024 && bfree === 0, `${blocks} of ${bsize}, ${bfree} free`);
        },
      },
      { ...ONCE, profile: 'readme' },
    ),
  );

  for (const name of ['vfs_start', 'vfs_init', 'vfs_reinit', 'vfs_done'] as const) {
    it(
      `${name} has nothing to do`,
      onMount(name, function* (k, mp) {
        assert.equal(yield* slot(k, mp, name), 0);
      }),
    );
  }

  it(
    'vfs_sync has nothing to write',
    onMount('sync', function* (k, mp) {
      assert.equal(yield* VFS_SYNC(k, mp, 1, 0), 0);
    }),
  );

  it(
    'vfs_vget and vfs_fhtovp find no vnode by a number or a handle',
    onMount('vget', function* (k, mp) {
      assert.equal(yield* VFS_VGET(k, mp, 0), -EOPNOTSUPP);
      assert.equal(yield* VFS_FHTOVP(k, mp, 0), -EOPNOTSUPP);
    }),
  );

  for (const name of ['vfs_quotactl', 'vfs_vptofh', 'vfs_snapshot', 'vfs_extattrctl', 'vfs_fsync'] as const) {
    it(
      `${name} is refused`,
      onMount(name, function* (k, mp) {
        assert.equal(yield* slot(k, mp, name), EOPNOTSUPP);
      }),
    );
  }
});
