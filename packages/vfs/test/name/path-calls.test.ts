import assert from 'node:assert/strict';
import { type Context, functionNumber, lwkt_create, lwkt_join, type Steps } from '@smplab/lwkt';
import { EEXIST, EINVAL, ENAMETOOLONG, ENOENT, FREAD, FWRITE } from '@smplab/proc';
import { MNT_FORCE } from '../../src/mount/mount-layout.ts';
import { vfs_ref, vfs_rele } from '../../src/mount/mount-refs.ts';
import { mount_domount } from '../../src/mount/mount.ts';
import { dounmount } from '../../src/mount/unmount.ts';
import { type Looker, ND_NOCROSSMOUNT } from '../../src/name/nameidata.ts';
import {
  do_sys_lookup,
  do_sys_mkdir,
  do_sys_mknod,
  do_sys_rename,
  do_sys_symlink,
  do_sys_unlink,
} from '../../src/name/path-calls.ts';
import { O_CREAT, O_EXCL, vn_close, vn_open } from '../../src/name/vn-open.ts';
import { V, VDIR } from '../../src/vnode/vnode-layout.ts';
import { VA } from '../../src/vnode/vnode-ops-layout.ts';
import { vrele } from '../../src/vnode/vref.ts';
import { attribute, namesIn, ramfsMachine, reach, readFile, writeFile } from '../fixtures/ramfs-machine.ts';
import { runs } from '../fixtures/vfs-machine.ts';

type Act = (k: Context, who: Looker) => Steps<number>;

interface Race {
  /** What is there before. */
  readonly before: (k: Context, who: Looker, ops: number) => Steps<unknown>;
  readonly one: Act;
  readonly other: Act;
  /** What must be true of both answers, and of the tree. */
  readonly after: (k: Context, who: Looker, answers: readonly number[]) => Steps<unknown>;
}

const RANDOM = { strategy: 'random', schedules: 150, shrink: false } as const;

/** Two threads, each on its own CPU, at once. */
function race(title: string, { before, one, other, after }: Race): void {
  const shared: { who: Looker; answers: number[] } = { who: { cred: 0, root: 0, cwd: 0 }, answers: [] };
  const acts = [one, other];
  const act = function* (k: Context, at: number): Steps {
    shared.answers[at] = yield* acts[at](k, shared.who);
  };
  const program = ramfsMachine(title, { cpus: 2, functions: { act } }, function* (k, who, ops) {
    yield* before(k, who, ops);
    shared.who = who;
    shared.answers = [];
    const threads: number[] = [];
    for (const cpu of [0, 1])
      threads.push(yield* lwkt_create(k, functionNumber('act'), { cpu, args: [cpu] }));
    for (const td of threads) yield* lwkt_join(k, td);
    yield* after(k, who, shared.answers);
  });
  runs(program, RANDOM);
}

const open = (path: string, fmode: number): Act =>
  function* (k, who) {
    const vp = yield* vn_open(k, who, path, fmode, 0o644);
    if (vp < 0) return vp;
    yield* vn_close(k, vp, fmode, who.cred);
    return 0;
  };

describe('calls with paths', () => {
  it('refuse what is no name for what they make', () => {
    const program = ramfsMachine('refused', {}, function* (k, who) {
      assert.equal(yield* do_sys_mknod(k, who, '/d', VDIR, 0o755, 0), EINVAL);
      assert.equal(yield* do_sys_symlink(k, who, 'x'.repeat(1024), '/l'), ENAMETOOLONG);
      assert.equal(yield* do_sys_symlink(k, who, 'x'.repeat(1023), '/l'), 0);
      assert.equal(yield* attribute(k, who, '/l', VA.va_size), 1023);
      assert.equal(yield* do_sys_mkdir(k, who, '/l', 0o755), EEXIST);
      assert.equal(yield* do_sys_unlink(k, who, '/l'), 0);
      assert.equal(yield* do_sys_unlink(k, who, '/l'), ENOENT);
    });
    runs(program, { schedules: 1 });
  });

  it('make a name once, of two that want to be its makers', () => {
    race('two makers', {
      *before() {
        yield* [];
      },
      one: (k, who) => do_sys_mkdir(k, who, '/d', 0o755),
      other: open('/d', FWRITE | O_CREAT | O_EXCL),
      *after(k, who, answers) {
        const made = answers.filter((each) => each === 0).length;
        assert.equal(made, 1, answers.join(' '));
        assert.ok(answers.some((each) => Math.abs(each) === EEXIST));
        assert.deepEqual(yield* namesIn(k, who, '/'), ['.', '..', 'd']);
      },
    });
  });

  it('open the same file, when two make it without wanting to be the only one', () => {
    race('two openers', {
      *before() {
        yield* [];
      },
      one: open('/f', FWRITE | O_CREAT),
      other: open('/f', FWRITE | O_CREAT),
      *after(k, who, answers) {
        assert.deepEqual(answers, [0, 0]);
        assert.deepEqual(yield* namesIn(k, who, '/'), ['.', '..', 'f']);
      },
    });
  });

  it('never miss a name that is given to another file', () => {
    race('renamed over', {
      *before(k, who) {
        assert.equal(yield* writeFile(k, who, '/new', 'new'), 0);
        assert.equal(yield* writeFile(k, who, '/f', 'old'), 0);
      },
      one: (k, who) => do_sys_rename(k, who, '/new', '/f'),
      other: open('/f', FREAD),
      *after(k, who, answers) {
        assert.deepEqual(answers, [0, 0]);
        assert.equal(yield* readFile(k, who, '/f'), 'new');
      },
    });
  });

  it('find a file or do not, while its last name is removed', () => {
    race('removed', {
      *before(k, who) {
        assert.equal(yield* writeFile(k, who, '/f', 'text'), 0);
      },
      one: (k, who) => do_sys_unlink(k, who, '/f'),
      other: open('/f', FREAD),
      *after(k, who, answers) {
        assert.equal(answers[0], 0);
        assert.ok([0, -ENOENT].includes(answers[1]), `${answers[1]}`);
        assert.equal(yield* reach(k, who, '/f'), ENOENT);
      },
    });
  });

  it('do not put two directories below each other', () => {
    race('a cycle', {
      *before(k, who) {
        for (const path of ['/a', '/b']) assert.equal(yield* do_sys_mkdir(k, who, path, 0o755), 0);
      },
      one: (k, who) => do_sys_rename(k, who, '/a', '/b/a'),
      other: (k, who) => do_sys_rename(k, who, '/b', '/a/b'),
      *after(k, who, answers) {
        const isFirst = answers[0] === 0;
        assert.equal(answers.filter((each) => each === 0).length, 1, answers.join(' '));
        assert.equal(yield* reach(k, who, isFirst ? '/b/a' : '/a/b'), 0);
      },
    });
  });

  it('reach what is mounted or nothing, while it is unmounted', () => {
    race('unmounted', {
      *before(k, who, ops) {
        assert.equal(yield* do_sys_mkdir(k, who, '/mnt', 0o755), 0);
        const covered = yield* do_sys_lookup(k, who, '/mnt', 0);
        assert.equal(yield* mount_domount(k, covered, ops, 0, 0, 0, 0), 0);
        yield* vrele(k, covered);
        assert.equal(yield* do_sys_mkdir(k, who, '/mnt/d', 0o755), 0);
      },
      *one(k, who) {
        return yield* reach(k, who, '/mnt/d/../../mnt/d');
      },
      *other(k, who) {
        const covered = yield* do_sys_lookup(k, who, '/mnt', ND_NOCROSSMOUNT);
        const mp = k.peek(covered + V.v_mountedhere);
        yield* vfs_ref(k, mp);
        yield* vrele(k, covered);
        const error = yield* dounmount(k, mp, 0);
        // Somebody was in it: once more, when nobody is.
        const again = error === 0 ? 0 : yield* dounmount(k, mp, MNT_FORCE);
        yield* vfs_rele(k, mp);
        return again;
      },
      *after(k, who, answers) {
        assert.equal(answers[1], 0);
        assert.ok([0, ENOENT].includes(answers[0]), `${answers[0]}`);
        assert.deepEqual(yield* namesIn(k, who, '/mnt'), ['.', '..']);
      },
    });
  });
});
