import assert from 'node:assert/strict';
import { EISDIR, FREAD, FWRITE, U, uioBytes, uioFill, uioFree, uioMake } from '@smplab/proc';
import { do_sys_mkdir } from '../../src/name/path-calls.ts';
import { O_CREAT, vn_close, vn_open } from '../../src/name/vn-open.ts';
import { IO_APPEND } from '../../src/ramfs/ramfs-file-ops.ts';
import { VOP_READ, VOP_WRITE } from '../../src/vnode/vnode-ops.ts';
import { namesIn, ramfsMachine, readFile, writeFile } from '../fixtures/ramfs-machine.ts';
import { runs } from '../fixtures/vfs-machine.ts';

describe('a file in the file system in memory', () => {
  it('has what was written to it, through another vnode as well', () => {
    const program = ramfsMachine('written', {}, function* (k, who) {
      assert.equal(yield* writeFile(k, who, '/a', 'hello, world'), 0);
      assert.equal(yield* readFile(k, who, '/a'), 'hello, world');
      assert.equal(yield* writeFile(k, who, '/a', 'bye'), 0);
      assert.equal(yield* readFile(k, who, '/a'), 'bye');
    });
    runs(program, { schedules: 1 });
  });

  it('is written at the offset, or at its end, and the offset goes on', () => {
    const program = ramfsMachine('offset', {}, function* (k, who) {
      const vp = yield* vn_open(k, who, '/a', FREAD | FWRITE | O_CREAT, 0o600);
      const write = function* (text: string, offset: number, ioflag: number) {
        const uio = yield* uioFill(k, new TextEncoder().encode(text));
        k.words[uio + U.uio_offset] = offset;
        assert.equal(yield* VOP_WRITE(k, vp, uio, ioflag, who.cred), 0);
        const next = k.words[uio + U.uio_offset];
        yield* uioFree(k, uio);
        return next;
      };
      assert.equal(yield* write('abc', 2, 0), 5);
      assert.equal(yield* write('de', 0, IO_APPEND), 7);
      const uio = yield* uioMake(k, 100);
      k.words[uio + U.uio_offset] = 1;
      assert.equal(yield* VOP_READ(k, vp, uio, 0, who.cred), 0);
      assert.deepEqual(new TextDecoder().decode(uioBytes(k, uio)), '\0abcde');
      assert.equal(k.words[uio + U.uio_offset], 7);
      yield* uioFree(k, uio);
      yield* vn_close(k, vp, FREAD | FWRITE, who.cred);
    });
    runs(program, { schedules: 1 });
  });

  it('is listed once, whether its directory is read at once or a record at a time', () => {
    const program = ramfsMachine('listed', {}, function* (k, who) {
      const names = ['one', 'two', 'three', 'a-longer-name-than-the-others'];
      assert.equal(yield* do_sys_mkdir(k, who, '/d', 0o755), 0);
      for (const name of names) assert.equal(yield* writeFile(k, who, `/d/${name}`, name), 0);
      for (const bytes of [48, 64, 512])
        assert.deepEqual(yield* namesIn(k, who, '/d', bytes), ['.', '..', ...names]);
      assert.equal(yield* readFile(k, who, '/d'), EISDIR);
    });
    runs(program, { schedules: 1 });
  });
});
