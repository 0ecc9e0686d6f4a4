import assert from 'node:assert/strict';
import { EBUSY, EINVAL, FREAD, kfree, kmalloc, M_TEMP } from '@smplab/proc';
import { ENOSPC } from '../../src/errno.ts';
import { M, MNT_LOCAL } from '../../src/mount/mount-layout.ts';
import { mount_domount, mount_getargs } from '../../src/mount/mount.ts';
import { vfs_ref, vfs_rele } from '../../src/mount/mount-refs.ts';
import { Statvfs, SV } from '../../src/mount/statvfs-layout.ts';
import { dounmount } from '../../src/mount/unmount.ts';
import { VFS_STATVFS } from '../../src/mount/vfsops.ts';
import { do_sys_lookup, do_sys_mkdir } from '../../src/name/path-calls.ts';
import { vn_close, vn_open } from '../../src/name/vn-open.ts';
import { RAMFS_WORDSMAX } from '../../src/ramfs/ramfs-layout.ts';
import { V } from '../../src/vnode/vnode-layout.ts';
import { vrele } from '../../src/vnode/vref.ts';
import { ramfsMachine, readFile, writeFile } from '../fixtures/ramfs-machine.ts';
import { runs } from '../fixtures/vfs-machine.ts';

describe('a mount of the file system in memory', () => {
  it('holds as much as it was told, and forgets all of it when it is unmounted', () => {
    const program = ramfsMachine('full', {}, function* (k, who, ops) {
      assert.equal(yield* do_sys_mkdir(k, who, '/mnt', 0o755), 0);
      const covered = yield* do_sys_lookup(k, who, '/mnt', 0);
      const data = yield* kmalloc(k, M_TEMP, 1);
      k.words[data] = -1;
      assert.equal(yield* mount_domount(k, covered, ops, 0, 0, data, 1), EINVAL);
      k.words[data] = 16;
      for (const text of ['first', 'second']) {
        assert.equal(yield* mount_domount(k, covered, ops, 0, 0, data, 1), 0);
        assert.equal(yield* writeFile(k, who, '/mnt/f', text), 0);
        assert.equal(yield* writeFile(k, who, '/mnt/g', 'x'.repeat(33)), ENOSPC);
        assert.equal(yield* readFile(k, who, '/mnt/f'), text);
        const mp = k.peek(covered + V.v_mountedhere);
        yield* vfs_ref(k, mp);
        const vp = yield* vn_open(k, who, '/mnt/f', FREAD);
        assert.equal(yield* dounmount(k, mp, 0), EBUSY);
        yield* vn_close(k, vp, FREAD, who.cred);
        assert.equal(yield* dounmount(k, mp, 0), 0);
        yield* vfs_rele(k, mp);
      }
      yield* kfree(k, M_TEMP, data);
      yield* vrele(k, covered);
    });
    runs(program, { schedules: 1 });
  });

  it('tells its arguments, to who has room for them', () => {
    const program = ramfsMachine('arguments', {}, function* (k, who) {
      const mp = k.peek(who.root + V.v_mount);
      const data = yield* kmalloc(k, M_TEMP, 1);
      assert.equal(yield* mount_getargs(k, mp, data, 0), EINVAL);
      assert.equal(yield* mount_getargs(k, mp, data, 1), 0);
      assert.equal(k.words[data], RAMFS_WORDSMAX);
      assert.equal(k.peek(mp + M.mnt_flag) & MNT_LOCAL, MNT_LOCAL);
      yield* kfree(k, M_TEMP, data);
    });
    runs(program, { schedules: 1 });
  });

  it('tells how much is free, in blocks', () => {
    const program = ramfsMachine('statvfs', {}, function* (k, who) {
      const mp = k.peek(who.root + V.v_mount);
      const buffer = yield* kmalloc(k, M_TEMP, Statvfs.size);
      assert.equal(yield* VFS_STATVFS(k, mp, buffer), 0);
      const blocks = (4 * RAMFS_WORDSMAX) / 512;
      assert.deepEqual([k.words[buffer + SV.f_blocks], k.words[buffer + SV.f_bfree]], [blocks, blocks]);
      assert.equal(k.words[buffer + SV.f_files], 1);
      assert.equal(yield* writeFile(k, who, '/f', 'x'.repeat(2048)), 0);
      assert.equal(yield* VFS_STATVFS(k, mp, buffer), 0);
      assert.equal(k.words[buffer + SV.f_bavail], blocks - 4);
      assert.equal(k.words[buffer + SV.f_files], 2);
      assert.equal(k.words[buffer + SV.f_namemax], 63);
      yield* kfree(k, M_TEMP, buffer);
    });
    runs(program, { schedules: 1 });
  });
});
