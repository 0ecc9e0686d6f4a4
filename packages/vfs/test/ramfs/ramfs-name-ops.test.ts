import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Context, Steps } from '@smplab/lwkt';
import { EACCES, EBUSY, EEXIST, EINVAL, EISDIR, ENOENT, ENOTDIR, EPERM, FREAD } from '@smplab/proc';
import { ENOTEMPTY, EROFS } from '../../src/errno.ts';
import { MNT_RDONLY } from '../../src/mount/mount-layout.ts';
import { mount_update } from '../../src/mount/mount.ts';
import type { Looker } from '../../src/name/nameidata.ts';
import {
  do_sys_link,
  do_sys_mkdir,
  do_sys_rename,
  do_sys_rmdir,
  do_sys_symlink,
  do_sys_unlink,
} from '../../src/name/path-calls.ts';
import { vn_close, vn_open } from '../../src/name/vn-open.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';
import { VA } from '../../src/vnode/vnode-ops-layout.ts';
import { credentials } from '../fixtures/credentials.ts';
import {
  attribute,
  namesIn,
  ramfsMachine,
  reach,
  readFile,
  setAttributes,
  writeFile,
} from '../fixtures/ramfs-machine.ts';
import { runs } from '../fixtures/vfs-machine.ts';

const NAMES = ['/a', '/b', '/a/a', '/a/b', '/b/a', '/a/a/a'] as const;

/** A tree as plain maps, with the errno of each call. */
class ModelTree {
  readonly #root = new Map<string, ModelNode>();

  /** The directory a path lies in, or the errno. */
  #parent(path: string): Map<string, ModelNode> | number {
    let at = this.#root;
    for (const name of path.split('/').slice(1, -1)) {
      const next = at.get(name);
      if (next === undefined) return ENOENT;
      if (!(next instanceof Map)) return ENOTDIR;
      at = next;
    }
    return at;
  }

  make(path: string, node: ModelNode): number {
    const parent = this.#parent(path);
    if (typeof parent === 'number') return parent;
    if (parent.has(last(path))) return EEXIST;
    parent.set(last(path), node);
    return 0;
  }

  find(path: string): ModelNode | number {
    const parent = this.#parent(path);
    return typeof parent === 'number' ? parent : (parent.get(last(path)) ?? ENOENT);
  }

  remove(path: string, isDirectory: boolean): number {
    const node = this.find(path);
    if (typeof node === 'number') return node;
    if (isDirectory && !(node instanceof Map)) return ENOTDIR;
    if (!isDirectory && node instanceof Map) return EPERM;
    if (node instanceof Map && node.size > 0) return ENOTEMPTY;
    (this.#parent(path) as Map<string, ModelNode>).delete(last(path));
    return 0;
  }

  rename(from: string, to: string): number {
    const node = this.find(from);
    if (typeof node === 'number') return node;
    const parent = this.#parent(to);
    if (typeof parent === 'number') return parent;
    if (node instanceof Map && to.startsWith(`${from}/`)) return EINVAL;
    const old = parent.get(last(to));
    if (old === node) return 0;
    if (old !== undefined) {
      if (old instanceof Map && !(node instanceof Map)) return EISDIR;
      if (!(old instanceof Map) && node instanceof Map) return ENOTDIR;
      if (old instanceof Map && old.size > 0) return ENOTEMPTY;
    }
    (this.#parent(from) as Map<string, ModelNode>).delete(last(from));
    parent.set(last(to), node);
    return 0;
  }
}
type ModelNode = Map<string, ModelNode> | { readonly text: string };

function last(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const call = fc.record({
  what: fc.constantFrom('mkdir', 'link', 'unlink', 'rmdir', 'rename', 'find'),
  path: fc.constantFrom(...NAMES),
  to: fc.constantFrom(...NAMES),
});
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

function* perform(k: Context, who: Looker, { what, path, to }: Call, model: ModelTree): Steps<unknown[]> {
  switch (what) {
    case 'mkdir':
      return [yield* do_sys_mkdir(k, who, path, 0o755), model.make(path, new Map())];
    case 'link':
      return [yield* do_sys_link(k, who, '/seed', path), model.make(path, model.find('/seed') as ModelNode)];
    case 'unlink':
      return [yield* do_sys_unlink(k, who, path), model.remove(path, false)];
    case 'rmdir':
      return [yield* do_sys_rmdir(k, who, path), model.remove(path, true)];
    case 'rename':
      return [yield* do_sys_rename(k, who, path, to), model.rename(path, to)];
    default: {
      const found = model.find(path);
      return [yield* reach(k, who, path), typeof found === 'number' ? found : 0];
    }
  }
}

describe('names in the file system in memory', () => {
  it('are made, removed and changed as in a model of the tree, with the same errnos', () => {
    fc.assert(
      fc.property(fc.array(call, { minLength: 10, maxLength: 40 }), (calls) => {
        const program = ramfsMachine('calls', {}, function* (k, who) {
          const model = new ModelTree();
          assert.equal(yield* writeFile(k, who, '/seed', 'seed'), 0);
          model.make('/seed', { text: 'seed' });
          for (const each of calls) {
            const [got, expected] = yield* perform(k, who, each, model);
            assert.equal(got, expected, JSON.stringify(each));
          }
        });
        runs(program, { schedules: 1 });
      }),
      { numRuns: 40 },
    );
  });

  it('count links, and a file stays as long as it is open', () => {
    const program = ramfsMachine('links', {}, function* (k, who) {
      assert.equal(yield* writeFile(k, who, '/a', 'text'), 0);
      assert.equal(yield* do_sys_link(k, who, '/a', '/b'), 0);
      assert.equal(yield* attribute(k, who, '/a', VA.va_nlink), 2);
      const vp = yield* vn_open(k, who, '/a', FREAD);
      assert.equal(yield* do_sys_unlink(k, who, '/a'), 0);
      assert.equal(yield* do_sys_unlink(k, who, '/b'), 0);
      assert.equal(yield* reach(k, who, '/a'), ENOENT);
      assert.equal(yield* writeFile(k, who, '/a', 'other'), 0);
      yield* vn_close(k, vp, FREAD, who.cred);
      assert.equal(yield* readFile(k, who, '/a'), 'other');
      assert.equal(yield* do_sys_mkdir(k, who, '/d', 0o755), 0);
      assert.equal(yield* attribute(k, who, '/', VA.va_nlink), 3);
      assert.equal(yield* do_sys_rename(k, who, '/d', '/e'), 0);
      assert.equal(yield* attribute(k, who, '/e', VA.va_nlink), 2);
    });
    runs(program, { schedules: 1 });
  });

  it('do not come to a directory that was removed while somebody is in it', () => {
    const program = ramfsMachine('removed', {}, function* (k, who) {
      assert.equal(yield* do_sys_mkdir(k, who, '/d', 0o755), 0);
      const cwd = yield* vn_open(k, who, '/d', FREAD);
      const inside = { ...who, cwd };
      assert.equal(yield* do_sys_rmdir(k, who, '/d'), 0);
      assert.equal(yield* do_sys_mkdir(k, inside, 'new', 0o755), ENOENT);
      assert.equal(yield* reach(k, inside, '..'), ENOENT);
      assert.equal(yield* reach(k, inside, '.'), 0);
      assert.deepEqual(yield* namesIn(k, inside, '.'), ['.', '..']);
      yield* vn_close(k, cwd, FREAD, who.cred);
    });
    runs(program, { schedules: 1 });
  });

  it('in a sticky directory are removed by the owner of the file, of the directory, or by root', () => {
    const program = ramfsMachine('sticky', {}, function* (k, who) {
      const one = { ...who, cred: yield* credentials(k, { uid: 1 }) };
      const two = { ...who, cred: yield* credentials(k, { uid: 2 }) };
      assert.equal(yield* do_sys_mkdir(k, who, '/plain', 0o700), 0);
      assert.equal(yield* writeFile(k, one, '/plain/x', ''), EACCES);
      assert.equal(yield* do_sys_mkdir(k, who, '/tmp', 0o777), 0);
      assert.equal(yield* setAttributes(k, who, '/tmp', [[VA.va_mode, 0o1777]]), 0);
      for (const name of ['a', 'b', 'c']) assert.equal(yield* writeFile(k, one, `/tmp/${name}`, ''), 0);
      assert.equal(yield* do_sys_unlink(k, two, '/tmp/a'), EPERM);
      assert.equal(yield* do_sys_rename(k, two, '/tmp/a', '/tmp/z'), EPERM);
      assert.equal(yield* writeFile(k, two, '/tmp/mine', ''), 0);
      assert.equal(yield* do_sys_rename(k, two, '/tmp/mine', '/tmp/a'), EPERM);
      assert.equal(yield* do_sys_unlink(k, one, '/tmp/a'), 0);
      assert.equal(yield* do_sys_unlink(k, who, '/tmp/b'), 0);
    });
    runs(program, { schedules: 1 });
  });

  it('do not change on a read-only mount, nor by their dots', () => {
    const program = ramfsMachine('read-only', {}, function* (k, who) {
      assert.equal(yield* do_sys_mkdir(k, who, '/d', 0o755), 0);
      assert.equal(yield* do_sys_rmdir(k, who, '/d/.'), EINVAL);
      assert.equal(yield* do_sys_mkdir(k, who, '/d/sub', 0o755), 0);
      assert.equal(yield* do_sys_rmdir(k, who, '/d/sub/..'), EINVAL);
      assert.equal(yield* do_sys_rmdir(k, who, '/d/..'), EBUSY);
      const mp = k.peek(vfs(k).g + VG.vg_rootmount);
      assert.equal(yield* mount_update(k, mp, MNT_RDONLY, 0, 0), 0);
      assert.equal(yield* do_sys_mkdir(k, who, '/new', 0o755), EROFS);
      assert.equal(yield* do_sys_mkdir(k, who, '/d', 0o755), EEXIST);
      assert.equal(yield* do_sys_rmdir(k, who, '/d'), EROFS);
      assert.equal(yield* do_sys_rename(k, who, '/d', '/e'), EROFS);
      assert.equal(yield* do_sys_symlink(k, who, 'd', '/l'), EROFS);
      assert.equal(yield* writeFile(k, who, '/f', ''), EROFS);
      assert.equal(yield* mount_update(k, mp, 0, 0, 0), 0);
    });
    runs(program, { schedules: 1 });
  });
});
