import { type Context, functionNumber, lwkt_create, lwkt_join, type Steps } from '@smplab/lwkt';
import { EBUSY, ENOENT, kfree, kmalloc } from '@smplab/proc';
import { M_VNODE } from '../../src/malloc-types.ts';
import { vfs_resume, vfs_suspend } from '../../src/mount/fstrans.ts';
import { bootMounts } from '../../src/mount/mount-boot.ts';
import { IMNT_GONE, IMNT_UNMOUNT, M } from '../../src/mount/mount-layout.ts';
import {
  mountlist_append,
  mountlist_covers,
  mountlist_next,
  mountlist_remove,
  vfs_busy_mountedhere,
} from '../../src/mount/mount-list.ts';
import { vfs_rele, vfs_unbusy } from '../../src/mount/mount-refs.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';
import { V, Vnode } from '../../src/vnode/vnode-layout.ts';
import { type Body, runs, vfsMachine } from '../fixtures/vfs-machine.ts';
import { bootSomeOps, someMount } from './some-mount.ts';

const fn = functionNumber;
const ALL = { strategy: 'dfs', preemptions: 2, schedules: 60_000 } as const;
const ONCE = { schedules: 1 };

function machine(name: string, functions: Record<string, Body>, main: Body) {
  return vfsMachine(name, { parts: [bootMounts, bootSomeOps], functions }, main);
}

/** What an unmount does to the list. */
function* unmounts(k: Context, mp: number, covered: number): Steps {
  yield* k.storeRelaxed(mp + M.mnt_iflag, IMNT_UNMOUNT);
  k.assert((yield* vfs_suspend(k, mp)) === 0, 'suspended');
  yield* k.storeRelaxed(mp + M.mnt_iflag, IMNT_UNMOUNT | IMNT_GONE);
  yield* mountlist_remove(k, mp, covered);
  yield* vfs_resume(k, mp);
  yield* vfs_rele(k, mp);
}

/** All mounts but what is left out, in the order of the list, as decimal digits of mnt_fsid. */
function* walk(k: Context): Steps<number> {
  let seen = 0;
  for (let mp = yield* mountlist_next(k, 0); mp !== 0; mp = yield* mountlist_next(k, mp)) {
    k.assert((k.peek(mp + M.mnt_iflag) & IMNT_GONE) === 0, 'a mount of the walk is mounted');
    seen = seen * 10 + k.words[mp + M.mnt_fsid];
  }
  return seen;
}

function* threeMounts(k: Context): Steps<number[]> {
  const mounts: number[] = [];
  for (const fsid of [1, 2, 3]) {
    const mp = yield* someMount(k);
    k.words[mp + M.mnt_fsid] = fsid;
    k.assert((yield* mountlist_append(k, mp, 0)) === 0, 'appended');
    mounts.push(mp);
  }
  return mounts;
}

describe('the list of mounts', () => {
  it('is walked in the order of mounting', () => {
    const program = machine('walk', {}, function* (k) {
      k.assert((yield* walk(k)) === 0, 'no mounts');
      const mounts = yield* threeMounts(k);
      k.assert((yield* walk(k)) === 123, 'all');
      yield* unmounts(k, mounts[1], 0);
      k.assert((yield* walk(k)) === 13, 'without the second');
      yield* unmounts(k, mounts[0], 0);
      k.assert((yield* walk(k)) === 3, 'the last');
    });
    runs(program, ONCE);
  });

  it('keeps the place of a walk while others are unmounted, in every schedule', () => {
    const program = machine('walk x unmount', { unmounts }, function* (k) {
      const mounts = yield* threeMounts(k);
      const td = yield* lwkt_create(k, fn('unmounts'), { cpu: 1, args: [mounts[1], 0] });
      const seen = yield* walk(k);
      k.assert(seen === 123 || seen === 13, `seen ${seen}`);
      yield* lwkt_join(k, td);
    });
    runs(program, { ...ALL, preemptions: 2 }, 'proved');
  });
});

/** A vnode of some mount that nobody unmounts. */
function* directory(k: Context): Steps<number> {
  const vp = yield* kmalloc(k, M_VNODE, Vnode.size);
  k.words[vp + V.v_mount] = yield* someMount(k);
  return vp;
}

describe('covered vnodes', () => {
  it('have one mount on top, which is found busy', () => {
    const program = machine('covered', {}, function* (k) {
      const vp = yield* directory(k);
      const mp = yield* someMount(k);
      k.assert((yield* vfs_busy_mountedhere(k, vp)) === 0, 'none');
      k.assert((yield* mountlist_append(k, mp, vp)) === 0, 'covered');
      k.assert((yield* mountlist_append(k, yield* someMount(k), vp)) === EBUSY, 'EBUSY');
      k.assert((yield* vfs_busy_mountedhere(k, vp)) === mp, 'found');
      yield* vfs_unbusy(k, mp);
      yield* unmounts(k, mp, vp);
      k.assert((yield* vfs_busy_mountedhere(k, vp)) === 0, 'uncovered');
      yield* kfree(k, M_VNODE, vp);
    });
    runs(program, ONCE);
  });

  it('are none of a mount that is about to go, or of none', () => {
    const program = machine('not covered', {}, function* (k) {
      const vp = yield* directory(k);
      const below = k.peek(vp + V.v_mount);
      const mp = yield* someMount(k);
      yield* k.storeRelaxed(below + M.mnt_iflag, IMNT_UNMOUNT);
      k.assert((yield* mountlist_append(k, mp, vp)) === EBUSY, 'EBUSY');
      yield* k.storeRelaxed(vp + V.v_mount, k.words[vfs(k).g + VG.vg_deadmount]);
      k.assert((yield* mountlist_append(k, mp, vp)) === ENOENT, 'ENOENT');
      k.assert(!(yield* mountlist_covers(k, below)), 'nothing lies on it');
    });
    runs(program, ONCE);
  });

  it('are crossed, or not while they are uncovered, in every schedule', () => {
    const program = machine('cross x unmount', { unmounts }, function* (k) {
      const vp = yield* directory(k);
      const mp = yield* someMount(k);
      yield* mountlist_append(k, mp, vp);
      const td = yield* lwkt_create(k, fn('unmounts'), { cpu: 1, args: [mp, vp] });
      const found = yield* vfs_busy_mountedhere(k, vp);
      k.assert(found === mp || found === 0 || found === -ENOENT, `found ${found}`);
      if (found > 0) yield* vfs_unbusy(k, mp);
      yield* lwkt_join(k, td);
      yield* kfree(k, M_VNODE, vp);
    });
    runs(program, ALL, 'proved');
  });
});
