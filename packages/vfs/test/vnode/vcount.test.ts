import { type Context, spin_lock, spin_unlock, type Steps } from '@smplab/lwkt';
import { EBUSY, ENOENT } from '@smplab/proc';
import { vfs_resume, vfs_suspend } from '../../src/mount/fstrans.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';
import { V, VS_BLOCKED, VS_LOADED } from '../../src/vnode/vnode-layout.ts';
import { vstate_change } from '../../src/vnode/vstate.ts';
import {
  holdrelel,
  vcache_tryvget,
  vcache_vget,
  vgone,
  vholdl,
  vref,
  vrefcnt,
  vrele,
} from '../../src/vnode/vref.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { ALL, atRest, MANY, mounted, node, nodeMachine, ONCE, together, unmounted } from './nodefs.ts';

/**
 * Was given a hold: takes a reference through the vnode while its interlock is held, if there is one to have.
 */
function* vgets(k: Context, vp: number): Steps {
  yield* spin_lock(k, vp + V.v_interlock);
  const error = yield* vcache_vget(k, vp);
  k.assert(error === 0 || error === ENOENT, `vcache_vget: error ${error}`);
  if (error === 0) yield* vrele(k, vp);
  yield* spin_lock(k, vp + V.v_interlock);
  yield* holdrelel(k, vp);
}

/** Revokes it, with the last reference. */
function* revokes(k: Context, mp: number, vp: number): Steps {
  k.assert((yield* vfs_suspend(k, mp)) === 0, 'suspended');
  yield* vgone(k, vp);
  yield* vfs_resume(k, mp);
}

describe('references and holds', () => {
  it('are counted', () => {
    const program = nodeMachine('count', function* (k) {
      const mp = yield* mounted(k);
      const vp = yield* node(k, mp, 7);
      yield* vref(k, vp);
      k.assert((yield* vcache_tryvget(k, vp)) === 0, 'LOADED');
      k.assert((yield* vrefcnt(k, vp)) === 3, 'three');
      for (let left = 3; left > 0; left--) yield* vrele(k, vp);
      k.assert((yield* vrefcnt(k, vp)) === 0, 'none');
      atRest(k);
      yield* unmounted(k, mp);
    });
    runs(program, ONCE);
  });

  it('are not had from a vnode that nobody uses', () => {
    const program = nodeMachine('vref', function* (k) {
      const mp = yield* mounted(k);
      const vp = yield* node(k, mp, 7);
      yield* vrele(k, vp);
      yield* vref(k, vp);
    });
    runs(program, ONCE, 'panic');
  });

  it('are refused while the vnode is BLOCKED', () => {
    const program = nodeMachine('blocked', function* (k) {
      const mp = yield* mounted(k);
      const vp = yield* node(k, mp, 7);
      yield* spin_lock(k, vp + V.v_interlock);
      yield* vstate_change(k, vp, VS_LOADED, VS_BLOCKED);
      k.assert((yield* vcache_tryvget(k, vp)) === EBUSY, 'EBUSY');
      yield* vstate_change(k, vp, VS_BLOCKED, VS_LOADED);
      yield* spin_unlock(k, vp + V.v_interlock);
      yield* vrele(k, vp);
      yield* unmounted(k, mp);
    });
    runs(program, ONCE);
  });

  it('keep the memory until the last of both is gone (all schedules)', () => {
    const program = nodeMachine(
      'hold',
      function* (k) {
        const mp = yield* mounted(k);
        const vp = yield* node(k, mp, 7);
        yield* spin_lock(k, vp + V.v_interlock);
        vholdl(k, vp);
        yield* spin_unlock(k, vp + V.v_interlock);
        yield* together(k, ['vgets', vp], ['revokes', mp, vp]);
        k.assert(k.peek(vfs(k).g + VG.vg_numvnodes) === 0, 'freed by whoever was last');
        yield* unmounted(k, mp);
      },
      { vgets, revokes },
    );
    runs(program, ALL, 'proved');
    runs(program, MANY);
  });

  it('cannot be given back when there are none', () => {
    const program = nodeMachine('no hold', function* (k) {
      const mp = yield* mounted(k);
      const vp = yield* node(k, mp, 7);
      yield* spin_lock(k, vp + V.v_interlock);
      yield* holdrelel(k, vp);
    });
    runs(program, ONCE, 'panic');
  });
});
