import assert from 'node:assert/strict';
import type { Context, Steps } from '@smplab/lwkt';
import { M } from '../../src/mount/mount-layout.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';
import { checkVnodes } from '../../src/vnode/check-vnodes.ts';
import { V, VS_BLOCKED, VS_RECLAIMED, VUSECOUNT_GATE } from '../../src/vnode/vnode-layout.ts';
import { vrele } from '../../src/vnode/vref.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { mounted, node, nodeMachine, ONCE } from './nodefs.ts';

/** What is broken of two vnodes, of which the second is unused, and the complaint. */
const BROKEN: readonly (readonly [string, RegExp, (k: Context, used: number, unused: number) => void])[] = [
  ['a state', /in the cache and BLOCKED/, (k, used) => (k.words[used + V.v_state] = VS_BLOCKED)],
  ['the gate', /gate of vnode \d+ is closed/, (k, used) => (k.words[used + V.v_usecount] &= ~VUSECOUNT_GATE)],
  ['the mount', /not on the list of its mount/, (k, used) => (k.words[used + V.v_mount] = deadmount(k))],
  ['a hold', /has 1 holds/, (k, used) => (k.words[used + V.v_holdcnt] = 1)],
  ['the lock', /the lock of vnode \d+ is held/, (k, used) => (k.words[used + V.v_lock] = 1)],
  ['the interlock', /the interlock of vnode/, (k, used) => (k.words[used + V.v_interlock] = 1)],
  ['the count', /vg_numvnodes is 3/, (k) => k.words[vfs(k).g + VG.vg_numvnodes]++],
  ['the lru', /unused and not on vg_lru/, (k) => (k.words[vfs(k).g + VG.vg_lru] = 0)],
  ['the lru mark', /on vg_lru and does not say so/, (k, _, unused) => (k.words[unused + V.v_islru] = 0)],
  [
    'a key',
    /have the same key/,
    (k, used, unused) => (k.words[used + V.v_cachekey] = k.words[unused + V.v_cachekey]),
  ],
  [
    'a dead one',
    /dead vnode \d+ has no references/,
    (k, _, unused) => {
      k.words[unused + V.v_state] = VS_RECLAIMED;
      k.words[deadlist(k)] = unused;
    },
  ],
];

function deadmount(k: Context): number {
  return k.words[vfs(k).g + VG.vg_deadmount];
}

function deadlist(k: Context): number {
  return deadmount(k) + M.mnt_vnodelist;
}

describe('the check of vnodes', () => {
  for (const [title, complaint, broken] of BROKEN) {
    it(`complains of ${title} that is wrong`, () => {
      let said: readonly string[] = [];
      const program = nodeMachine(
        title,
        function* (k): Steps {
          const mp = yield* mounted(k);
          const used = yield* node(k, mp, 7);
          const unused = yield* node(k, mp, 8);
          yield* vrele(k, unused);
          assert.deepEqual(checkVnodes(k.kernel), []);
          broken(k, used, unused);
          said = checkVnodes(k.kernel);
        },
        {},
        { checkLeaks: false },
      );
      runs(program, ONCE);
      assert.match(said.join('\n'), complaint);
    });
  }
});
