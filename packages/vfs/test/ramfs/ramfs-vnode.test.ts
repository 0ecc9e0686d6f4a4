import assert from 'node:assert/strict';
import { writeCstring } from '@smplab/kmem';
import type { LocalOptions } from '@smplab/explore';
import { type Context, functionNumber, lwkt_create, lwkt_join, type Steps } from '@smplab/lwkt';
import { ENOENT, kfree, kmalloc, M_TEMP } from '@smplab/proc';
import { M } from '../../src/mount/mount-layout.ts';
import type { Looker } from '../../src/name/nameidata.ts';
import { RM } from '../../src/ramfs/ramfs-layout.ts';
import { V, VREG, VV_ROOT } from '../../src/vnode/vnode-layout.ts';
import {
  CN,
  CN_ISLASTCN,
  CN_NAME_BYTES,
  Componentname,
  VA,
  Vattr,
} from '../../src/vnode/vnode-ops-layout.ts';
import { VOP_CREATE, VOP_LOOKUP, VOP_REMOVE } from '../../src/vnode/vnode-ops.ts';
import { vrecycle, vrele } from '../../src/vnode/vref.ts';
import { ramfsMachine } from '../fixtures/ramfs-machine.ts';
import { runs } from '../fixtures/vfs-machine.ts';

interface Shared {
  who: Looker;
  cnp: number;
  /** The file, referenced. */
  vp: number;
  answer: number;
}

/** A file `f` in the root, and two threads: one does what is given, the other looks it up. */
function againstLookup(
  title: string,
  act: (k: Context, shared: Shared) => Steps,
  left: readonly number[],
  options: LocalOptions,
): void {
  const shared: Shared = { who: { cred: 0, root: 0, cwd: 0 }, cnp: 0, vp: 0, answer: 0 };
  const functions = {
    act: (k: Context) => act(k, shared),
    *look(k: Context) {
      shared.answer = yield* VOP_LOOKUP(k, shared.who.root, shared.cnp);
      if (shared.answer > 0) yield* vrele(k, shared.answer);
    },
  };
  const program = ramfsMachine(title, { cpus: 2, functions }, function* (k, who) {
    const cnp = yield* kmalloc(k, M_TEMP, Componentname.size);
    const vap = yield* kmalloc(k, M_TEMP, Vattr.size);
    k.words[cnp + CN.cn_flags] = CN_ISLASTCN;
    k.words[cnp + CN.cn_cred] = who.cred;
    writeCstring(k.kernel.memory, cnp + CN.cn_name, CN_NAME_BYTES, 'f');
    k.words[vap + VA.va_type] = VREG;
    shared.vp = yield* VOP_CREATE(k, who.root, cnp, vap);
    shared.cnp = cnp;
    shared.who = who;
    const threads = [
      yield* lwkt_create(k, functionNumber('act'), { cpu: 0, args: [] }),
      yield* lwkt_create(k, functionNumber('look'), { cpu: 1, args: [] }),
    ];
    for (const td of threads) yield* lwkt_join(k, td);
    const fs = k.peek(k.peek(who.root + V.v_mount) + M.mnt_data);
    assert.ok(left.includes(k.words[fs + RM.rm_nodes]), `${k.words[fs + RM.rm_nodes]} nodes`);
    assert.ok(shared.answer > 0 || shared.answer === -ENOENT, `lookup: ${shared.answer}`);
    for (const block of [cnp, vap]) yield* kfree(k, M_TEMP, block);
  });
  runs(program, options);
}

describe('a vnode of the file system in memory', () => {
  it('is that of its node for everybody, and the root says that it is', () => {
    const program = ramfsMachine('root', {}, function* (k, who) {
      assert.equal(k.peek(who.root + V.v_vflag) & VV_ROOT, VV_ROOT);
      yield* [];
    });
    runs(program, { schedules: 1 });
  });

  it('goes with the node when the last name goes, whoever is on the way to it', () => {
    againstLookup(
      'removed',
      function* (k, { who, cnp, vp }) {
        assert.equal(yield* VOP_REMOVE(k, who.root, vp, cnp), 0);
        yield* vrele(k, vp);
      },
      [1],
      { strategy: 'dfs', preemptions: 1, schedules: 20_000 },
    );
  });

  it('is loaded once more when it is recycled while somebody is on the way to it', () => {
    againstLookup(
      'recycled',
      function* (k, { vp }) {
        if (!(yield* vrecycle(k, vp))) yield* vrele(k, vp);
      },
      [2],
      { schedules: 200 },
    );
  });
});
