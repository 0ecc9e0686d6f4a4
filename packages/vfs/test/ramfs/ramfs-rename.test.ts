import assert from 'node:assert/strict';
import { EINVAL, EISDIR, ENOENT, ENOTDIR, FREAD, FWRITE } from '@smplab/proc';
import { ENOTEMPTY } from '../../src/errno.ts';
import { do_sys_link, do_sys_mkdir, do_sys_rename } from '../../src/name/path-calls.ts';
import { vn_close, vn_open } from '../../src/name/vn-open.ts';
import { VA } from '../../src/vnode/vnode-ops-layout.ts';
import { attribute, namesIn, ramfsMachine, readFile, writeFile } from '../fixtures/ramfs-machine.ts';
import { runs } from '../fixtures/vfs-machine.ts';

describe('renaming in the file system in memory', () => {
  it('refuses what would cut the tree, or put one kind in the place of another', () => {
    const cases: readonly (readonly [string, string, number])[] = [
      ['/d', '/d/e/below', EINVAL],
      ['/d', '/d/below', EINVAL],
      ['/d/e', '/d', ENOTEMPTY],
      ['/f', '/d', EISDIR],
      ['/d', '/f', ENOTDIR],
      ['/d/.', '/x', EINVAL],
      ['/f', '/d/.', EINVAL],
      ['/f', '/x/', ENOENT],
      ['/none', '/x', ENOENT],
      ['/f', '/f', 0],
      ['/d', '/d', 0],
      ['/f', '/g', 0],
      ['/empty', '/d/empty/', 0],
    ];
    const program = ramfsMachine('table', {}, function* (k, who) {
      for (const path of ['/d', '/d/e', '/empty']) assert.equal(yield* do_sys_mkdir(k, who, path, 0o755), 0);
      assert.equal(yield* writeFile(k, who, '/f', 'text'), 0);
      for (const [from, to, expected] of cases)
        assert.equal(yield* do_sys_rename(k, who, from, to), expected, `${from} ${to}`);
      assert.deepEqual(yield* namesIn(k, who, '/'), ['.', '..', 'd', 'g']);
      assert.deepEqual(yield* namesIn(k, who, '/d/empty/..'), ['.', '..', 'e', 'empty']);
      assert.equal(yield* attribute(k, who, '/d', VA.va_nlink), 4);
      assert.equal(yield* attribute(k, who, '/', VA.va_nlink), 3);
    });
    runs(program, { schedules: 1 });
  });

  it('leaves both names of one file, and the old file to who has it open', () => {
    const program = ramfsMachine('kept', {}, function* (k, who) {
      assert.equal(yield* writeFile(k, who, '/a', 'a'), 0);
      assert.equal(yield* do_sys_link(k, who, '/a', '/b'), 0);
      assert.equal(yield* do_sys_rename(k, who, '/a', '/b'), 0);
      assert.deepEqual(yield* namesIn(k, who, '/'), ['.', '..', 'a', 'b']);
      assert.equal(yield* writeFile(k, who, '/c', 'c'), 0);
      const vp = yield* vn_open(k, who, '/c', FREAD | FWRITE);
      assert.equal(yield* do_sys_rename(k, who, '/a', '/c'), 0);
      assert.equal(yield* readFile(k, who, '/c'), 'a');
      assert.equal(yield* attribute(k, who, '/c', VA.va_nlink), 2);
      yield* vn_close(k, vp, FREAD | FWRITE, who.cred);
    });
    runs(program, { schedules: 1 });
  });
});
