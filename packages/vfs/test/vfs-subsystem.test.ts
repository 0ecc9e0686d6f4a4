import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import { type Context, ExploredMachine, Registry, type Steps } from '@smplab/lwkt';
import { vfs_rele } from '../src/mount/mount-refs.ts';
import { dounmount } from '../src/mount/unmount.ts';
import { vfs_suspend } from '../src/mount/fstrans.ts';
import { vfs } from '../src/vfs-kernel.ts';
import { VG } from '../src/vfs-layout.ts';
import { registerVfs, type VfsOptions } from '../src/vfs-subsystem.ts';
import { vrele } from '../src/vnode/vref.ts';
import { mountTestfs } from './mount/mounted.ts';
import { bootTestfs, DIRECTORY, TESTFS, testVnode } from './mount/testfs.ts';

type Main = (k: Context) => Steps<unknown>;

function machine(name: string, options: VfsOptions, main: Main): ExploredMachine {
  const registry = new Registry();
  for (const [each, body] of Object.entries(TESTFS)) registry.register(each, body);
  registerVfs(registry, options, [bootTestfs]);
  return new ExploredMachine(name, { cpus: 2, registry, main: registry.register('main', main) });
}

function run(options: VfsOptions, main: Main) {
  return explore(machine('file systems', options, main), {
    strategy: 'random',
    schedules: 20,
    shrink: false,
  });
}

describe('file systems as a subsystem', () => {
  it('are laid out, used, and judged', () => {
    const result = run({}, function* (k) {
      const mp = yield* mountTestfs(k);
      yield* vrele(k, yield* testVnode(k, mp, DIRECTORY));
      k.assert((yield* dounmount(k, mp, 0)) === 0, 'unmounted');
      yield* vfs_rele(k, mp);
      yield* vfs_rele(k, yield* mountTestfs(k));
    });
    assert.equal(result.finding, null, result.message);
  });

  it('start as they are told', () => {
    const result = run({ securelevel: 1, curtain: true, maxVnodes: 1000 }, function* (k) {
      const { g } = vfs(k);
      k.assert(k.peek(g + VG.vg_securelevel) === 1 && k.peek(g + VG.vg_curtain) === 1, 'options');
      k.assert(k.peek(g + VG.vg_desiredvnodes) === 1000, 'so many vnodes');
      k.assert(k.words[g + VG.vg_vcache_size] === 256, 'a bucket for each four of them');
    });
    assert.equal(result.finding, null, result.message);
  });

  it('are found fault with when a suspension is left, or a reference', () => {
    const suspended = run({}, function* (k) {
      const mp = yield* mountTestfs(k);
      yield* vfs_rele(k, mp);
      yield* vfs_suspend(k, mp);
    });
    assert.match(JSON.stringify(suspended), /is still suspended/);
    const leaked = run({}, function* (k) {
      yield* mountTestfs(k);
    });
    assert.match(JSON.stringify(leaked), /has 2 references, not 1/);
  });
});
