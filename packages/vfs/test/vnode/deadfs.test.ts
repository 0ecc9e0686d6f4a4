import assert from 'node:assert/strict';
import { type Context, Registry, type Steps } from '@smplab/lwkt';
import { EBADF, EIO, ENOENT, ENXIO, EOPNOTSUPP } from '@smplab/proc';
import { fstrans_start_nowait, vfs_resume, vfs_suspend } from '../../src/mount/fstrans.ts';
import { M } from '../../src/mount/mount-layout.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';
import { DEADFS_FUNCTIONS, registerDeadfs } from '../../src/vnode/deadfs.ts';
import { VOP } from '../../src/vnode/vnode-ops-layout.ts';
import * as ops from '../../src/vnode/vnode-ops.ts';
import { vgone, vref, vrele } from '../../src/vnode/vref.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { mounted, node, nodeMachine, ONCE, unmounted } from './nodefs.ts';

type Call = (k: Context, vp: number, a: number, b: number, c: number) => Steps<number>;

/** What a dead vnode answers. */
const ANSWERS: readonly (readonly [Call, number])[] = [
  [ops.VOP_LOOKUP, -ENOENT],
  [ops.VOP_CREATE, -EBADF],
  [ops.VOP_MKNOD, -EBADF],
  [ops.VOP_MKDIR, -EBADF],
  [ops.VOP_SYMLINK, -EBADF],
  [ops.VOP_OPEN, ENXIO],
  [ops.VOP_CLOSE, 0],
  [ops.VOP_ACCESS, EBADF],
  [ops.VOP_GETATTR, EBADF],
  [ops.VOP_SETATTR, EBADF],
  [ops.VOP_READ, EIO],
  [ops.VOP_WRITE, EIO],
  [ops.VOP_IOCTL, EBADF],
  [ops.VOP_FSYNC, 0],
  [ops.VOP_REMOVE, EBADF],
  [ops.VOP_LINK, EBADF],
  [ops.VOP_RENAME, EBADF],
  [ops.VOP_RMDIR, EBADF],
  [ops.VOP_READDIR, EBADF],
  [ops.VOP_READLINK, EBADF],
  [ops.VOP_PATHCONF, EBADF],
  [ops.VOP_ADVLOCK, EBADF],
];

describe('dead vnodes', () => {
  for (const [call, answer] of ANSWERS) {
    it(`answer ${call.name} with ${answer}`, () => {
      const program = nodeMachine(call.name, function* (k) {
        const mp = yield* mounted(k);
        const vp = yield* node(k, mp, 7);
        yield* vref(k, vp);
        k.assert((yield* vfs_suspend(k, mp)) === 0, 'suspended');
        yield* vgone(k, vp);
        yield* vfs_resume(k, mp);
        const got = yield* call(k, vp, 0, 0, 0);
        k.assert(got === answer, `${call.name} gives ${got}`);
        yield* vrele(k, vp);
        yield* unmounted(k, mp);
      });
      runs(program, ONCE);
    });
  }

  it('have an answer to every operation', () => {
    const program = nodeMachine('row', function* (k) {
      yield* k.fence();
      const row = k.words[vfs(k).g + VG.vg_deadops];
      for (const [name, slot] of Object.entries(VOP)) {
        k.assert(name === 'vop_spare' || k.words[row + slot] !== 0, `${name} is not set`);
      }
    });
    runs(program, ONCE);
  });

  it('are on a mount that is there for ever, and never suspended', () => {
    const program = nodeMachine('dead mount', function* (k) {
      const mp = k.words[vfs(k).g + VG.vg_deadmount];
      k.assert(k.peek(mp + M.mnt_refcnt) === 1, 'a reference nobody gives back');
      k.assert((yield* vfs_suspend(k, mp)) === EOPNOTSUPP, 'not suspended');
      k.assert((yield* fstrans_start_nowait(k, mp)) === 0, 'always open');
    });
    runs(program, ONCE);
  });

  it('have operations that a realm can be told of', () => {
    const registry = new Registry();
    registerDeadfs(registry);
    for (const name of Object.keys(DEADFS_FUNCTIONS)) assert.equal(typeof registry.numberOf(name), 'number');
  });
});
