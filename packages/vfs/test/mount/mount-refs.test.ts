import assert from 'node:assert/strict';
import { type Context, functionNumber, lwkt_create, lwkt_join, type Steps, wakeup } from '@smplab/lwkt';
import { ENOENT } from '@smplab/proc';
import { fstrans_done, fstrans_start, vfs_resume, vfs_suspend } from '../../src/mount/fstrans.ts';
import { bootMounts } from '../../src/mount/mount-boot.ts';
import { IMNT_GONE, IMNT_UNMOUNT, M, VFS } from '../../src/mount/mount-layout.ts';
import { vfs_busy, vfs_ref, vfs_rele, vfs_unbusy } from '../../src/mount/mount-refs.ts';
import { type Body, runs, vfsMachine } from '../fixtures/vfs-machine.ts';
import { bootSomeOps, someMount, someOps } from './some-mount.ts';

const fn = functionNumber;
const ALL = { strategy: 'dfs', preemptions: 2, schedules: 60_000 } as const;
const ONCE = { schedules: 1 };

function machine(name: string, functions: Record<string, Body>, main: Body, asSeed: readonly string[] = []) {
  return vfsMachine(name, { parts: [bootMounts, bootSomeOps], functions, asSeed }, main);
}

/** The core of an unmount: alone with the mount, then it is gone. */
function* unmounts(k: Context, mp: number): Steps {
  yield* k.storeRelaxed(mp + M.mnt_iflag, IMNT_UNMOUNT);
  k.assert((yield* vfs_suspend(k, mp)) === 0, 'suspended');
  yield* k.storeRelaxed(mp + M.mnt_iflag, IMNT_UNMOUNT | IMNT_GONE);
  yield* vfs_resume(k, mp);
  yield* wakeup(k, mp + M.mnt_iflag);
  yield* vfs_rele(k, mp);
}

function* usesBusy(k: Context, mp: number): Steps {
  const error = yield* vfs_busy(k, mp);
  if (error === 0) {
    k.assert((k.peek(mp + M.mnt_iflag) & IMNT_GONE) === 0, 'busy, and unmounted');
    yield* k.fence();
    k.assert((k.peek(mp + M.mnt_iflag) & IMNT_GONE) === 0, 'unmounted while it was busy');
    yield* vfs_unbusy(k, mp);
  } else k.assert(error === ENOENT, `errno ${error}`);
}

describe('references to a mount', () => {
  it('keep its memory, and the last one frees it with its part of the file system', () => {
    const program = machine('refs', {}, function* (k) {
      const mp = yield* someMount(k);
      yield* vfs_ref(k, mp);
      yield* vfs_rele(k, mp);
      k.assert((yield* k.load(mp + M.mnt_refcnt)) === 1, 'one is left');
      yield* vfs_rele(k, mp);
      k.assert(k.peek(someOps(k) + VFS.vfs_refcount) === 0, 'the file system is not mounted');
    });
    runs(program, ONCE);
  });

  it('cannot be taken or given back where there is none', () => {
    const program = machine('no refs', {}, function* (k) {
      const mp = yield* someMount(k);
      yield* vfs_rele(k, mp);
      yield* vfs_ref(k, mp);
    });
    runs(program, ONCE, 'use-after-free');
  });

  it('do not outlive vnodes', () => {
    const program = machine('vnodes', {}, function* (k) {
      const mp = yield* someMount(k);
      k.words[mp + M.mnt_vnodelist] = 1;
      yield* vfs_rele(k, mp);
    });
    assert.match(runs(program, ONCE, 'panic').message, /vfs_rele: mount \d+ has vnodes and no reference/);
  });
});

describe('vfs_busy', () => {
  it('keeps the file system mounted, or fails, in every schedule', () => {
    const program = machine('busy x unmount', { unmounts }, function* (k) {
      const mp = yield* someMount(k);
      yield* vfs_ref(k, mp);
      const td = yield* lwkt_create(k, fn('unmounts'), { cpu: 1, args: [mp] });
      yield* usesBusy(k, mp);
      yield* vfs_rele(k, mp);
      yield* lwkt_join(k, td);
    });
    runs(program, ALL, 'proved');
  });

  it('waits for a suspension that is no unmount', () => {
    const functions = {
      *suspends(k: Context, mp: number): Steps {
        yield* vfs_suspend(k, mp);
        yield* vfs_resume(k, mp);
      },
    };
    const program = machine('busy x suspend', functions, function* (k) {
      const mp = yield* someMount(k);
      const td = yield* lwkt_create(k, fn('suspends'), { cpu: 1, args: [mp] });
      k.assert((yield* vfs_busy(k, mp)) === 0, 'busy');
      yield* vfs_unbusy(k, mp);
      yield* lwkt_join(k, td);
      yield* vfs_rele(k, mp);
    });
    runs(program, ALL, 'proved');
  });

  // A lookup that misses the cache (vcache_get) is inside a transaction of its directory already.
  function missing(asSeed: readonly string[]) {
    return machine(
      'miss x unmount',
      { unmounts },
      function* (k) {
        const mp = yield* someMount(k);
        yield* vfs_ref(k, mp);
        const td = yield* lwkt_create(k, fn('unmounts'), { cpu: 1, args: [mp] });
        yield* fstrans_start(k, mp);
        yield* usesBusy(k, mp);
        yield* fstrans_done(k, mp);
        yield* vfs_rele(k, mp);
        yield* lwkt_join(k, td);
      },
      asSeed,
    );
  }

  it('does not wait for an unmount that waits for its caller, in every schedule', () => {
    runs(missing([]), ALL, 'proved');
  });

  it('did so before FreeBSD rS186197: a deadlock', () => {
    runs(missing(['vfs-busy-sleeps']), ALL, 'deadlock');
  });
});
