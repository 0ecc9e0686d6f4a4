import { type Context, functionNumber, type Steps } from '@smplab/lwkt';
import { EBADF, EOPNOTSUPP, kfree, kmalloc, M_TEMP } from '@smplab/proc';
import { fstrans_held, vfs_resume, vfs_suspend } from '../../src/mount/fstrans.ts';
import { V } from '../../src/vnode/vnode-layout.ts';
import { VOP, Vnodeops } from '../../src/vnode/vnode-ops-layout.ts';
import * as ops from '../../src/vnode/vnode-ops.ts';
import { vgone, vref, vrele } from '../../src/vnode/vref.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { ALL, MANY, mounted, node, nodeMachine, ONCE, together, unmounted } from './nodefs.ts';

type Call = (k: Context, vp: number, a: number, b: number, c: number) => Steps<number>;

/** Each operation, its slot, and how many words it takes besides the vnode. */
const TABLE: readonly (readonly [Call, keyof typeof VOP, number])[] = [
  [ops.VOP_LOOKUP, 'vop_lookup', 1],
  [ops.VOP_CREATE, 'vop_create', 2],
  [ops.VOP_MKNOD, 'vop_mknod', 2],
  [ops.VOP_MKDIR, 'vop_mkdir', 2],
  [ops.VOP_SYMLINK, 'vop_symlink', 2],
  [ops.VOP_OPEN, 'vop_open', 2],
  [ops.VOP_CLOSE, 'vop_close', 2],
  [ops.VOP_ACCESS, 'vop_access', 2],
  [ops.VOP_GETATTR, 'vop_getattr', 2],
  [ops.VOP_SETATTR, 'vop_setattr', 2],
  [ops.VOP_READ, 'vop_read', 3],
  [ops.VOP_WRITE, 'vop_write', 3],
  [ops.VOP_IOCTL, 'vop_ioctl', 2],
  [ops.VOP_FSYNC, 'vop_fsync', 2],
  [ops.VOP_REMOVE, 'vop_remove', 2],
  [ops.VOP_LINK, 'vop_link', 2],
  [ops.VOP_RENAME, 'vop_rename', 3],
  [ops.VOP_RMDIR, 'vop_rmdir', 2],
  [ops.VOP_READDIR, 'vop_readdir', 2],
  [ops.VOP_READLINK, 'vop_readlink', 2],
  [ops.VOP_PATHCONF, 'vop_pathconf', 2],
  [ops.VOP_ADVLOCK, 'vop_advlock', 3],
];
const GIVE_A_VNODE = 5;

/** Operations that may wait for ever must not keep a suspension waiting. */
const OUTSIDE: readonly Call[] = [ops.VOP_ADVLOCK];

/** Tells what it was called with, and whether it runs inside a transaction. */
function* tells(k: Context, vp: number, a: number, b: number, c = 0): Steps<number> {
  const isInside = yield* fstrans_held(k, k.peek(vp + V.v_mount));
  return (isInside ? 10_000 : 0) + a * 100 + b * 10 + c;
}

describe('operations of vnodes', () => {
  TABLE.forEach(([call, slot, words], at) => {
    const where = OUTSIDE.includes(call) ? 'outside' : 'inside';
    it(`${call.name} calls ${slot} with its ${words} words, ${where} a transaction of the mount`, () => {
      const program = nodeMachine(
        call.name,
        function* (k) {
          const mp = yield* mounted(k);
          const vp = yield* node(k, mp, 7);
          const before = k.peek(vp + V.v_op);
          const row = yield* kmalloc(k, M_TEMP, Vnodeops.size);
          yield* k.storeRelaxed(vp + V.v_op, row);
          const unset = at < GIVE_A_VNODE ? -EOPNOTSUPP : EOPNOTSUPP;
          k.assert((yield* call(k, vp, 1, 2, 3)) === unset, 'a slot that is not set');
          k.words[row + VOP[slot]] = functionNumber('tells');
          const expected = [100, 120, 123][words - 1] + (OUTSIDE.includes(call) ? 0 : 10_000);
          const told = yield* call(k, vp, 1, 2, 3);
          k.assert(told === expected, `${call.name} gives ${told}, not ${expected}`);
          k.assert(!(yield* fstrans_held(k, mp)), 'outside again');
          yield* k.storeRelaxed(vp + V.v_op, before);
          yield* kfree(k, M_TEMP, row);
          yield* vrele(k, vp);
          yield* unmounted(k, mp);
        },
        { tells },
      );
      runs(program, ONCE);
    });
  });

  it('run on a vnode that is there as long as they do', () => {
    runs(revoked([]), ALL, 'proved');
    runs(revoked([]), MANY);
  });

  it('ran on one that was taken away before 2014: vop-unguarded', () => {
    runs(revoked(['vop-unguarded']), ALL, 'use-after-free');
  });
});

/** An operation, while the vnode is revoked. */
function revoked(asSeed: readonly string[]) {
  return nodeMachine(
    'revoked',
    function* (k) {
      const mp = yield* mounted(k);
      const vp = yield* node(k, mp, 7);
      yield* vref(k, vp);
      yield* together(k, ['revokes', mp, vp], ['asks', vp]);
      yield* unmounted(k, mp);
    },
    {
      *revokes(k, mp, vp) {
        k.assert((yield* vfs_suspend(k, mp)) === 0, 'suspended');
        yield* vgone(k, vp);
        yield* vfs_resume(k, mp);
      },
      *asks(k, vp) {
        const error = yield* ops.VOP_GETATTR(k, vp, 0, 0);
        k.assert(error === 0 || error === EBADF, `VOP_GETATTR: error ${error}`);
        yield* vrele(k, vp);
      },
    },
    { asSeed },
  );
}
