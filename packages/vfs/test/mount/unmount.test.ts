import assert from 'node:assert/strict';
import {
  type Context,
  functionNumber,
  LK_EXCLUSIVE,
  LK_RELEASE,
  LK_SHARED,
  lockinit,
  lockmgr,
  lwkt_create,
  lwkt_join,
  type Steps,
  TD,
} from '@smplab/lwkt';
import { EBUSY, EINTR, ENOENT, EOPNOTSUPP } from '@smplab/proc';
import { fstrans_done, fstrans_start, vfs_resume, vfs_suspend } from '../../src/mount/fstrans.ts';
import { IMNT_UNMOUNT, M, MNT_FORCE, VFS } from '../../src/mount/mount-layout.ts';
import { vfs_busy_mountedhere } from '../../src/mount/mount-list.ts';
import { vfs_rele, vfs_unbusy } from '../../src/mount/mount-refs.ts';
import { mount_domount } from '../../src/mount/mount.ts';
import { dounmount } from '../../src/mount/unmount.ts';
import { FORCECLOSE, vflush } from '../../src/mount/vflush.ts';
import { VFS_ROOT } from '../../src/mount/vfsops.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';
import { V } from '../../src/vnode/vnode-layout.ts';
import { VOP_GETATTR } from '../../src/vnode/vnode-ops.ts';
import { vrele } from '../../src/vnode/vref.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { checkNothingMounted, mountedMachine, mountTestfs } from './mounted.ts';
import { DIRECTORY, testOps, testVnode } from './testfs.ts';

const fn = functionNumber;
const ONCE = { schedules: 1 };
const ALL = { strategy: 'dfs', preemptions: 1, schedules: 100_000 } as const;
const SOME = { schedules: 400 };

function* root(k: Context, mp: number): Steps<number> {
  const vp = yield* VFS_ROOT(k, mp);
  k.assert(vp > 0, `root: ${vp}`);
  return vp;
}

/** Looks a vnode up, uses it and lets it go, if it is still there. */
function* looks(k: Context, mp: number): Steps {
  const vp = yield* testVnode(k, mp, DIRECTORY);
  if (vp < 0) {
    k.assert(vp === -ENOENT, `lookup: ${vp}`);
    return;
  }
  yield* VOP_GETATTR(k, vp, 0, 0);
  yield* vrele(k, vp);
}

/** Uses a vnode it has, dead or alive, and lets it go. */
function* uses(k: Context, vp: number): Steps {
  const error = yield* VOP_GETATTR(k, vp, 0, 0);
  k.assert(error === 0 || k.peek(vp + V.v_data) === 0, `operation: ${error}`);
  yield* vrele(k, vp);
}

/** Unmounts; answers 0 or one of two errnos. */
function* unmounts(k: Context, mp: number, flags: number, other: number): Steps {
  const error = yield* dounmount(k, mp, flags);
  k.assert(error === 0 || error === other, `unmount: ${error}`);
}

describe('dounmount', () => {
  it('leaves nothing of a file system nobody uses', () => {
    const program = mountedMachine('unused', {}, function* (k) {
      const mp = yield* mountTestfs(k);
      yield* vrele(k, yield* root(k, mp));
      yield* vrele(k, yield* testVnode(k, mp, DIRECTORY));
      k.assert((yield* dounmount(k, mp, 0)) === 0, 'unmounted');
      k.assert((yield* dounmount(k, mp, 0)) === ENOENT, 'ENOENT the second time');
      k.assert((yield* vfs_suspend(k, mp)) === ENOENT, 'it cannot be suspended');
      k.assert((yield* testVnode(k, mp, DIRECTORY)) === -ENOENT, 'nothing is loaded any more');
      yield* vfs_rele(k, mp);
      checkNothingMounted(k);
    });
    runs(program, ONCE);
  });

  it('is refused while a vnode is used, and the file system goes on', () => {
    const program = mountedMachine('used', {}, function* (k) {
      const mp = yield* mountTestfs(k);
      const vp = yield* root(k, mp);
      k.assert((yield* dounmount(k, mp, 0)) === EBUSY, 'EBUSY');
      k.assert((k.peek(mp + M.mnt_iflag) & IMNT_UNMOUNT) === 0, 'it is not about to go');
      k.assert((yield* VOP_GETATTR(k, vp, 0, 0)) === 0, 'the vnode works');
      yield* vrele(k, vp);
      k.assert((yield* dounmount(k, mp, 0)) === 0, 'unmounted');
      yield* vfs_rele(k, mp);
      checkNothingMounted(k);
    });
    runs(program, ONCE);
  });

  it('is refused while another file system lies on one of its directories, even by force', () => {
    const program = mountedMachine('covered', {}, function* (k) {
      const outer = yield* mountTestfs(k);
      const covered = yield* testVnode(k, outer, DIRECTORY);
      const inner = yield* mountTestfs(k, covered);
      yield* vrele(k, covered);
      k.assert((yield* dounmount(k, outer, MNT_FORCE)) === EBUSY, 'EBUSY');
      k.assert(k.peek(covered + V.v_mountedhere) === inner, 'the inner one can still be found');
      for (const mp of [inner, outer]) {
        k.assert((yield* dounmount(k, mp, MNT_FORCE)) === 0, 'unmounted');
        yield* vfs_rele(k, mp);
      }
      checkNothingMounted(k);
    });
    runs(program, ONCE);
  });

  it('leaves no file system on a directory that it takes away, in every schedule', () => {
    const functions = {
      *covers(k: Context, covered: number): Steps {
        const error = yield* mount_domount(k, covered, testOps(k), 0, 0, 0, 0);
        const mp = k.peek(covered + V.v_mountedhere);
        k.assert(error === 0 ? mp !== 0 : error === EBUSY || error === ENOENT, `mount: ${error}`);
        if (error !== 0) return;
        k.assert(k.peek(covered + V.v_data) !== 0, 'nobody can reach the mount any more');
        k.assert((yield* dounmount(k, mp, 0)) === 0, 'unmounted');
      },
    };
    const program = mountedMachine('mount x forced unmount', functions, function* (k) {
      const outer = yield* mountTestfs(k);
      const covered = yield* testVnode(k, outer, DIRECTORY);
      const td = yield* lwkt_create(k, fn('covers'), { cpu: 1, args: [covered] });
      yield* unmounts(k, outer, MNT_FORCE, EBUSY);
      yield* lwkt_join(k, td);
      yield* vrele(k, covered);
      yield* unmounts(k, outer, MNT_FORCE, ENOENT);
      yield* vfs_rele(k, outer);
      checkNothingMounted(k);
    });
    runs(program, ALL, 'proved');
  });

  it('takes vnodes away from their users with MNT_FORCE', () => {
    const program = mountedMachine('forced', {}, function* (k) {
      const mp = yield* mountTestfs(k);
      const vp = yield* root(k, mp);
      k.assert((yield* dounmount(k, mp, MNT_FORCE)) === 0, 'unmounted');
      yield* vfs_rele(k, mp);
      checkNothingMounted(k);
      k.assert((yield* VOP_GETATTR(k, vp, 0, 0)) !== 0, 'the vnode is dead');
      yield* vrele(k, vp);
    });
    runs(program, ONCE);
  });

  it('uncovers the directory it was mounted on', () => {
    const program = mountedMachine('uncover', {}, function* (k) {
      const outer = yield* mountTestfs(k);
      const covered = yield* testVnode(k, outer, DIRECTORY);
      const inner = yield* mountTestfs(k, covered);
      yield* vrele(k, covered);
      k.assert((yield* dounmount(k, outer, 0)) === EBUSY, 'what is covered is used');
      k.assert((yield* dounmount(k, inner, 0)) === 0, 'the inner one first');
      k.assert((yield* dounmount(k, outer, 0)) === 0, 'then the outer one');
      yield* vfs_rele(k, inner);
      yield* vfs_rele(k, outer);
      checkNothingMounted(k);
    });
    runs(program, ONCE);
  });

  it('panics where a file system leaves vnodes behind', () => {
    const functions = {
      *lazy_unmount() {
        return 0;
      },
    };
    const program = mountedMachine('dangling', functions, function* (k) {
      k.words[testOps(k) + VFS.vfs_unmount] = fn('lazy_unmount');
      const mp = yield* mountTestfs(k);
      yield* root(k, mp);
      yield* dounmount(k, mp, MNT_FORCE);
    });
    assert.match(runs(program, ONCE, 'panic').message, /unmount: dangling vnode \d+ of mount/);
  });

  it('is refused for the dead mount, and given up for a signal', () => {
    const functions = {
      *reads(k: Context, mp: number, word: number): Steps {
        yield* fstrans_start(k, mp);
        yield* k.store(word, 1);
        yield* k.until(word, 1, 2);
        yield* fstrans_done(k, mp);
      },
    };
    const program = mountedMachine('refused', functions, function* (k) {
      const { g } = vfs(k);
      k.assert((yield* dounmount(k, k.words[g + VG.vg_deadmount], 0)) === EOPNOTSUPP, 'EOPNOTSUPP');
      const mp = yield* mountTestfs(k);
      const word = mp + M.mnt_fromname;
      const td = yield* lwkt_create(k, fn('reads'), { cpu: 1, args: [mp, word] });
      yield* k.until(word, 1, 1);
      yield* k.store(k.td + TD.td_sig, 15);
      k.assert((yield* dounmount(k, mp, 0)) === EINTR, 'EINTR');
      k.assert((k.peek(mp + M.mnt_iflag) & IMNT_UNMOUNT) === 0, 'it is not about to go');
      yield* k.store(word, 2);
      yield* lwkt_join(k, td);
      k.assert((yield* dounmount(k, mp, 0)) === 0, 'unmounted');
      yield* vfs_rele(k, mp);
    });
    runs(program, SOME);
  });
});

describe('dounmount against others', () => {
  it('or a second one finds the mount gone', () => {
    const program = mountedMachine('unmount x unmount', { unmounts }, function* (k) {
      const mp = yield* mountTestfs(k);
      const td = yield* lwkt_create(k, fn('unmounts'), { cpu: 1, args: [mp, 0, ENOENT] });
      yield* unmounts(k, mp, 0, ENOENT);
      yield* lwkt_join(k, td);
      yield* vfs_rele(k, mp);
      checkNothingMounted(k);
    });
    runs(program, ALL, 'proved');
  });

  it('leaves a lookup its vnode or ENOENT', () => {
    const program = mountedMachine('unmount x lookup', { looks }, function* (k) {
      const mp = yield* mountTestfs(k);
      const td = yield* lwkt_create(k, fn('looks'), { cpu: 1, args: [mp] });
      yield* unmounts(k, mp, 0, EBUSY);
      yield* lwkt_join(k, td);
      k.assert([0, ENOENT].includes(yield* dounmount(k, mp, 0)), 'unmounted at last');
      yield* vfs_rele(k, mp);
      checkNothingMounted(k);
    });
    runs(program, SOME);
    runs(program, ALL, 'proved');
  });

  it('with MNT_FORCE waits for who is in an operation, and makes the next one fail', () => {
    const program = mountedMachine('unmount x reader', { uses }, function* (k) {
      const mp = yield* mountTestfs(k);
      const vp = yield* testVnode(k, mp, DIRECTORY);
      const td = yield* lwkt_create(k, fn('uses'), { cpu: 1, args: [vp] });
      yield* unmounts(k, mp, MNT_FORCE, 0);
      yield* vfs_rele(k, mp);
      yield* lwkt_join(k, td);
      checkNothingMounted(k);
    });
    runs(program, SOME);
    runs(program, ALL, 'proved');
  });

  it('with lookups and users on two CPUs comes to an end', () => {
    const program = mountedMachine('crowd', { looks, uses, unmounts }, function* (k) {
      const mp = yield* mountTestfs(k);
      const vp = yield* testVnode(k, mp, DIRECTORY);
      const tds = [
        yield* lwkt_create(k, fn('uses'), { cpu: 1, args: [vp] }),
        yield* lwkt_create(k, fn('looks'), { cpu: 0, args: [mp] }),
        yield* lwkt_create(k, fn('looks'), { cpu: 1, args: [mp] }),
      ];
      yield* unmounts(k, mp, MNT_FORCE, 0);
      for (const td of tds) yield* lwkt_join(k, td);
      yield* vfs_rele(k, mp);
      checkNothingMounted(k);
    });
    runs(program, { schedules: 300 });
  });
});

/** FreeBSD before rS186197: who crosses a mount has a lock that the file system takes to unmount. */
describe('an unmount and who crosses the mount', () => {
  const LOCK = VG.vg_kauth_lock;

  const functions = {
    *crosses(k: Context, covered: number): Steps {
      const lock = vfs(k).g + LOCK;
      yield* lockmgr(k, lock, LK_EXCLUSIVE);
      const mp = yield* vfs_busy_mountedhere(k, covered);
      k.assert(mp >= 0 || mp === -ENOENT, `crossed: ${mp}`);
      if (mp > 0) yield* vfs_unbusy(k, mp);
      yield* lockmgr(k, lock, LK_RELEASE);
    },
    *locked_unmount(k: Context): Steps<number> {
      const lock = vfs(k).g + LOCK;
      yield* lockmgr(k, lock, LK_EXCLUSIVE);
      yield* lockmgr(k, lock, LK_RELEASE);
      return 0;
    },
  };

  function crossed(asSeed: readonly string[]) {
    return mountedMachine(
      'cross x unmount',
      functions,
      function* (k) {
        lockinit(k, vfs(k).g + LOCK, 'cross');
        const outer = yield* mountTestfs(k);
        const covered = yield* testVnode(k, outer, DIRECTORY);
        k.words[testOps(k) + VFS.vfs_unmount] = fn('locked_unmount');
        const inner = yield* mountTestfs(k, covered);
        const td = yield* lwkt_create(k, fn('crosses'), { cpu: 1, args: [covered] });
        k.assert((yield* dounmount(k, inner, 0)) === 0, 'unmounted');
        yield* lwkt_join(k, td);
        yield* vfs_rele(k, inner);
      },
      { asSeed },
    );
  }

  it('do not wait for each other, in every schedule', () => {
    runs(crossed([]), ALL, 'proved');
  });

  it('did when vfs_busy slept: a deadlock', () => {
    runs(crossed(['vfs-busy-sleeps']), ALL, 'deadlock');
  });
});

/** procfs before 1.113: each mount had an exec hook, taken away by its unmount (NetBSD PR 57775). */
describe('an unmount that waits for hooks', () => {
  /** Where the lock of the hooks lies: nobody uses this lock here. */
  const HOOKS = VG.vg_kauth_lock;

  const functions = {
    /** Runs hooks: one suspends the mount to revoke its vnodes. */
    *execs(k: Context, mp: number): Steps {
      const lock = vfs(k).g + HOOKS;
      yield* lockmgr(k, lock, LK_SHARED);
      const error = yield* vfs_suspend(k, mp);
      k.assert(error === 0 || error === ENOENT, `suspension: ${error}`);
      if (error === 0) yield* vfs_resume(k, mp);
      yield* lockmgr(k, lock, LK_RELEASE);
    },
    /** VFS_UNMOUNT that waits until no hook runs (exechook_disestablish). */
    *hooked_unmount(k: Context, mp: number): Steps<number> {
      const lock = vfs(k).g + HOOKS;
      const error = yield* vflush(k, mp, 0, FORCECLOSE);
      yield* lockmgr(k, lock, LK_EXCLUSIVE);
      yield* lockmgr(k, lock, LK_RELEASE);
      return error;
    },
  };

  function hooked(isOfMount: boolean) {
    return mountedMachine('hook x unmount', functions, function* (k) {
      lockinit(k, vfs(k).g + HOOKS, 'hooks');
      if (isOfMount) k.words[testOps(k) + VFS.vfs_unmount] = fn('hooked_unmount');
      const mp = yield* mountTestfs(k);
      const td = yield* lwkt_create(k, fn('execs'), { cpu: 1, args: [mp] });
      k.assert((yield* dounmount(k, mp, MNT_FORCE)) === 0, 'unmounted');
      yield* lwkt_join(k, td);
      yield* vfs_rele(k, mp);
    });
  }

  it('is a deadlock with a hook that suspends', () => {
    runs(hooked(true), ALL, 'deadlock');
  });

  it('need not be: with one hook for all mounts there is none', () => {
    runs(hooked(false), ALL, 'proved');
  });
});
