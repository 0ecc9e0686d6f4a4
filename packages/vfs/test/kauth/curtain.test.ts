import assert from 'node:assert/strict';
import { EINVAL, EPERM } from '@smplab/proc';
import fc from 'fast-check';
import { kauth_authorize_network, kauth_authorize_process } from '../../src/kauth/authorize.ts';
import { EXTENSIONS, isDrawn, sysctl_curtain } from '../../src/kauth/curtain.ts';
import * as A from '../../src/kauth/kauth-actions.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { credentials, dispose, kauthMachine, ONCE, processOf } from './fixtures/kauth-machine.ts';

const CURTAINED = [
  A.KAUTH_REQ_PROCESS_CANSEE_ARGS,
  A.KAUTH_REQ_PROCESS_CANSEE_ENTRY,
  A.KAUTH_REQ_PROCESS_CANSEE_OPENFILES,
];

const users = fc.record({ uid: fc.constantFrom(0, 7, 8, 9), ruid: fc.constantFrom(0, 7, 8, 9) });

describe('the curtain', () => {
  it('hides processes and sockets of other users from all but root', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(users, users, fc.boolean()), { minLength: 8 }), (list) => {
        for (const curtain of [false, true]) {
          const program = kauthMachine('hides', { curtain }, function* (k) {
            for (const [who, whose, isEmbryo] of list) {
              const cred = yield* credentials(k, who);
              const target = yield* credentials(k, whose);
              const p = yield* processOf(k, isEmbryo ? 0 : target);
              const isOwn = [who.uid, who.ruid].some((each) => each === whose.uid || each === whose.ruid);
              const sees = (owns: boolean): number => (!curtain || owns || who.uid === 0 ? 0 : EPERM);
              for (const req of CURTAINED) {
                const error = yield* kauth_authorize_process(k, cred, A.KAUTH_PROCESS_CANSEE, p, req);
                assert.equal(error, sees(isOwn && !isEmbryo), JSON.stringify({ who, whose, req }));
              }
              const socket = [A.KAUTH_NETWORK_SOCKET, A.KAUTH_REQ_NETWORK_SOCKET_CANSEE] as const;
              assert.equal(yield* kauth_authorize_network(k, cred, ...socket, target), sees(isOwn));
              assert.equal(yield* kauth_authorize_network(k, cred, ...socket, 0), curtain ? EPERM : 0);
              yield* dispose(k, [cred, target], [p]);
            }
          });
          runs(program, ONCE);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('says nothing about the environment, signals or tracing', () => {
    const program = kauthMachine('says nothing', { curtain: true, models: [EXTENSIONS] }, function* (k) {
      const alice = yield* credentials(k, { uid: 7 });
      const bob = yield* credentials(k, { uid: 8, ruid: 7, svuid: 7 });
      const p = yield* processOf(k, bob);
      const env = A.KAUTH_REQ_PROCESS_CANSEE_ENV;
      assert.equal(yield* kauth_authorize_process(k, alice, A.KAUTH_PROCESS_CANSEE, p, env), 0);
      assert.equal(yield* kauth_authorize_process(k, alice, A.KAUTH_PROCESS_SIGNAL, p, 15), 0);
      yield* dispose(k, [alice, bob], [p]);
    });
    runs(program, ONCE);
  });

  it('is drawn by root, and drawn back as long as the security level is not above 0', () => {
    for (const securelevel of [-1, 0, 1, 2]) {
      const program = kauthMachine('sysctl', { securelevel }, function* (k) {
        const alice = yield* credentials(k, { uid: 7 });
        const root = yield* credentials(k, { uid: 0 });
        assert.equal(yield* sysctl_curtain(k, root, 2), EINVAL);
        assert.equal(yield* sysctl_curtain(k, alice, 1), EPERM);
        assert.equal(isDrawn(k), false);
        assert.equal(yield* sysctl_curtain(k, root, 0), 0);
        assert.equal(yield* sysctl_curtain(k, root, 1), 0);
        assert.equal(isDrawn(k), true);
        assert.equal(yield* sysctl_curtain(k, root, 0), securelevel > 0 ? EPERM : 0);
        assert.equal(isDrawn(k), securelevel > 0);
        yield* dispose(k, [alice, root]);
      });
      runs(program, ONCE);
    }
  });
});
