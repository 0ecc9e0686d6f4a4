import { type Context, LK_EXCLUSIVE, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { EOPNOTSUPP } from '@smplab/proc';
import { vfs_resume, vfs_suspend } from '../../src/mount/fstrans.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';
import { vn_lock } from '../../src/vnode/vnode-lock.ts';
import { V } from '../../src/vnode/vnode-layout.ts';
import { VOP_ACCESS } from '../../src/vnode/vnode-ops.ts';
import { holdrelel, vcache_tryvget, vholdl, vput, vref, vrele } from '../../src/vnode/vref.ts';
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
  UNNAMED,
  USELESS,
} from './nodefs.ts';

/** Gives a reference back that it was given. */
function* lets(k: Context, vp: number): Steps {
  yield* vrele(k, vp);
}

/** Gets a node by its number and takes its name away: it is of no further use from then on. */
function* unlinks(k: Context, mp: number, number: number): Steps {
  const vp = yield* node(k, mp, number);
  const error = yield* vn_lock(k, vp, LK_EXCLUSIVE);
  k.assert(error === 0, `vn_lock: ${error}`);
  k.set(k.peek(vp + V.v_data) + UNNAMED, 1);
  yield* vput(k, vp);
}

function* suspends(k: Context, mp: number): Steps {
  k.assert((yield* vfs_suspend(k, mp)) === 0, 'suspended');
  yield* k.fence();
  yield* vfs_resume(k, mp);
}

/** Takes a reference, if there is one to have: the vnode is a live one as long as it has it. */
function* grabs(k: Context, vp: number): Steps {
  if ((yield* vcache_tryvget(k, vp)) !== 0) return;
  const error = yield* VOP_ACCESS(k, vp, 0, 0);
  k.assert(error === EOPNOTSUPP, `a dead vnode answers: ${error}`);
  yield* vrele(k, vp);
}

describe('giving back a reference', () => {
  it('with no reference left is a panic', () => {
    const program = nodeMachine('too many', function* (k) {
      const mp = yield* mounted(k);
      const vp = yield* node(k, mp, 7);
      yield* vrele(k, vp);
      yield* vrele(k, vp);
    });
    runs(program, ONCE, 'panic');
  });

  it('goes with the lock, if asked', () => {
    const program = nodeMachine('vput', function* (k) {
      const mp = yield* mounted(k);
      const vp = yield* node(k, mp, 7);
      k.assert((yield* vn_lock(k, vp, LK_EXCLUSIVE)) === 0, 'locked');
      yield* vput(k, vp);
      atRest(k);
      yield* unmounted(k, mp);
    });
    runs(program, ONCE);
  });

  for (const number of [7, USELESS]) {
    it(`of node ${number} by two threads recycles it once or not at all (all schedules)`, () => {
      const program = nodeMachine(
        `rele rele ${number}`,
        function* (k) {
          const mp = yield* mounted(k);
          const vp = yield* node(k, mp, number);
          yield* vref(k, vp);
          yield* together(k, ['lets', vp], ['lets', vp]);
          k.assert(nodes(k) === (number === USELESS ? 0 : 1), `${nodes(k)} nodes`);
          yield* unmounted(k, mp);
        },
        { lets },
      );
      runs(program, ALL, 'proved');
      runs(program, MANY);
    });

    it(`of node ${number} races with who gets it again (all schedules)`, () => {
      const program = nodeMachine(
        `get rele ${number}`,
        function* (k) {
          const mp = yield* mounted(k);
          const vp = yield* node(k, mp, number);
          yield* together(k, ['lets', vp], ['uses', mp, number]);
          yield* unmounted(k, mp);
        },
        { lets },
      );
      runs(program, ALL, 'proved');
      runs(program, MANY);
    });
  }

  it('asks again whether it is of use when it was used meanwhile (all schedules)', () => {
    const program = nodeMachine(
      'get unlink rele',
      function* (k) {
        const mp = yield* mounted(k);
        const vp = yield* node(k, mp, 7);
        yield* together(k, ['lets', vp], ['unlinks', mp, 7]);
        atRest(k);
        k.assert(k.peek(vfs(k).g + VG.vg_numvnodes) === 0, 'it has no name, and is gone');
        yield* unmounted(k, mp);
      },
      { lets, unlinks },
    );
    runs(program, ALL, 'proved');
    runs(program, MANY);
  });

  it('does not recycle what somebody has taken meanwhile (all schedules)', () => {
    const program = nodeMachine(
      'grab rele',
      function* (k) {
        const mp = yield* mounted(k);
        const vp = yield* node(k, mp, USELESS);
        yield* spin_lock(k, vp + V.v_interlock);
        vholdl(k, vp);
        yield* spin_unlock(k, vp + V.v_interlock);
        yield* together(k, ['lets', vp], ['grabs', vp]);
        k.assert(nodes(k) === 0, 'recycled by whoever was last');
        yield* spin_lock(k, vp + V.v_interlock);
        yield* holdrelel(k, vp);
        yield* unmounted(k, mp);
      },
      { lets, grabs },
    );
    runs(program, { ...ALL, preemptions: 2 }, 'proved');
    runs(program, MANY);
  });

  it('waits while the file system is suspended (all schedules)', () => {
    const program = nodeMachine(
      'suspend rele',
      function* (k) {
        const mp = yield* mounted(k);
        const vp = yield* node(k, mp, USELESS);
        yield* together(k, ['lets', vp], ['suspends', mp]);
        k.assert(nodes(k) === 0, 'recycled before or after');
        yield* unmounted(k, mp);
      },
      { lets, suspends },
    );
    runs(program, ALL, 'proved');
    runs(program, MANY);
  });
});
