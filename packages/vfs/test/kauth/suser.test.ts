import assert from 'node:assert/strict';
import { EACCES, EPERM } from '@smplab/proc';
import { kauth_authorize_action, kauth_authorize_vnode } from '../../src/kauth/authorize.ts';
import { KAUTH_BUILTIN_SCOPES, KAUTH_SCOPE_CRED, KAUTH_SCOPE_VNODE } from '../../src/kauth/kauth-layout.ts';
import { SUSER } from '../../src/kauth/suser.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { credentials, dispose, kauthMachine, ONCE, processOf } from './fixtures/kauth-machine.ts';

const SCOPES = KAUTH_BUILTIN_SCOPES.filter((each) => each !== KAUTH_SCOPE_VNODE && each !== KAUTH_SCOPE_CRED);
/** An action of no scope. */
const UNKNOWN = 99;

describe('the superuser model', () => {
  it('allows all known actions to the effective user 0, and nothing else', () => {
    const program = kauthMachine('root', { models: [SUSER] }, function* (k) {
      const root = yield* credentials(k, { uid: 0, ruid: 7 });
      const was = yield* credentials(k, { uid: 7, ruid: 0, svuid: 0 });
      const p = yield* processOf(k, 0);
      for (const { scope, cookie: last = 0 } of SUSER.listeners) {
        if (scope === KAUTH_SCOPE_VNODE) continue;
        for (let action = 1; action <= last; action++)
          assert.equal(yield* kauth_authorize_action(k, scope, root, action, p, 1), 0, `${scope} ${action}`);
      }
      for (const scope of SCOPES)
        for (const cred of [root, was])
          assert.equal(yield* kauth_authorize_action(k, scope, cred, UNKNOWN, p), EPERM, `${scope}`);
      assert.equal(yield* kauth_authorize_vnode(k, root, 4, 0, 0, EACCES), 0);
      assert.equal(yield* kauth_authorize_vnode(k, was, 4, 0, 0, EACCES), EACCES);
      assert.equal(yield* kauth_authorize_vnode(k, was, 4, 0, 0, 0), 0);
      yield* dispose(k, [root, was], [p]);
    });
    runs(program, ONCE);
  });
});
