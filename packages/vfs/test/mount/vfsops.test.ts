import { type Context, functionNumber, type Kernel, lwkt_create, lwkt_join, type Steps } from '@smplab/lwkt';
import { EBUSY, EEXIST, EIO, ENOENT, EOPNOTSUPP } from '@smplab/proc';
import { M, VFS } from '../../src/mount/mount-layout.ts';
import {
  bootAttach,
  bootVfsops,
  VFS_LOADVNODE,
  VFS_MOUNT,
  VFS_ROOT,
  VFS_START,
  VFS_STATVFS,
  VFS_SYNC,
  VFS_UNMOUNT,
  VFS_VGET,
  vfs_attach,
  vfs_delref,
  vfs_detach,
  vfs_getopsbyname,
} from '../../src/mount/vfsops.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';
import { type Body, runs, vfsMachine } from '../fixtures/vfs-machine.ts';
import { bootSomeOps, someMount, someOps } from './some-mount.ts';

const fn = functionNumber;
const ONCE = { schedules: 1 };

/** Where the second row lies, and what it has counted. */
const SOME = VG.vg_kauth_scopes;
const OTHER = VG.vg_securelevel;
const COUNT = VG.vg_curtain;

function bootOther(kernel: Kernel, g: number): void {
  kernel.words[g + OTHER] = bootVfsops(kernel, 'otherfs', {
    vfs_init: fn('other_init'),
    vfs_done: fn('other_done'),
    vfs_mount: fn('other_mount'),
    vfs_root: fn('other_root'),
    vfs_loadvnode: fn('other_loadvnode'),
  });
}

function* tell(k: Context, what: number): Steps<number> {
  const count = vfs(k).g + COUNT;
  k.words[count] = k.words[count] * 10 + what;
  return 0;
}

const OPERATIONS: Record<string, Body> = {
  other_init: (k) => tell(k, 1),
  other_done: (k) => tell(k, 2),
  *other_mount(k, _mp, path, data, length) {
    yield* tell(k, path + data + length);
    return EIO;
  },
  *other_root(k, mp) {
    yield* tell(k, 4);
    return mp;
  },
  *other_loadvnode(k, _mp, vp, key, keywords) {
    yield* tell(k, vp + key + keywords);
    return 0;
  },
};

function machine(name: string, main: Body, functions: Record<string, Body> = {}) {
  const parts = [bootSomeOps, bootOther];
  return vfsMachine(name, { parts, functions: { ...OPERATIONS, ...functions } }, main);
}

function other(k: Context): number {
  return k.words[vfs(k).g + OTHER];
}

function told(k: Context): number {
  return k.words[vfs(k).g + COUNT];
}

describe('file systems', () => {
  it('are attached once by name, prepared, and forgotten', () => {
    const program = machine('attach', function* (k) {
      k.assert((yield* vfs_attach(k, other(k))) === 0, 'attached');
      k.assert(told(k) === 1, 'vfs_init ran');
      k.assert((yield* vfs_attach(k, other(k))) === EEXIST, 'EEXIST');
      k.assert((yield* vfs_attach(k, someOps(k))) === 0, 'another name');
      k.assert((yield* vfs_detach(k, other(k))) === 0, 'detached');
      k.assert(told(k) === 12, 'vfs_done ran');
      k.assert((yield* vfs_detach(k, other(k))) === ENOENT, 'ENOENT');
      k.assert((yield* vfs_getopsbyname(k, other(k) + VFS.vfs_name)) === 0, 'no such name');
      k.assert((yield* vfs_attach(k, other(k))) === 0, 'attached again');
    });
    runs(program, ONCE);
  });

  it('may be there from the boot on', () => {
    const boot = (kernel: Kernel, g: number): void => {
      for (const word of [OTHER, SOME]) bootAttach(kernel, g, kernel.words[g + word]);
    };
    const parts = [bootSomeOps, bootOther, boot];
    const program = vfsMachine('boot', { parts, functions: OPERATIONS }, function* (k) {
      k.assert((yield* vfs_attach(k, other(k))) === EEXIST, 'EEXIST');
      k.assert((yield* vfs_getopsbyname(k, other(k) + VFS.vfs_name)) === other(k), 'found');
      k.assert((yield* vfs_detach(k, someOps(k))) === 0, 'detached');
      k.assert((yield* vfs_getopsbyname(k, other(k) + VFS.vfs_name)) === other(k), 'still found');
    });
    runs(program, ONCE);
  });

  it('stay while somebody has looked one up', () => {
    const program = machine('detach', function* (k) {
      const ops = other(k);
      yield* vfs_attach(k, ops);
      k.assert((yield* vfs_getopsbyname(k, ops + VFS.vfs_name)) === ops, 'found');
      k.assert((yield* vfs_detach(k, ops)) === EBUSY, 'EBUSY');
      yield* vfs_delref(k, ops);
      k.assert((yield* vfs_detach(k, ops)) === 0, 'detached');
    });
    runs(program, ONCE);
  });

  it('are either found and stay, or detached, in every schedule', () => {
    const functions = {
      *detaches(k: Context, ops: number): Steps {
        const error = yield* vfs_detach(k, ops);
        k.assert(error === 0 || error === EBUSY, `errno ${error}`);
        // Nothing may be in use once vfs_done ran.
        if (error === 0) k.assert((yield* k.load(ops + VFS.vfs_refcount)) === 0, 'in use when detached');
      },
    };
    const program = machine(
      'getopsbyname x detach',
      function* (k) {
        const ops = other(k);
        yield* vfs_attach(k, ops);
        const td = yield* lwkt_create(k, fn('detaches'), { cpu: 1, args: [ops] });
        const found = yield* vfs_getopsbyname(k, ops + VFS.vfs_name);
        k.assert(found === 0 || told(k) === 1, 'found when it was taken down');
        if (found !== 0) yield* vfs_delref(k, found);
        yield* lwkt_join(k, td);
      },
      functions,
    );
    runs(program, { strategy: 'dfs', preemptions: 2, schedules: 40_000 }, 'proved');
  });
});

describe('operations of file systems', () => {
  it('are called with the mount and their words', () => {
    const program = machine('operations', function* (k) {
      const mp = yield* someMount(k, other(k));
      k.assert((yield* VFS_MOUNT(k, mp, 1, 1, 1)) === EIO, 'the errno comes back');
      k.assert((yield* VFS_ROOT(k, mp)) === mp, 'the pointer comes back');
      k.assert((yield* VFS_LOADVNODE(k, mp, 1, 1, 3)) === 0, 'loaded');
      k.assert(told(k) === 345, `${told(k)}`);
    });
    runs(program, ONCE);
  });

  it('answer EOPNOTSUPP where there is none, or nothing to do', () => {
    const program = machine('no operations', function* (k) {
      const mp = yield* someMount(k);
      k.assert((yield* VFS_MOUNT(k, mp, 0, 0, 0)) === EOPNOTSUPP, 'mount');
      k.assert((yield* VFS_UNMOUNT(k, mp, 0)) === EOPNOTSUPP, 'unmount');
      k.assert((yield* VFS_ROOT(k, mp)) === -EOPNOTSUPP, 'root');
      k.assert((yield* VFS_VGET(k, mp, 0)) === -EOPNOTSUPP, 'vget');
      k.assert((yield* VFS_STATVFS(k, mp, 0)) === EOPNOTSUPP, 'statvfs');
      k.assert((yield* VFS_LOADVNODE(k, mp, 0, 0, 0)) === EOPNOTSUPP, 'loadvnode');
      k.assert((yield* VFS_SYNC(k, mp, 0, 0)) === 0, 'sync');
      k.assert((yield* VFS_START(k, mp, 0)) === 0, 'start');
      k.assert(k.peek(mp + M.mnt_op) === someOps(k), 'its row');
    });
    runs(program, ONCE);
  });
});
