import assert from 'node:assert/strict';
import { EACCES, EINVAL, EISDIR, EPERM, FREAD, FWRITE, kfree, kmalloc, M_TEMP } from '@smplab/proc';
import { EFBIG } from '../../src/errno.ts';
import { do_sys_mkdir, do_sys_mknod } from '../../src/name/path-calls.ts';
import { vn_close, vn_open } from '../../src/name/vn-open.ts';
import { VCHR, VDIR, VREG } from '../../src/vnode/vnode-layout.ts';
import { VA } from '../../src/vnode/vnode-ops-layout.ts';
import { VOP_PATHCONF } from '../../src/vnode/vnode-ops.ts';
import { credentials } from '../fixtures/credentials.ts';
import { attribute, ramfsMachine, readFile, setAttributes, writeFile } from '../fixtures/ramfs-machine.ts';
import { runs } from '../fixtures/vfs-machine.ts';

describe('attributes in the file system in memory', () => {
  it('say what a file is, whose, and how long', () => {
    const program = ramfsMachine('told', {}, function* (k, who) {
      const user = { ...who, cred: yield* credentials(k, { uid: 5, gid: 6 }) };
      assert.equal(yield* do_sys_mkdir(k, who, '/d', 0o777), 0);
      assert.equal(yield* setAttributes(k, who, '/d', [[VA.va_gid, 9]]), 0);
      assert.equal(yield* writeFile(k, user, '/d/f', 'text', 0o640), 0);
      const told = [VA.va_type, VA.va_mode, VA.va_uid, VA.va_gid, VA.va_size, VA.va_nlink];
      const found: number[] = [];
      for (const field of told) found.push(yield* attribute(k, who, '/d/f', field));
      assert.deepEqual(found, [VREG, 0o640, 5, 9, 4, 1]);
      assert.equal(yield* attribute(k, who, '/d', VA.va_type), VDIR);
      const fileid = yield* attribute(k, who, '/d/f', VA.va_fileid);
      assert.notEqual(fileid, yield* attribute(k, who, '/d', VA.va_fileid));
      assert.equal(yield* do_sys_mknod(k, who, '/null', VCHR, 0o666, 0x0202), 0);
      assert.equal(yield* attribute(k, who, '/null', VA.va_rdev), 0x0202);
    });
    runs(program, { schedules: 1 });
  });

  it('are changed by the owner and by root, all that is asked for or nothing', () => {
    const program = ramfsMachine('changed', {}, function* (k, who) {
      const owner = { ...who, cred: yield* credentials(k, { uid: 5, groups: [7] }) };
      const other = { ...who, cred: yield* credentials(k, { uid: 6 }) };
      assert.equal(yield* setAttributes(k, who, '/', [[VA.va_mode, 0o777]]), 0);
      assert.equal(yield* writeFile(k, owner, '/f', 'text'), 0);
      const mode = (value: number) => [[VA.va_mode, value]] as const;
      assert.equal(yield* setAttributes(k, other, '/f', mode(0o666)), EPERM);
      assert.equal(yield* setAttributes(k, owner, '/f', [...mode(0o600), [VA.va_uid, 6]]), EPERM);
      assert.equal(yield* attribute(k, who, '/f', VA.va_mode), 0o644);
      assert.equal(yield* setAttributes(k, owner, '/f', [[VA.va_gid, 8]]), EPERM);
      assert.equal(yield* setAttributes(k, owner, '/f', mode(0o6755)), 0);
      assert.equal(yield* setAttributes(k, owner, '/f', [[VA.va_gid, 7]]), 0);
      assert.equal(yield* attribute(k, who, '/f', VA.va_mode), 0o755, 'set-id bits are gone');
      assert.equal(yield* setAttributes(k, who, '/f', [[VA.va_uid, 6]]), 0);
      assert.equal(yield* setAttributes(k, other, '/f', mode(0o600)), 0);
      assert.equal(yield* readFile(k, owner, '/f'), EACCES);
      assert.equal(yield* readFile(k, other, '/f'), 'text');
    });
    runs(program, { schedules: 1 });
  });

  it('change the length of a regular file only', () => {
    const program = ramfsMachine('length', {}, function* (k, who) {
      const resize = (path: string, size: number) => setAttributes(k, who, path, [[VA.va_size, size]]);
      assert.equal(yield* writeFile(k, who, '/f', 'text'), 0);
      assert.equal(yield* resize('/f', 2), 0);
      assert.equal(yield* resize('/f', 4), 0);
      assert.equal(yield* readFile(k, who, '/f'), 'te\0\0');
      assert.equal(yield* resize('/f', -2), EINVAL);
      assert.equal(yield* resize('/f', 0x7fffffff), EFBIG);
      assert.equal(yield* resize('/', 0), EISDIR);
    });
    runs(program, { schedules: 1 });
  });

  it('lose the set-id bits when somebody but root writes', () => {
    const program = ramfsMachine('set-id', {}, function* (k, who) {
      const user = { ...who, cred: yield* credentials(k, { uid: 5 }) };
      assert.equal(yield* writeFile(k, who, '/f', 'x'), 0);
      assert.equal(yield* setAttributes(k, who, '/f', [[VA.va_mode, 0o4777]]), 0);
      assert.equal(yield* writeFile(k, who, '/f', 'y'), 0);
      assert.equal(yield* attribute(k, who, '/f', VA.va_mode), 0o4777);
      const vp = yield* vn_open(k, user, '/f', FREAD | FWRITE);
      yield* vn_close(k, vp, FREAD | FWRITE, user.cred);
      assert.equal(yield* attribute(k, who, '/f', VA.va_mode), 0o4777);
      assert.equal(yield* writeFile(k, user, '/f', 'z'), 0);
      assert.equal(yield* attribute(k, who, '/f', VA.va_mode), 0o777);
    });
    runs(program, { schedules: 1 });
  });

  it('have limits that pathconf tells', () => {
    const program = ramfsMachine('pathconf', {}, function* (k, who) {
      const value = yield* kmalloc(k, M_TEMP, 1);
      assert.equal(yield* VOP_PATHCONF(k, who.root, 4, value), 0);
      assert.equal(k.words[value], 63);
      assert.equal(yield* VOP_PATHCONF(k, who.root, 99, value), EINVAL);
      yield* kfree(k, M_TEMP, value);
    });
    runs(program, { schedules: 1 });
  });
});
