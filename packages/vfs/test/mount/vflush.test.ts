import { type Context, functionNumber, lwkt_create, lwkt_join, type Steps } from '@smplab/lwkt';
import { EBUSY, ENOENT } from '@smplab/proc';
import { vfs_resume, vfs_suspend } from '../../src/mount/fstrans.ts';
import { MNT_FORCE } from '../../src/mount/mount-layout.ts';
import { vfs_ref, vfs_rele } from '../../src/mount/mount-refs.ts';
import { dounmount } from '../../src/mount/unmount.ts';
import {
  FORCECLOSE,
  SKIPSYSTEM,
  vflush,
  vfs_vnode_iterator_destroy,
  vfs_vnode_iterator_init,
  vfs_vnode_iterator_next,
} from '../../src/mount/vflush.ts';
import { V, VV_SYSTEM } from '../../src/vnode/vnode-layout.ts';
import { VOP_GETATTR } from '../../src/vnode/vnode-ops.ts';
import { vgone, vrecycle, vrele } from '../../src/vnode/vref.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { checkNothingMounted, mountedMachine, mountTestfs } from './mounted.ts';
import { testNodes, testVnode } from './testfs.ts';

const fn = functionNumber;
const ONCE = { schedules: 1 };
const ALL = { strategy: 'dfs', preemptions: 1, schedules: 100_000 } as const;
const SOME = { schedules: 300 };

/** Vnodes 1 to `count`, of which the caller keeps those from `kept` on. */
function* load(k: Context, mp: number, count: number, kept = count + 1): Steps<number[]> {
  const vnodes: number[] = [];
  for (let number = 1; number <= count; number++) {
    const vp = yield* testVnode(k, mp, number);
    k.assert(vp > 0, `vnode ${number}: ${vp}`);
    if (number < kept) yield* vrele(k, vp);
    else vnodes.push(vp);
  }
  return vnodes;
}

/** Recycles a vnode if nobody else uses it. */
function* recycles(k: Context, mp: number, number: number): Steps {
  const vp = yield* testVnode(k, mp, number);
  if (vp === -ENOENT) return;
  if (!(yield* vrecycle(k, vp))) yield* vrele(k, vp);
}

/** Counts the vnodes of a mount. */
function* countVnodes(k: Context, mp: number): Steps<number> {
  const marker = yield* vfs_vnode_iterator_init(k, mp);
  let count = 0;
  for (;;) {
    const vp = yield* vfs_vnode_iterator_next(k, marker);
    if (vp === 0) break;
    count++;
    yield* vrele(k, vp);
  }
  yield* vfs_vnode_iterator_destroy(k, marker);
  return count;
}

describe('the vnodes of a mount', () => {
  it('are walked once each, by several at a time', () => {
    const functions = {
      *counts(k: Context, mp: number): Steps {
        k.assert((yield* countVnodes(k, mp)) === 3, 'three vnodes');
      },
    };
    const program = mountedMachine('walk x walk', functions, function* (k) {
      const mp = yield* mountTestfs(k);
      yield* load(k, mp, 3);
      const td = yield* lwkt_create(k, fn('counts'), { cpu: 1, args: [mp] });
      yield* functions.counts(k, mp);
      yield* lwkt_join(k, td);
    });
    runs(program, SOME);
  });

  it('are walked while they are recycled, in every schedule', () => {
    const program = mountedMachine('walk x recycle', { recycles }, function* (k) {
      const mp = yield* mountTestfs(k);
      yield* load(k, mp, 2);
      const td = yield* lwkt_create(k, fn('recycles'), { cpu: 1, args: [mp, 2] });
      const count = yield* countVnodes(k, mp);
      k.assert(count === 1 || count === 2, `${count} vnodes`);
      yield* lwkt_join(k, td);
    });
    runs(program, SOME);
    runs(program, ALL, 'proved');
  });
});

describe('vflush', () => {
  it('reclaims what nobody uses, and tells of the others', () => {
    const program = mountedMachine('flush', {}, function* (k) {
      const mp = yield* mountTestfs(k);
      const [third, fourth] = yield* load(k, mp, 4, 3);
      yield* vfs_suspend(k, mp);
      k.assert((yield* vflush(k, mp, 0, 0)) === EBUSY, 'EBUSY');
      k.assert(testNodes(k) === 2, `${testNodes(k)} nodes`);
      yield* vrele(k, fourth);
      k.assert((yield* vflush(k, mp, third, 0)) === 0, 'all but one');
      k.assert(testNodes(k) === 1, `${testNodes(k)} nodes`);
      yield* k.storeRelaxed(third + V.v_vflag, VV_SYSTEM);
      k.assert((yield* vflush(k, mp, 0, FORCECLOSE | SKIPSYSTEM)) === 0, 'one of the system is left');
      k.assert(testNodes(k) === 1, `${testNodes(k)} nodes`);
      k.assert((yield* vflush(k, mp, 0, FORCECLOSE)) === 0, 'all');
      k.assert(testNodes(k) === 0, `${testNodes(k)} nodes`);
      yield* vfs_resume(k, mp);
      yield* vrele(k, third);
      k.assert((yield* dounmount(k, mp, 0)) === 0, 'unmounted');
      yield* vfs_rele(k, mp);
      checkNothingMounted(k);
    });
    runs(program, ONCE);
  });

  it('and who lets go of the last reference come to an end, in every schedule', () => {
    const functions = {
      *letsGo(k: Context, vp: number): Steps {
        yield* vrele(k, vp);
      },
    };
    const program = mountedMachine('flush x vrele', functions, function* (k) {
      const mp = yield* mountTestfs(k);
      const [vp] = yield* load(k, mp, 1, 1);
      const td = yield* lwkt_create(k, fn('letsGo'), { cpu: 1, args: [vp] });
      k.assert((yield* dounmount(k, mp, MNT_FORCE)) === 0, 'unmounted');
      yield* vfs_rele(k, mp);
      yield* lwkt_join(k, td);
      checkNothingMounted(k);
    });
    runs(program, SOME);
    runs(program, ALL, 'proved');
  });

  it('and who recycles the same vnode come to an end, in every schedule', () => {
    const program = mountedMachine('flush x recycle', { recycles }, function* (k) {
      const mp = yield* mountTestfs(k);
      yield* load(k, mp, 1);
      const td = yield* lwkt_create(k, fn('recycles'), { cpu: 1, args: [mp, 1] });
      k.assert((yield* dounmount(k, mp, MNT_FORCE)) === 0, 'unmounted');
      yield* lwkt_join(k, td);
      yield* vfs_rele(k, mp);
      checkNothingMounted(k);
    });
    runs(program, SOME);
    runs(program, ALL, 'proved');
  });

  // procfs 1.117 gave its reference to the mount back before it suspended it (procfs.md 2.4 b).
  function revoked(keeps: boolean) {
    const functions = {
      /** The exec hook of procfs, for a vnode it has a reference to. */
      *revokes(k: Context, mp: number, vp: number): Steps {
        if (!keeps) yield* vfs_rele(k, mp);
        if (!(yield* vrecycle(k, vp))) {
          const error = yield* vfs_suspend(k, mp);
          k.assert(error === 0 || error === ENOENT, `suspension: ${error}`);
          yield* vgone(k, vp);
          if (error === 0) yield* vfs_resume(k, mp);
        }
        if (keeps) yield* vfs_rele(k, mp);
      },
    };
    return mountedMachine('flush x revoke', functions, function* (k) {
      const mp = yield* mountTestfs(k);
      const [vp] = yield* load(k, mp, 1, 1);
      yield* load(k, mp, 1, 1);
      yield* vfs_ref(k, mp);
      const td = yield* lwkt_create(k, fn('revokes'), { cpu: 1, args: [mp, vp] });
      k.assert((yield* dounmount(k, mp, MNT_FORCE)) === 0, 'unmounted');
      yield* vfs_rele(k, mp);
      yield* lwkt_join(k, td);
      checkNothingMounted(k);
      k.assert((yield* VOP_GETATTR(k, vp, 0, 0)) !== 0, 'it is dead');
      yield* vrele(k, vp);
    });
  }

  it('and who revokes a vnode come to an end: the suspension is of one at a time', () => {
    runs(revoked(true), SOME);
    runs(revoked(true), ALL, 'proved');
  });

  it('frees the mount under the hands of who revokes without a reference to it', () => {
    runs(revoked(false), { strategy: 'pct', schedules: 20_000 }, 'use-after-free');
  });
});
