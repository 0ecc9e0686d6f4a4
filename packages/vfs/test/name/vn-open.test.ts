import assert from 'node:assert/strict';
import type { Context, Steps } from '@smplab/lwkt';
import { EACCES, EEXIST, EINVAL, EISDIR, ENOENT, ENOTDIR, FREAD, FWRITE } from '@smplab/proc';
import { ELOOP, EROFS } from '../../src/errno.ts';
import { MNT_RDONLY } from '../../src/mount/mount-layout.ts';
import { mount_update } from '../../src/mount/mount.ts';
import type { Looker } from '../../src/name/nameidata.ts';
import { do_sys_mkdir, do_sys_symlink } from '../../src/name/path-calls.ts';
import {
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_TRUNC,
  vn_close,
  vn_open,
} from '../../src/name/vn-open.ts';
import { V } from '../../src/vnode/vnode-layout.ts';
import { VA } from '../../src/vnode/vnode-ops-layout.ts';
import { credentials } from '../fixtures/credentials.ts';
import { attribute, namesIn, ramfsMachine, readFile, writeFile } from '../fixtures/ramfs-machine.ts';
import { runs } from '../fixtures/vfs-machine.ts';

const RW = FREAD | FWRITE;

/** Opens and closes: 0 or the errno. */
function* tryOpen(k: Context, who: Looker, path: string, fmode: number, mode = 0o644): Steps<number> {
  const vp = yield* vn_open(k, who, path, fmode, mode);
  if (vp < 0) return -vp;
  return yield* vn_close(k, vp, fmode, who.cred);
}

function* tree(k: Context, who: Looker): Steps {
  assert.equal(yield* do_sys_mkdir(k, who, '/d', 0o755), 0);
  assert.equal(yield* writeFile(k, who, '/f', 'text'), 0);
  for (const [target, path] of [
    ['f', '/link'],
    ['none', '/nowhere'],
  ])
    assert.equal(yield* do_sys_symlink(k, who, target, path), 0);
}

describe('opening by path', () => {
  it('gives the errno of what it finds, by mode and flags', () => {
    const cases: readonly (readonly [string, number, number])[] = [
      ['/f', FREAD, 0],
      ['/f', 0, EINVAL],
      ['/f/', FREAD, ENOTDIR],
      ['/f', FREAD | O_DIRECTORY, ENOTDIR],
      ['/f', FWRITE | O_CREAT, 0],
      ['/f', FWRITE | O_CREAT | O_EXCL, EEXIST],
      ['/d', FREAD, 0],
      ['/d', FREAD | O_DIRECTORY, 0],
      ['/d', FWRITE, EISDIR],
      ['/d', FREAD | O_TRUNC, EISDIR],
      ['/d', FREAD | O_CREAT | O_EXCL, EEXIST],
      ['/link', FREAD, 0],
      ['/link', FREAD | O_NOFOLLOW, ELOOP],
      ['/link', FREAD | O_CREAT | O_EXCL, EEXIST],
      ['/nowhere', FREAD, ENOENT],
      ['/nowhere', FREAD | O_CREAT | O_EXCL, EEXIST],
      ['/new/', FREAD | O_CREAT, ENOENT],
      ['/d/new', FREAD, ENOENT],
      ['/none/new', FREAD | O_CREAT, ENOENT],
    ];
    const program = ramfsMachine('table of modes', {}, function* (k, who) {
      yield* tree(k, who);
      for (const [path, fmode, expected] of cases)
        assert.equal(yield* tryOpen(k, who, path, fmode), expected, `${path} ${fmode.toString(16)}`);
      assert.equal(yield* readFile(k, who, '/f'), 'text');
    });
    runs(program, { schedules: 1 });
  });

  it('makes what a link that leads nowhere names, and empties what was there', () => {
    const program = ramfsMachine('made', {}, function* (k, who) {
      yield* tree(k, who);
      assert.equal(yield* tryOpen(k, who, '/nowhere', FWRITE | O_CREAT), 0);
      assert.equal(yield* attribute(k, who, '/none', VA.va_size), 0);
      assert.equal(yield* tryOpen(k, who, '/link', FWRITE | O_TRUNC), 0);
      assert.equal(yield* readFile(k, who, '/f'), '');
      assert.deepEqual(yield* namesIn(k, who, '/'), ['.', '..', 'd', 'f', 'link', 'nowhere', 'none']);
    });
    runs(program, { schedules: 1 });
  });

  it('asks for the permissions of the mode, but not of who has just made the file', () => {
    const program = ramfsMachine('permissions', {}, function* (k, who) {
      const user = { ...who, cred: yield* credentials(k, { uid: 5 }) };
      assert.equal(yield* writeFile(k, who, '/f', 'text', 0o604), 0);
      assert.equal(yield* tryOpen(k, user, '/f', FREAD), 0);
      for (const fmode of [FWRITE, RW, FREAD | O_TRUNC])
        assert.equal(yield* tryOpen(k, user, '/f', fmode), EACCES);
      assert.equal(yield* tryOpen(k, user, '/new', RW | O_CREAT), EACCES);
      assert.equal(yield* do_sys_mkdir(k, who, '/d', 0o777), 0);
      assert.equal(yield* tryOpen(k, user, '/d/new', RW | O_CREAT, 0), 0);
      assert.equal(yield* tryOpen(k, user, '/d/new', FREAD), EACCES);
    });
    runs(program, { schedules: 1 });
  });

  it('writes nothing on a read-only mount', () => {
    const program = ramfsMachine('read-only', {}, function* (k, who) {
      assert.equal(yield* writeFile(k, who, '/f', 'text'), 0);
      const mp = k.peek(who.root + V.v_mount);
      assert.equal(yield* mount_update(k, mp, MNT_RDONLY, 0, 0), 0);
      assert.equal(yield* tryOpen(k, who, '/f', FREAD), 0);
      assert.equal(yield* tryOpen(k, who, '/f', RW), EROFS);
      assert.equal(yield* tryOpen(k, who, '/new', RW | O_CREAT), EROFS);
      assert.equal(yield* mount_update(k, mp, 0, 0, 0), 0);
    });
    runs(program, { schedules: 1 });
  });
});
