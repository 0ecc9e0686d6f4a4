import assert from 'node:assert/strict';
import { writeCstring } from '@smplab/kmem';
import type { Steps } from '@smplab/lwkt';
import { EIO, ENOENT, ENOTDIR, kfree, kmalloc, M_TEMP } from '@smplab/proc';
import {
  CN,
  CN_NAME_BYTES,
  Componentname,
  EROFS,
  NOCRED,
  VOP_LOOKUP,
  vrele,
  type VfsUser,
} from '@smplab/vfs';
import { numberOf } from '../../src/vnops/lookup.ts';
import { PROCFSMNT_LINUXCOMPAT } from '../../src/procfs-layout.ts';
import { kernelOf, nodeAt } from '../fixtures/kernel-code.ts';
import { contents, fails, names, O_CREAT, O_WRONLY, ok, runs } from '../fixtures/procfs-program.ts';

const ONCE = { search: { schedules: 1 } };

function* inode(u: VfsUser, path: string): Steps<bigint> {
  const stat = yield* u.lstat(path);
  u.assert(stat !== null, `lstat ${path}: errno ${u.errno}`);
  return stat?.st_ino ?? -1n;
}

describe('numbers as names', () => {
  it('are digits and nothing else, wrap, and may begin with zeros', () => {
    const given = ['0', '7', '007', '', '-1', '+1', '1x', ' 1', '1.0', '4294967303', '2147483648'];
    assert.deepEqual(given.map(numberOf), [0, 7, 7, -1, -1, -1, -1, -1, -1, 7, -1]);
  });
});

describe('VOP_LOOKUP of procfs', () => {
  it(
    'finds processes by their numbers, and the caller by curproc and self',
    runs(
      'lookup pid',
      {
        *main(u) {
          const pid = yield* u.getpid();
          const own = yield* inode(u, `/proc/${pid}`);
          u.assert((yield* inode(u, `/proc/00${pid}`)) === own, 'zeros before it');
          for (const way of ['curproc', 'self']) {
            const stat = yield* u.stat(`/proc/${way}/.`);
            u.assert(stat?.st_ino === own, `${way}: ${stat?.st_ino}`);
          }
          for (const none of ['999', '1x', '-1', 'nothing', '99999999999'])
            yield* fails(u, u.stat(`/proc/${none}`), ENOENT, none);
          const status = yield* contents(u, '/proc/curproc/status');
          u.assert(status.startsWith(`test ${pid} `), status);
        },
      },
      ONCE,
    ),
  );

  it(
    'goes up to the directory that is covered, and from a process to the root',
    runs(
      'lookup up',
      {
        *main(u) {
          const root = yield* inode(u, '/');
          u.assert((yield* inode(u, '/proc/..')) === root, '/proc/..');
          const pid = yield* u.getpid();
          u.assert((yield* inode(u, `/proc/${pid}/..`)) === 2n, '/proc/N/..');
          u.assert((yield* inode(u, `/proc/${pid}/fd/..`)) === (yield* inode(u, `/proc/${pid}`)), 'fd/..');
          yield* fails(u, u.stat('/proc/curproc/status/x'), ENOTDIR, 'a file is no directory');
        },
      },
      ONCE,
    ),
  );

  it(
    'makes, removes and renames nothing',
    runs(
      'lookup intent',
      {
        *main(u) {
          const pid = yield* u.getpid();
          for (const path of ['/proc/new', `/proc/${pid}/new`, '/proc/999']) {
            yield* fails(u, u.open(path, O_WRONLY | O_CREAT, 0o644), EROFS, `make ${path}`);
            yield* fails(u, u.mkdir(path), EROFS, `mkdir ${path}`);
          }
          yield* fails(u, u.unlink(`/proc/${pid}/status`), EROFS, 'unlink');
          yield* fails(u, u.rmdir(`/proc/${pid}`), EROFS, 'rmdir');
          yield* fails(u, u.rename(`/proc/${pid}/status`, `/proc/${pid}/x`), EROFS, 'rename');
        },
      },
      ONCE,
    ),
  );

  it(
    'has the names of Linux only on mounts that are to have them',
    runs(
      'lookup no linux',
      {
        *main(u) {
          for (const name of ['meminfo', 'stat', 'sysvipc', 'sys', 'curproc/stat', 'curproc/task'])
            yield* fails(u, u.stat(`/proc/${name}`), ENOENT, name);
        },
      },
      ONCE,
    ),
  );

  it(
    'has them there, to the bottom',
    runs(
      'lookup linux',
      {
        *main(u) {
          const pid = yield* u.getpid();
          for (const name of ['meminfo', 'sysvipc/msg', 'sys/fs/mqueue/msg_max', 'curproc/stat'])
            u.assert((yield* u.stat(`/proc/${name}`)) !== null, `${name}: errno ${u.errno}`);
          const link = yield* u.readlink(`/proc/${pid}/task/${pid}`);
          u.assert(link === '..', `task link: ${link}`);
          yield* fails(u, u.stat(`/proc/${pid}/task/999`), ENOENT, 'another task');
          yield* fails(u, u.stat('/proc/sysvipc/nothing'), ENOENT, 'sysvipc');
          u.assert((yield* inode(u, '/proc/sys/fs/..')) === (yield* inode(u, '/proc/sys')), 'sys/fs/..');
        },
      },
      { ...ONCE, flags: PROCFSMNT_LINUXCOMPAT },
    ),
  );

  it(
    'gives the program itself for file, and what is open for descriptors',
    runs(
      'lookup file',
      {
        *main(u) {
          u.assert((yield* inode(u, '/proc/curproc/file')) === (yield* inode(u, '/bin/test')), 'file');
          const fd = yield* ok(u, u.open('/tmp-file', O_WRONLY | O_CREAT, 0o600), 'open');
          u.assert((yield* inode(u, `/proc/curproc/fd/${fd}`)) === (yield* inode(u, '/tmp-file')), 'fd');
          yield* u.close(fd);
          yield* fails(u, u.stat(`/proc/curproc/fd/${fd}`), ENOENT, 'a closed one');
          yield* fails(u, u.stat('/proc/curproc/fd/x'), ENOENT, 'no number');
        },
      },
      ONCE,
    ),
  );

  for (const profile of ['freebsd', 'readme'] as const)
    it(
      `has the caller's own directory as curproc in the ${profile} tree`,
      runs(
        `lookup curproc ${profile}`,
        {
          *main(u) {
            const pid = yield* u.getpid();
            u.assert((yield* inode(u, '/proc/curproc')) === (yield* inode(u, `/proc/${pid}`)), 'curproc');
            const status = yield* contents(u, '/proc/curproc/status');
            u.assert(status.startsWith(`test ${pid} `), status);
          },
        },
        { ...ONCE, profile },
      ),
    );

  it(
    'finds threads of the Linux tree, and what there is about them',
    runs(
      'lookup tid',
      {
        *main(u) {
          const tids = (yield* names(u, '/proc/self/task')).split(' ');
          u.assert(tids.length === 1, `threads ${tids.join(' ')}`);
          const stat = yield* contents(u, `/proc/self/task/${tids[0]}/stat`);
          u.assert(stat.includes('(test)'), stat);
          yield* fails(u, u.stat('/proc/self/task/77'), ENOENT, 'another');
        },
      },
      { ...ONCE, profile: 'linux' },
    ),
  );
});

describe('the root of procfs', () => {
  it(
    'has nothing above itself: namei asks the directory it covers',
    runs(
      'lookup root up',
      {
        *main(u) {
          const k = kernelOf(u);
          const root = yield* nodeAt(k, 'root');
          const cnp = yield* kmalloc(k, M_TEMP, Componentname.size);
          k.words[cnp + CN.cn_cred] = NOCRED;
          writeCstring(k.kernel.memory, cnp + CN.cn_name, CN_NAME_BYTES, '..');
          const above = yield* VOP_LOOKUP(k, root, cnp);
          u.assert(above === -EIO, `${above}`);
          yield* kfree(k, M_TEMP, cnp);
          yield* vrele(k, root);
        },
      },
      ONCE,
    ),
  );
});
