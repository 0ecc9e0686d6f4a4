import {
  type Context,
  LK_DOWNGRADE,
  LK_EXCLUSIVE,
  LK_NOWAIT,
  LK_SHARED,
  LK_UPGRADE,
  type Steps,
} from '@smplab/lwkt';
import { EBUSY } from '@smplab/proc';
import { fstrans_held, vfs_resume, vfs_suspend } from '../../src/mount/fstrans.ts';
import { V } from '../../src/vnode/vnode-layout.ts';
import { vn_lock, vn_unlock } from '../../src/vnode/vnode-lock.ts';
import { vrele } from '../../src/vnode/vref.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { ALL, atRest, MANY, mounted, node, nodeMachine, ONCE, together, unmounted } from './nodefs.ts';

/** Changes a word of the node in two steps. */
function* counts(k: Context, vp: number): Steps {
  k.assert((yield* vn_lock(k, vp, LK_EXCLUSIVE)) === 0, 'locked');
  const word = k.peek(vp + V.v_data) + 1;
  const before = k.get(word);
  yield* k.fence();
  k.set(word, before + 1);
  yield* vn_unlock(k, vp);
}

/** Nobody has the lock of a vnode of a suspended mount. */
function* suspends(k: Context, mp: number, vp: number): Steps {
  k.assert((yield* vfs_suspend(k, mp)) === 0, 'suspended');
  k.assert((yield* vn_lock(k, vp, LK_EXCLUSIVE | LK_NOWAIT)) === 0, 'nobody has it');
  yield* vn_unlock(k, vp);
  yield* vfs_resume(k, mp);
}

function* tries(k: Context, vp: number): Steps {
  k.assert((yield* vn_lock(k, vp, LK_EXCLUSIVE | LK_NOWAIT)) === EBUSY, 'EBUSY');
}

describe('the lock of a vnode', () => {
  it('is shared, exclusive, and changed from one to the other', () => {
    const program = nodeMachine('kinds', function* (k) {
      const mp = yield* mounted(k);
      const vp = yield* node(k, mp, 7);
      for (const kind of [LK_SHARED, LK_UPGRADE, LK_DOWNGRADE]) {
        k.assert((yield* vn_lock(k, vp, kind)) === 0, `request ${kind}`);
        k.assert(yield* fstrans_held(k, mp), 'inside a transaction');
      }
      yield* vn_unlock(k, vp);
      k.assert(!(yield* fstrans_held(k, mp)), 'outside');
      yield* vrele(k, vp);
      atRest(k);
      yield* unmounted(k, mp);
    });
    runs(program, ONCE);
  });

  it('answers EBUSY instead of waiting, if asked: for the lock and for who suspends', () => {
    const program = nodeMachine(
      'nowait',
      function* (k) {
        const mp = yield* mounted(k);
        const vp = yield* node(k, mp, 7);
        k.assert((yield* vn_lock(k, vp, LK_EXCLUSIVE)) === 0, 'locked');
        yield* together(k, ['tries', vp]);
        yield* vn_unlock(k, vp);
        k.assert((yield* vfs_suspend(k, mp)) === 0, 'suspended');
        yield* together(k, ['tries', vp]);
        yield* vfs_resume(k, mp);
        yield* vrele(k, vp);
        yield* unmounted(k, mp);
      },
      { tries },
    );
    runs(program, ONCE);
  });

  it('keeps two threads apart (all schedules)', () => {
    const program = nodeMachine(
      'two',
      function* (k) {
        const mp = yield* mounted(k);
        const vp = yield* node(k, mp, 7);
        yield* together(k, ['counts', vp], ['counts', vp]);
        k.assert(k.get(k.peek(vp + V.v_data) + 1) === 2, 'each has counted');
        k.set(k.peek(vp + V.v_data) + 1, 0);
        yield* vrele(k, vp);
        yield* unmounted(k, mp);
      },
      { counts },
    );
    runs(program, ALL, 'proved');
    runs(program, MANY);
  });

  it('is held by nobody while the file system is suspended (all schedules)', () => {
    const program = nodeMachine(
      'suspended',
      function* (k) {
        const mp = yield* mounted(k);
        const vp = yield* node(k, mp, 7);
        yield* together(k, ['counts', vp], ['suspends', mp, vp]);
        k.set(k.peek(vp + V.v_data) + 1, 0);
        yield* vrele(k, vp);
        yield* unmounted(k, mp);
      },
      { counts, suspends },
    );
    runs(program, ALL, 'proved');
    runs(program, MANY);
  });
});
