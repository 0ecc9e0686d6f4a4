import assert from 'node:assert/strict';
import type { Steps } from '@smplab/lwkt';
import { EBADF, ENOENT, P, kern } from '@smplab/proc';
import { V, VDIR, VFIFO, VLNK, VREG, VSOCK, vrele } from '@smplab/vfs';
import { procfs_fileno } from '../../src/node/fileno.ts';
import { NODE_TABLES } from '../../src/node/node-table.ts';
import { PFS } from '../../src/node/node-types.ts';
import { vtopfs } from '../../src/procfs-kernel.ts';
import { PFS_NODE } from '../../src/procfs-layout.ts';
import { PROFILES } from '../../src/procfs-subsystem.ts';
import type { ProcfsUser } from '../../src/procfs-user.ts';
import { descriptorAt, kernelOf, nodeAt } from '../fixtures/kernel-code.ts';
import { O_CREAT, O_RDONLY, O_RDWR, ok, runs } from '../fixtures/procfs-program.ts';

const ONCE = { search: { schedules: 1 } };

describe('a node', () => {
  for (const profile of ['netbsd', 'freebsd', 'readme', 'linux'] as const) {
    it(
      `is in the ${profile} tree what the table says`,
      runs(
        `nodes of ${profile}`,
        {
          *main(u) {
            const k = kernelOf(u);
            const pid = yield* u.getpid();
            const p = yield* kern.pfind(k, pid);
            const serial = k.words[p + P.p_serial];
            yield* kern.prele(k, p);
            for (const row of NODE_TABLES[PROFILES[profile]]) {
              const of = row.owner === 'process' ? pid : 0;
              const vp = yield* nodeAt(k, row.typeName, of);
              const pfs = vtopfs(k, vp);
              const field = (name: keyof typeof PFS_NODE): number => k.words[pfs + PFS_NODE[name]];
              assert.equal(k.peek(vp + V.v_type), row.kind, row.typeName);
              assert.equal(field('pfs_mode'), row.mode, row.typeName);
              assert.deepEqual([field('pfs_type'), field('pfs_pid'), field('pfs_fd')], [row.type, of, -1]);
              assert.deepEqual([field('pfs_vnode'), field('pfs_mount')], [vp, k.peek(vp + V.v_mount)]);
              assert.equal(field('pfs_generation'), of === 0 ? 0 : serial);
              const low = BigInt(field('pfs_fileno') >>> 0);
              const high = BigInt(k.words[pfs + PFS_NODE.pfs_fileno + 1] >>> 0);
              const expected = procfs_fileno(PROFILES[profile], 0, of, row.type, -1);
              assert.equal((high << 32n) | low, expected, row.typeName);
              yield* vrele(k, vp);
            }
          },
        },
        { ...ONCE, profile },
      ),
    );
  }

  it(
    'of a type that the tree has not is a panic',
    runs(
      'unknown',
      {
        *main(u) {
          yield* nodeAt(kernelOf(u), 'ctl', yield* u.getpid());
        },
      },
      { search: { schedules: 1, expects: 'panic' } },
    ),
  );

  it(
    'of a task with a number is a symbolic link',
    runs(
      'task',
      {
        *main(u) {
          const k = kernelOf(u);
          const vp = yield* nodeAt(k, 'task', yield* u.getpid(), 0);
          u.assert(k.peek(vp + V.v_type) === VLNK, `kind ${k.peek(vp + V.v_type)}`);
          yield* vrele(k, vp);
        },
      },
      ONCE,
    ),
  );
});

/** What the node of a descriptor of one's own is: v_type and permission bits. */
function* kindOf(u: ProcfsUser, fd: number): Steps<readonly [number, number]> {
  const k = kernelOf(u);
  const vp = yield* descriptorAt(k, yield* u.getpid(), fd);
  assert.ok(vp > 0, `descriptor ${fd}: ${vp}`);
  const kind = [k.peek(vp + V.v_type), k.words[vtopfs(k, vp) + PFS_NODE.pfs_mode]] as const;
  yield* vrele(k, vp);
  return kind;
}

const DESCRIPTORS = (fileKind: readonly [number, number]) => ({
  *main(u: ProcfsUser): Steps {
    const file = yield* ok(u, u.open('/file', O_CREAT | O_RDWR), 'open');
    assert.deepEqual(yield* kindOf(u, file), fileKind);
    const directory = yield* ok(u, u.open('/', O_RDONLY), 'open /');
    assert.deepEqual(yield* kindOf(u, directory), [VLNK, 0o555]);
    yield* u.close(directory);
    const [reads, writes] = (yield* u.pipe2())!;
    assert.deepEqual(yield* kindOf(u, reads), [VFIFO, 0o600]);
    for (const fd of [reads, writes]) yield* u.close(fd);
    const [one] = (yield* u.socketpair(1, 1))!;
    assert.deepEqual(yield* kindOf(u, one), [VSOCK, 0o600]);
    yield* u.close(one);
    const queue = yield* ok(u, u.kqueue(), 'kqueue');
    assert.deepEqual(yield* kindOf(u, queue), [VLNK, 0o555]);
  },
});

describe('the node of a descriptor', () => {
  it(
    'is what is open there, and a link for directories and what has no name',
    runs('descriptors', DESCRIPTORS([VREG, 0o600]), ONCE),
  );

  it('is a link for files, too, to a Linux program', () => {
    const program = DESCRIPTORS([VLNK, 0o555]);
    const body = runs(
      'linux descriptors',
      {
        *main(u) {
          yield* u.execve('/emul/linux/test', ['test']);
        },
      },
      { ...ONCE, programs: { '/emul/linux/test': program } },
    );
    body.call({ timeout: () => 0 });
  });

  it(
    'is not there without descriptor or process',
    runs(
      'none',
      {
        *main(u) {
          const k = kernelOf(u);
          const closed = yield* descriptorAt(k, yield* u.getpid(), 7);
          u.assert(closed === -EBADF, `closed: ${closed}`);
          const gone = yield* nodeAt(k, 'fd', 77, 0);
          u.assert(gone === -ENOENT, `no process: ${gone}`);
          const directory = yield* nodeAt(k, 'fd', yield* u.getpid());
          u.assert(k.peek(directory + V.v_type) === VDIR, 'without a number: the directory');
          u.assert(k.words[vtopfs(k, directory) + PFS_NODE.pfs_type] === PFS.fd, 'of that type');
          yield* vrele(k, directory);
        },
      },
      ONCE,
    ),
  );
});
