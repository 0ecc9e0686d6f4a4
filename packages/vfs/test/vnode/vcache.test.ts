import type { Context, Steps } from '@smplab/lwkt';
import { EIO, ENOENT, kfree, kmalloc, M_TEMP } from '@smplab/proc';
import { IMNT_GONE, M } from '../../src/mount/mount-layout.ts';
import { vfs_rele } from '../../src/mount/mount-refs.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';
import { vcache_find } from '../../src/vnode/vcache.ts';
import { V, VS_LOADED } from '../../src/vnode/vnode-layout.ts';
import { vrecycle, vref, vrele } from '../../src/vnode/vref.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import {
  ALL,
  MANY,
  atRest,
  mounted,
  node,
  nodeMachine,
  nodes,
  ONCE,
  together,
  UNLOADABLE,
  unmounted,
  USELESS,
} from './nodefs.ts';

/** What is in the cache for a number, referenced; 0 for nothing. */
function* found(k: Context, mp: number, number: number): Steps<number> {
  const key = yield* kmalloc(k, M_TEMP, 1);
  k.words[key] = number;
  const vp = yield* vcache_find(k, mp, key, 1);
  yield* kfree(k, M_TEMP, key);
  return vp;
}

describe('the vnode cache', () => {
  it('gives one vnode for a key, as long as it is there', () => {
    const program = nodeMachine('one key', function* (k) {
      const mp = yield* mounted(k);
      const vp = yield* node(k, mp, 7);
      const again = yield* node(k, mp, 7);
      const other = yield* node(k, mp, 8);
      k.assert(vp > 0 && vp === again && other !== vp, `${vp} ${again} ${other}`);
      k.assert(k.peek(vp + V.v_state) === VS_LOADED && nodes(k) === 2, 'loaded');
      for (const each of [vp, again, other]) yield* vrele(k, each);
      atRest(k);
      k.assert((yield* node(k, mp, 7)) === vp, 'unused, and still there');
      yield* vrele(k, vp);
      yield* unmounted(k, mp);
    });
    runs(program, ONCE);
  });

  it('keeps the vnodes of two mounts apart', () => {
    const program = nodeMachine('two mounts', function* (k) {
      const first = yield* mounted(k);
      const second = yield* mounted(k);
      const vp = yield* node(k, first, 7);
      const other = yield* node(k, second, 7);
      k.assert(vp !== other && k.peek(other + V.v_mount) === second, 'a vnode of its own');
      k.assert(k.peek(first + M.mnt_refcnt) === 2, 'a vnode keeps its mount');
      k.assert(yield* vrecycle(k, vp), 'nobody else uses it');
      k.assert(k.peek(first + M.mnt_refcnt) === 1, 'no longer');
      yield* vfs_rele(k, first);
      yield* vrele(k, other);
      yield* unmounted(k, second);
    });
    runs(program, ONCE);
  });

  it('finds what is loaded, without loading it', () => {
    const program = nodeMachine('find', function* (k) {
      const mp = yield* mounted(k);
      k.assert((yield* found(k, mp, 7)) === 0 && nodes(k) === 0, 'nothing is loaded');
      const vp = yield* node(k, mp, 7);
      k.assert((yield* found(k, mp, 7)) === vp, 'it is there');
      yield* vrele(k, vp);
      yield* vrele(k, vp);
      yield* unmounted(k, mp);
    });
    runs(program, ONCE);
  });

  it('gives the error of a load back, and forgets the vnode', () => {
    const program = nodeMachine('load error', function* (k) {
      const mp = yield* mounted(k);
      k.assert((yield* node(k, mp, UNLOADABLE)) === -EIO, 'EIO of VFS_LOADVNODE');
      k.assert((yield* found(k, mp, UNLOADABLE)) === 0, 'no vnode');
      yield* unmounted(k, mp);
    });
    runs(program, ONCE);
  });

  it('loads nothing for a mount that is gone, but gives what it has', () => {
    const program = nodeMachine('gone', function* (k) {
      const mp = yield* mounted(k);
      const vp = yield* node(k, mp, 7);
      yield* k.storeRelaxed(mp + M.mnt_iflag, IMNT_GONE);
      k.assert((yield* node(k, mp, 8)) === -ENOENT, 'ENOENT of vfs_busy');
      k.assert((yield* node(k, mp, 7)) === vp, 'a hit does not ask the mount');
      yield* vrele(k, vp);
      yield* vrele(k, vp);
      yield* unmounted(k, mp);
    });
    runs(program, ONCE);
  });

  it('recycles a vnode of no further use with its last reference', () => {
    const program = nodeMachine('useless', function* (k) {
      const mp = yield* mounted(k);
      const vp = yield* node(k, mp, USELESS);
      yield* vref(k, vp);
      yield* vrele(k, vp);
      k.assert(nodes(k) === 1, 'one reference is left');
      yield* vrele(k, vp);
      k.assert(nodes(k) === 0 && k.peek(vfs(k).g + VG.vg_numvnodes) === 0, 'freed at once');
      yield* unmounted(k, mp);
    });
    runs(program, ONCE);
  });

  const races: readonly (readonly [string, number])[] = [
    ['load a key once, whoever comes first', 7],
    ['load again what was recycled meanwhile', USELESS],
    ['get the error each, when it cannot be loaded', UNLOADABLE],
  ];
  for (const [title, number] of races) {
    it(`lets two threads ${title} (all schedules)`, () => {
      const program = nodeMachine(`get get ${number}`, function* (k) {
        const mp = yield* mounted(k);
        yield* together(k, ['uses', mp, number], ['uses', mp, number]);
        yield* unmounted(k, mp);
      });
      runs(program, ALL, 'proved');
      runs(program, MANY);
    });
  }
});
