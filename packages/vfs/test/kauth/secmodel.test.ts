import assert from 'node:assert/strict';
import {
  type Context,
  functionNumber,
  LK_RELEASE,
  LK_SHARED,
  lockmgr,
  lwkt_create,
  lwkt_join,
  type Steps,
} from '@smplab/lwkt';
import { EEXIST, ENOENT, EPERM } from '@smplab/proc';
import {
  kauth_authorize_generic,
  kauth_authorize_locked,
  kauth_authorize_vnode,
} from '../../src/kauth/authorize.ts';
import { BSD44 } from '../../src/kauth/kauth-boot.ts';
import { KAUTH_SCOPE_CRED, KAUTH_SCOPE_GENERIC } from '../../src/kauth/kauth-layout.ts';
import {
  secmodel_deregister,
  secmodel_eval,
  secmodel_register,
  type SecmodelDescription,
} from '../../src/kauth/secmodel.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { credentials, dispose, kauthMachine, ONCE } from './fixtures/kauth-machine.ts';

const fn = functionNumber;
const ALL = { strategy: 'dfs', preemptions: 2, schedules: 20_000 };
const CRED = 1;

const MODEL: SecmodelDescription = {
  id: 'test',
  evaluate: 'sum',
  listeners: [
    { scope: KAUTH_SCOPE_CRED, fn: 'answer', cookie: 1 },
    { scope: KAUTH_SCOPE_GENERIC, fn: 'answer', cookie: 1 },
  ],
};

const functions = {
  *answer(_k: Context, _cred: number, _action: number, cookie: number): Steps<number> {
    return cookie;
  },
  *sum(_k: Context, what: number, arg: number): Steps<number> {
    return what + arg;
  },
  /** Either both scopes refuse, or none does. */
  *asksBoth(k: Context): Steps {
    const lock = vfs(k).g + VG.vg_kauth_lock;
    yield* lockmgr(k, lock, LK_SHARED);
    const one = yield* kauth_authorize_locked(k, KAUTH_SCOPE_CRED, CRED, 1);
    const other = yield* kauth_authorize_locked(k, KAUTH_SCOPE_GENERIC, CRED, 1);
    k.assert(one === other, `half of a model: ${one} and ${other}`);
    yield* lockmgr(k, lock, LK_RELEASE);
  },
};

describe('security models', () => {
  it('come and go with their listeners, once each', () => {
    const program = kauthMachine('model', { models: [], functions }, function* (k) {
      const lock = vfs(k).g + VG.vg_kauth_lock;
      assert.equal(yield* secmodel_deregister(k, 'test'), ENOENT);
      assert.equal(yield* kauth_authorize_generic(k, CRED, 1), 0);
      assert.equal(yield* secmodel_register(k, MODEL), 0);
      assert.equal(yield* secmodel_register(k, MODEL), EEXIST);
      assert.equal(yield* kauth_authorize_generic(k, CRED, 1), EPERM);
      yield* lockmgr(k, lock, LK_SHARED);
      assert.equal(yield* secmodel_eval(k, 'test', 3, 4), 7);
      assert.equal(yield* secmodel_eval(k, 'another', 3, 4), -ENOENT);
      yield* lockmgr(k, lock, LK_RELEASE);
      assert.equal(yield* secmodel_deregister(k, 'test'), 0);
      assert.equal(yield* kauth_authorize_generic(k, CRED, 1), 0);
    });
    runs(program, ONCE);
  });

  it('are seen whole or not at all by who asks meanwhile', () => {
    const program = kauthMachine('whole', { models: [], functions }, function* (k) {
      const asker = yield* lwkt_create(k, fn('asksBoth'), { cpu: 1 });
      yield* secmodel_register(k, MODEL);
      yield* secmodel_deregister(k, 'test');
      yield* lwkt_join(k, asker);
    });
    assert.equal(runs(program, ALL).verdict, 'proved');
  });

  it('leave everything allowed that nobody decides when the last of them has gone', () => {
    const program = kauthMachine('none left', {}, function* (k) {
      const alice = yield* credentials(k, { uid: 7 });
      for (const { id } of BSD44) {
        assert.equal(yield* kauth_authorize_generic(k, alice, 1), EPERM);
        assert.equal(yield* secmodel_deregister(k, id), 0);
      }
      assert.equal(yield* kauth_authorize_generic(k, alice, 1), 0);
      // A file system decides for itself.
      assert.equal(yield* kauth_authorize_vnode(k, alice, 1, 0, 0, EPERM), EPERM);
      for (const each of BSD44) assert.equal(yield* secmodel_register(k, each), 0);
      assert.equal(yield* kauth_authorize_generic(k, alice, 1), EPERM);
      for (const { id } of BSD44) yield* secmodel_deregister(k, id);
      yield* dispose(k, [alice]);
    });
    runs(program, ONCE);
  });
});
