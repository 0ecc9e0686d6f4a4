import assert from 'node:assert/strict';
import type { Context } from '@smplab/lwkt';
import { checkMounts } from '../../src/mount/check-mounts.ts';
import { fstrans_done, fstrans_start, vfs_resume, vfs_suspend } from '../../src/mount/fstrans.ts';
import { IMNT_UNMOUNT, M } from '../../src/mount/mount-layout.ts';
import { vfs_rele } from '../../src/mount/mount-refs.ts';
import { vfs_vnode_iterator_destroy, vfs_vnode_iterator_init } from '../../src/mount/vflush.ts';
import { V } from '../../src/vnode/vnode-layout.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { mountedMachine, mountTestfs } from './mounted.ts';
import { DIRECTORY, testVnode } from './testfs.ts';

const ONCE = { schedules: 1 };

function says(k: Context, expected: RegExp): void {
  const problems = checkMounts(k.kernel);
  assert.equal(problems.length > 0, true, `nothing is wrong, not even ${String(expected)}`);
  assert.match(problems.join('\n'), expected);
}

function isFine(k: Context): void {
  assert.deepEqual(checkMounts(k.kernel), []);
}

describe('mounts at rest', () => {
  it('have nobody inside and are not suspended', () => {
    const program = mountedMachine('transactions', {}, function* (k) {
      const mp = yield* mountTestfs(k);
      yield* vfs_rele(k, mp);
      isFine(k);
      yield* fstrans_start(k, mp);
      says(k, /thread \d+ is still inside mount/);
      yield* fstrans_done(k, mp);
      yield* vfs_suspend(k, mp);
      says(k, /mount \d+ is still suspended/);
      yield* vfs_resume(k, mp);
      isFine(k);
    });
    runs(program, ONCE);
  });

  it('have as many references as vnodes, and one', () => {
    const program = mountedMachine('references', {}, function* (k) {
      const mp = yield* mountTestfs(k);
      says(k, /has 2 references, not 1/);
      yield* vfs_rele(k, mp);
      yield* testVnode(k, mp, DIRECTORY);
      isFine(k);
      const marker = yield* vfs_vnode_iterator_init(k, mp);
      says(k, /a marker is left/);
      yield* vfs_vnode_iterator_destroy(k, marker);
      isFine(k);
    });
    runs(program, ONCE);
  });

  it('are known to what they cover, and not on their way out', () => {
    const program = mountedMachine('covered', {}, function* (k) {
      const outer = yield* mountTestfs(k);
      yield* vfs_rele(k, outer);
      const covered = yield* testVnode(k, outer, DIRECTORY);
      const inner = yield* mountTestfs(k, covered);
      yield* vfs_rele(k, inner);
      isFine(k);
      k.words[inner + M.mnt_iflag] = IMNT_UNMOUNT;
      says(k, /on the list and being unmounted/);
      k.words[inner + M.mnt_iflag] = 0;
      k.words[covered + V.v_mountedhere] = 0;
      says(k, /does not know of mount/);
    });
    runs(program, ONCE);
  });
});
