import assert from 'node:assert/strict';
import type { Context, Steps } from '@smplab/lwkt';
import { EBUSY, EIO, ENOENT, FREAD, uioFree, uioMake } from '@smplab/proc';
import { EXDEV } from '../../src/errno.ts';
import { M, MNT_FORCE } from '../../src/mount/mount-layout.ts';
import { vfs_ref, vfs_rele } from '../../src/mount/mount-refs.ts';
import { mount_domount } from '../../src/mount/mount.ts';
import { dounmount } from '../../src/mount/unmount.ts';
import { coveredBy, crossDown, isRootOfMount } from '../../src/name/mount-crossing.ts';
import { type Looker, ND_NOCROSSMOUNT } from '../../src/name/nameidata.ts';
import {
  do_sys_link,
  do_sys_lookup,
  do_sys_mkdir,
  do_sys_rename,
  do_sys_rmdir,
} from '../../src/name/path-calls.ts';
import { vn_close, vn_open } from '../../src/name/vn-open.ts';
import { V } from '../../src/vnode/vnode-layout.ts';
import { VOP_READ } from '../../src/vnode/vnode-ops.ts';
import { vrele } from '../../src/vnode/vref.ts';
import {
  namesIn,
  ramfsMachine,
  reach,
  readFile,
  type RootBody,
  writeFile,
} from '../fixtures/ramfs-machine.ts';
import { runs } from '../fixtures/vfs-machine.ts';

/** Mounts another file system in memory on a directory. */
function* mountOn(k: Context, who: Looker, path: string, ops: number): Steps<number> {
  const covered = yield* do_sys_lookup(k, who, path, 0);
  const error = yield* mount_domount(k, covered, ops, 0, 0, 0, 0);
  yield* vrele(k, covered);
  return error;
}

/** Unmounts what a path leads to. */
function* unmount(k: Context, who: Looker, path: string, flags = 0): Steps<number> {
  const root = yield* do_sys_lookup(k, who, path, 0);
  const mp = k.peek(root + V.v_mount);
  yield* vfs_ref(k, mp);
  yield* vrele(k, root);
  const error = yield* dounmount(k, mp, flags);
  yield* vfs_rele(k, mp);
  return error;
}

function inTwo(title: string, body: RootBody): void {
  const program = ramfsMachine(title, {}, function* (k, who, ops) {
    assert.equal(yield* do_sys_mkdir(k, who, '/mnt', 0o755), 0);
    assert.equal(yield* writeFile(k, who, '/mnt/below', 'below'), 0);
    assert.equal(yield* mountOn(k, who, '/mnt', ops), 0);
    yield* body(k, who, ops);
  });
  runs(program, { schedules: 1 });
}

describe('a path that crosses mounts', () => {
  it('goes down into what is mounted, and up to the directory that contains what is covered', () => {
    inTwo('crossed', function* (k, who) {
      assert.equal(yield* reach(k, who, '/mnt/below'), ENOENT);
      assert.equal(yield* writeFile(k, who, '/mnt/f', 'above'), 0);
      assert.equal(yield* do_sys_mkdir(k, who, '/mnt/d', 0o755), 0);
      assert.equal(yield* readFile(k, who, '/mnt/d/../f'), 'above');
      assert.deepEqual(yield* namesIn(k, who, '/mnt/d/../..'), ['.', '..', 'mnt']);
      assert.equal(yield* unmount(k, who, '/mnt'), 0);
      assert.equal(yield* readFile(k, who, '/mnt/below'), 'below');
      assert.equal(yield* reach(k, who, '/mnt/f'), ENOENT);
    });
  });

  it('goes through several mounts on one directory, and stops at a root in between', () => {
    inTwo('stacked', function* (k, who, ops) {
      const middle = yield* do_sys_lookup(k, who, '/mnt', 0);
      assert.ok(isRootOfMount(k, middle));
      assert.equal(yield* mountOn(k, who, '/mnt', ops), 0);
      const top = yield* do_sys_lookup(k, who, '/mnt', 0);
      assert.notEqual(top, middle);
      assert.deepEqual(yield* namesIn(k, who, '/mnt/..'), ['.', '..', 'mnt']);
      const jailed = { ...who, root: middle, cwd: top };
      assert.equal(yield* do_sys_lookup(k, jailed, '..', ND_NOCROSSMOUNT), middle);
      yield* vrele(k, middle);
      assert.equal(yield* coveredBy(k, top), middle);
      assert.equal(yield* crossDown(k, middle), top);
      for (const vp of [top, top, middle]) yield* vrele(k, vp);
      assert.equal(yield* unmount(k, who, '/mnt'), 0);
      assert.equal(yield* unmount(k, who, '/mnt'), 0);
      assert.equal(yield* readFile(k, who, '/mnt/below'), 'below');
    });
  });

  it('does not take a name away from a mount, nor a file from its file system', () => {
    inTwo('kept', function* (k, who) {
      assert.equal(yield* writeFile(k, who, '/f', 'f'), 0);
      assert.equal(yield* do_sys_rmdir(k, who, '/mnt'), EBUSY);
      assert.equal(yield* do_sys_rename(k, who, '/mnt', '/other'), EBUSY);
      assert.equal(yield* do_sys_rename(k, who, '/f', '/mnt/f'), EXDEV);
      assert.equal(yield* do_sys_link(k, who, '/f', '/mnt/f'), EXDEV);
      assert.equal(yield* unmount(k, who, '/mnt'), 0);
      assert.equal(yield* do_sys_rename(k, who, '/mnt', '/other'), 0);
    });
  });

  it('finds an open file until it is unmounted by force, and nothing from inside after that', () => {
    inTwo('forced', function* (k, who) {
      assert.equal(yield* do_sys_mkdir(k, who, '/mnt/d', 0o755), 0);
      assert.equal(yield* writeFile(k, who, '/mnt/d/f', 'text'), 0);
      const file = yield* vn_open(k, who, '/mnt/d/f', FREAD);
      const cwd = yield* do_sys_lookup(k, who, '/mnt/d', 0);
      const root = yield* do_sys_lookup(k, who, '/mnt', 0);
      assert.equal(yield* unmount(k, who, '/mnt'), EBUSY);
      assert.equal(yield* readFile(k, { ...who, cwd }, 'f'), 'text');
      assert.equal(yield* unmount(k, who, '/mnt', MNT_FORCE), 0);
      for (const path of ['f', '.', '..']) assert.equal(yield* reach(k, { ...who, cwd }, path), ENOENT);
      assert.equal(yield* reach(k, { ...who, cwd: root }, '..'), ENOENT);
      const uio = yield* uioMake(k, 10);
      assert.equal(yield* VOP_READ(k, file, uio, 0, who.cred), EIO);
      yield* uioFree(k, uio);
      yield* vn_close(k, file, FREAD, who.cred);
      for (const vp of [cwd, root]) yield* vrele(k, vp);
      assert.equal(k.words[k.peek(who.root + V.v_mount) + M.mnt_namemax], 63);
    });
  });
});
