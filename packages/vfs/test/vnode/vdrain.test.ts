import { type Context, LK_EXCLUSIVE, type Steps } from '@smplab/lwkt';
import { vfs_resume, vfs_suspend } from '../../src/mount/fstrans.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';
import { vcache_gc } from '../../src/vnode/vdrain.ts';
import { V } from '../../src/vnode/vnode-layout.ts';
import { vn_lock, vn_unlock } from '../../src/vnode/vnode-lock.ts';
import { vrele } from '../../src/vnode/vref.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { ALL, atRest, MANY, mounted, node, nodeMachine, nodes, ONCE, together, unmounted } from './nodefs.ts';

function* desire(k: Context, count: number): Steps {
  yield* k.storeRelaxed(vfs(k).g + VG.vg_desiredvnodes, count);
}

/** Gets the vnodes of numbers and lets them go. */
function* touch(k: Context, mp: number, ...numbers: readonly number[]): Steps {
  for (const number of numbers) yield* vrele(k, yield* node(k, mp, number));
}

function* drains(k: Context): Steps {
  yield* vcache_gc(k);
}

function* revokesNothing(k: Context, mp: number): Steps {
  k.assert((yield* vfs_suspend(k, mp)) === 0, 'suspended');
  const before = nodes(k);
  yield* k.fence();
  k.assert(nodes(k) === before, 'nothing is reclaimed while the mount is suspended');
  yield* vfs_resume(k, mp);
}

describe('draining vnodes', () => {
  it('recycles those unused for longest, down to what is desired', () => {
    const program = nodeMachine('lru', function* (k) {
      const mp = yield* mounted(k);
      yield* touch(k, mp, 1, 2, 3, 4, 1);
      yield* desire(k, 2);
      yield* vcache_gc(k);
      atRest(k);
      k.assert(nodes(k) === 2, `${nodes(k)} nodes`);
      const generation = k.peek(vfs(k).g + VG.vg_generation);
      yield* touch(k, mp, 4, 1);
      k.assert(k.peek(vfs(k).g + VG.vg_generation) === generation, '1 and 4 are there, and not loaded again');
      yield* unmounted(k, mp);
    });
    runs(program, ONCE);
  });

  it('leaves alone what is in use', () => {
    const program = nodeMachine('in use', function* (k) {
      const mp = yield* mounted(k);
      yield* touch(k, mp, 1, 2);
      const vp = yield* node(k, mp, 1);
      k.assert((yield* vn_lock(k, vp, LK_EXCLUSIVE)) === 0, 'locked');
      yield* desire(k, 0);
      yield* vcache_gc(k);
      k.assert(nodes(k) === 1 && k.peek(vp + V.v_data) !== 0, 'the other is gone');
      yield* vn_unlock(k, vp);
      yield* vrele(k, vp);
      yield* unmounted(k, mp);
    });
    runs(program, ONCE);
  });

  it('comes before a load that would make too many', () => {
    const program = nodeMachine('load', function* (k) {
      const mp = yield* mounted(k);
      yield* desire(k, 1);
      yield* touch(k, mp, 1, 2, 3, 4);
      k.assert(nodes(k) <= 2, `${nodes(k)} nodes`);
      yield* unmounted(k, mp);
    });
    runs(program, ONCE);
  });

  it('leaves a suspended file system alone (all schedules)', () => {
    const program = nodeMachine(
      'suspended',
      function* (k) {
        const mp = yield* mounted(k);
        yield* touch(k, mp, 1, 2);
        yield* desire(k, 0);
        yield* together(k, ['revokesNothing', mp], ['drains']);
        yield* unmounted(k, mp);
      },
      { drains, revokesNothing },
    );
    runs(program, ALL, 'proved');
    runs(program, MANY);
  });

  for (const [title, other] of [
    ['who gets one of them', 'uses'],
    ['another who drains', 'drains'],
  ] as const) {
    it(`races with ${title} (all schedules)`, () => {
      const program = nodeMachine(
        `drain ${other}`,
        function* (k) {
          const mp = yield* mounted(k);
          yield* touch(k, mp, 1);
          yield* desire(k, 0);
          yield* together(k, ['drains'], other === 'uses' ? [other, mp, 1] : [other]);
          yield* unmounted(k, mp);
        },
        { drains },
      );
      runs(program, ALL, 'proved');
      runs(program, MANY);
    });
  }
});
