import { runs } from '../fixtures/vfs-machine.ts';
import { vcache_find, vcache_get } from '../../src/vnode/vcache.ts';
import { V, VS_LOADED } from '../../src/vnode/vnode-layout.ts';
import { vref, vrele } from '../../src/vnode/vref.ts';
import { EIO, ENOENT, kfree, kmalloc } from '@smplab/proc';
import { IMNT_GONE, M } from '../../src/mount/mount-layout.ts';
import { M_TEMP } from '@smplab/proc';
import {
  ALL,
  atRest,
  mounted,
  node,
  nodeMachine,
  nodes,
  ONCE,
  together,
  unmounted,
  UNLOADABLE,
  USELESS,
} from './nodefs.ts';

describe('the vnode cache', () => {
  it('gives one vnode for a key, as long as it is there', () => {
    const program = nodeMachine('one key', function* (k) {
      const mp = yield* mounted(k);
      const vp = yield* node(k, mp, 7);
      const again = yield* node(k, mp, 7);
      const other = yield* node(k, mp, 8);
      k.assert(vp > 0 && vp === again && other !== vp, `${vp} ${again} ${other}`);
      k.assert(k.peek(vp + V.v_state) === VS_LOADED && nodes(k) === 2, 'loaded');
      yield* vrele(k, vp);
      yield* vrele(k, again);
      yield* vrele(k, other);
      atRest(k);
      k.assert((yield* node(k, mp, 7)) === vp, 'unused, and still there');
      yield* vrele(k, vp);
      yield* unmounted(k, mp);
    });
    runs(program, ONCE);
  });
});
