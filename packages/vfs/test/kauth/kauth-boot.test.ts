import assert from 'node:assert/strict';
import { EPERM } from '@smplab/proc';
import { kauth_authorize_generic } from '../../src/kauth/authorize.ts';
import { isDrawn } from '../../src/kauth/curtain.ts';
import { KAUTH_GENERIC_ISSUSER } from '../../src/kauth/kauth-actions.ts';
import { BSD44 } from '../../src/kauth/kauth-boot.ts';
import { securelevel } from '../../src/kauth/securelevel.ts';
import { secmodel_register } from '../../src/kauth/secmodel.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { credentials, dispose, kauthMachine, ONCE } from './fixtures/kauth-machine.ts';

describe('bootKauth', () => {
  it('starts a traditional system: level 0, no curtain, root is root', () => {
    const program = kauthMachine('traditional', {}, function* (k) {
      const alice = yield* credentials(k, { uid: 7 });
      const root = yield* credentials(k, { uid: 0 });
      assert.equal(securelevel(k), 0);
      assert.equal(isDrawn(k), false);
      assert.equal(yield* kauth_authorize_generic(k, root, KAUTH_GENERIC_ISSUSER), 0);
      assert.equal(yield* kauth_authorize_generic(k, alice, KAUTH_GENERIC_ISSUSER), EPERM);
      for (const each of BSD44) assert.notEqual(yield* secmodel_register(k, each), 0, each.id);
      yield* dispose(k, [alice, root]);
    });
    runs(program, ONCE);
  });

  it('takes level, curtain and models as they are given', () => {
    const program = kauthMachine('given', { securelevel: -1, curtain: true, models: [] }, function* (k) {
      const alice = yield* credentials(k, { uid: 7 });
      assert.equal(securelevel(k), -1);
      assert.equal(isDrawn(k), true);
      assert.equal(yield* kauth_authorize_generic(k, alice, KAUTH_GENERIC_ISSUSER), 0);
      yield* dispose(k, [alice]);
    });
    runs(program, ONCE);
  });
});
