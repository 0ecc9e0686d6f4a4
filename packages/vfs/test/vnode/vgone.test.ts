import { type Context, LK_EXCLUSIVE, type Steps } from '@smplab/lwkt';
import { EBADF, ENOENT } from '@smplab/proc';
import { vfs_resume, vfs_suspend } from '../../src/mount/fstrans.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';
import { V, VS_LOADED, VS_RECLAIMED } from '../../src/vnode/vnode-layout.ts';
import { LK_RETRY, vn_lock } from '../../src/vnode/vnode-lock.ts';
import { VOP_GETATTR } from '../../src/vnode/vnode-ops.ts';
import { vgone, vput, vrecycle, vref, vrele } from '../../src/vnode/vref.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import {
  ALL,
  atRest,
  MANY,
  mounted,
  node,
  nodeMachine,
  nodes,
  ONCE,
  together,
  unmounted,
  USELESS,
} from './nodefs.ts';

/** Recycles what it was given a reference to, or lets it go. */
function* recycles(k: Context, vp: number): Steps {
  if (!(yield* vrecycle(k, vp))) yield* vrele(k, vp);
}

/** Revokes it whoever uses it. */
function* revokes(k: Context, mp: number, vp: number): Steps {
  k.assert((yield* vfs_suspend(k, mp)) === 0, 'suspended');
  yield* vgone(k, vp);
  yield* vfs_resume(k, mp);
}

/** Has a reference: its operations find the node, or a dead vnode. */
function* holds(k: Context, vp: number): Steps {
  let isDead = false;
  for (let left = 2; left > 0; left--) {
    const error = yield* VOP_GETATTR(k, vp, 0, 0);
    k.assert(error === 0 || error === EBADF, `VOP_GETATTR: error ${error}`);
    k.assert(!isDead || error === EBADF, 'a dead vnode stays dead');
    isDead = error !== 0;
  }
  const error = yield* vn_lock(k, vp, LK_EXCLUSIVE);
  k.assert(error === 0 || error === ENOENT, `vn_lock: error ${error}`);
  k.assert(!isDead || error === ENOENT, 'a dead vnode is not locked');
  if (error === 0) yield* vput(k, vp);
  else yield* vrele(k, vp);
}

/** Gets it by its number: the one that is going to be dead, or a new one. */
function* gets(k: Context, mp: number, number: number): Steps {
  const vp = yield* node(k, mp, number);
  k.assert(vp > 0, `vcache_get: error ${-vp}`);
  yield* holds(k, vp);
}

describe('recycling a vnode', () => {
  it('takes it from its file system, with the reference', () => {
    const program = nodeMachine('recycle', function* (k) {
      const mp = yield* mounted(k);
      const vp = yield* node(k, mp, 7);
      k.assert(yield* vrecycle(k, vp), 'recycled');
      k.assert(nodes(k) === 0 && k.peek(vfs(k).g + VG.vg_numvnodes) === 0, 'gone');
      yield* unmounted(k, mp);
    });
    runs(program, ONCE);
  });

  it('is refused while somebody else uses it, and leaves the reference', () => {
    const program = nodeMachine('in use', function* (k) {
      const mp = yield* mounted(k);
      const vp = yield* node(k, mp, 7);
      yield* vref(k, vp);
      k.assert(!(yield* vrecycle(k, vp)), 'refused');
      k.assert(k.peek(vp + V.v_state) === VS_LOADED, 'as before');
      yield* vrele(k, vp);
      yield* vrele(k, vp);
      yield* unmounted(k, mp);
    });
    runs(program, ONCE);
  });

  it('lets go of one that is dead already', () => {
    const program = nodeMachine('dead', function* (k) {
      const mp = yield* mounted(k);
      const vp = yield* node(k, mp, 7);
      yield* vref(k, vp);
      yield* revokes(k, mp, vp);
      k.assert(k.peek(vp + V.v_state) === VS_RECLAIMED, 'dead');
      k.assert(yield* vrecycle(k, vp), 'true: there is nothing to do');
      yield* unmounted(k, mp);
    });
    runs(program, ONCE);
  });

  for (const [title, function_, ...more] of [
    ['who gets it', 'uses', 7],
    ['another who recycles it', 'recycles'],
    ['who lets it go', 'holds'],
  ] as const) {
    it(`races with ${title} (all schedules)`, () => {
      const program = nodeMachine(
        `recycle ${function_}`,
        function* (k) {
          const mp = yield* mounted(k);
          const vp = yield* node(k, mp, 7);
          const isGetter = function_ === 'uses';
          if (!isGetter) yield* vref(k, vp);
          yield* together(k, ['recycles', vp], isGetter ? [function_, mp, ...more] : [function_, vp]);
          yield* unmounted(k, mp);
        },
        { recycles, holds },
      );
      runs(program, ALL, 'proved');
      runs(program, MANY);
    });
  }
});

describe('revoking a vnode', () => {
  it('is for who has the mount suspended', () => {
    const program = nodeMachine('not suspended', function* (k) {
      const mp = yield* mounted(k);
      yield* vgone(k, yield* node(k, mp, 7));
    });
    runs(program, ONCE, 'panic');
  });

  it('leaves a dead vnode to who uses it, and the key to another', () => {
    const program = nodeMachine('revoke', function* (k) {
      const mp = yield* mounted(k);
      const vp = yield* node(k, mp, 7);
      yield* vref(k, vp);
      yield* revokes(k, mp, vp);
      atRest(k);
      k.assert(k.peek(vp + V.v_mount) === k.words[vfs(k).g + VG.vg_deadmount], 'on the dead mount');
      k.assert((yield* VOP_GETATTR(k, vp, 0, 0)) === EBADF, 'a dead operation');
      k.assert((yield* vn_lock(k, vp, LK_EXCLUSIVE)) === ENOENT, 'not locked');
      k.assert((yield* vn_lock(k, vp, LK_EXCLUSIVE | LK_RETRY)) === 0, 'unless asked');
      const other = yield* node(k, mp, 7);
      k.assert(other > 0 && other !== vp && nodes(k) === 1, 'loaded again');
      yield* vput(k, vp);
      yield* vrele(k, other);
      yield* unmounted(k, mp);
    });
    runs(program, ONCE);
  });

  it('needs no suspension once it is dead', () => {
    const program = nodeMachine('dead already', function* (k) {
      const mp = yield* mounted(k);
      const vp = yield* node(k, mp, 7);
      yield* vref(k, vp);
      yield* revokes(k, mp, vp);
      yield* vgone(k, vp);
      yield* unmounted(k, mp);
    });
    runs(program, ONCE);
  });

  for (const number of [7, USELESS]) {
    it(`of node ${number} races with who uses it (all schedules)`, () => {
      const program = nodeMachine(
        `revoke hold ${number}`,
        function* (k) {
          const mp = yield* mounted(k);
          const vp = yield* node(k, mp, number);
          yield* vref(k, vp);
          yield* together(k, ['revokes', mp, vp], ['holds', vp]);
          k.assert(nodes(k) === 0, 'the file system has let go of it');
          yield* unmounted(k, mp);
        },
        { revokes, holds },
      );
      runs(program, ALL, 'proved');
      runs(program, MANY);
    });

    it(`of node ${number} races with who gets it (all schedules)`, () => {
      const program = nodeMachine(
        `revoke get ${number}`,
        function* (k) {
          const mp = yield* mounted(k);
          const vp = yield* node(k, mp, number);
          yield* together(k, ['revokes', mp, vp], ['gets', mp, number]);
          yield* unmounted(k, mp);
        },
        { revokes, gets },
      );
      runs(program, ALL, 'proved');
      runs(program, MANY);
    });
  }
});
