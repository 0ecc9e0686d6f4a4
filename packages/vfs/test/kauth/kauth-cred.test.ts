import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as cred from '../../src/kauth/kauth-cred.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { credentials, dispose, kauthMachine, ONCE } from './fixtures/kauth-machine.ts';

const id = fc.integer({ min: 0, max: 4 });
const ids = fc.record({
  uid: id,
  ruid: id,
  svuid: id,
  gid: id,
  groups: fc.array(id, { maxLength: 16 }),
});

describe('what kauth knows of credentials', () => {
  it('are the ids and groups of the ucred, the real user as uid', () => {
    fc.assert(
      fc.property(fc.array(ids, { minLength: 10, maxLength: 10 }), (list) => {
        const program = kauthMachine('ids', {}, function* (k) {
          for (const each of list) {
            const cr = yield* credentials(k, each);
            assert.equal(cred.kauth_cred_getuid(k, cr), each.ruid);
            assert.equal(cred.kauth_cred_geteuid(k, cr), each.uid);
            assert.equal(cred.kauth_cred_getsvuid(k, cr), each.svuid);
            assert.equal(cred.kauth_cred_getgid(k, cr), each.gid);
            assert.equal(cred.kauth_cred_getegid(k, cr), each.gid);
            assert.equal(cred.kauth_cred_getsvgid(k, cr), each.gid);
            const groups: number[] = [];
            for (let at = 0; at < cred.kauth_cred_ngroups(k, cr); at++)
              groups.push(cred.kauth_cred_group(k, cr, at));
            assert.deepEqual(groups, each.groups);
            for (const gid of [0, 1, 2, 3, 4]) {
              assert.equal(cred.kauth_cred_ismember_gid(k, cr, gid), each.groups.includes(gid));
              const isEither = each.gid === gid || each.groups.includes(gid);
              assert.equal(cred.kauth_cred_groupmember(k, cr, gid), isEither);
            }
            yield* dispose(k, [cr]);
          }
        });
        runs(program, ONCE);
      }),
      { numRuns: 10 },
    );
  });

  it('match when a user is the real or effective one of both, and own for good as the saved one only', () => {
    const program = kauthMachine('match', {}, function* (k) {
      const alice = yield* credentials(k, { uid: 7 });
      const setuid = yield* credentials(k, { uid: 9, ruid: 7, svuid: 9 });
      const dropped = yield* credentials(k, { uid: 7, ruid: 7, svuid: 9 });
      const bob = yield* credentials(k, { uid: 8 });
      for (const [one, other, matches, owns] of [
        [alice, alice, true, true],
        [alice, setuid, true, false],
        [alice, dropped, true, false],
        [alice, bob, false, false],
        [setuid, bob, false, false],
        [setuid, alice, true, true],
      ] as const) {
        assert.equal(cred.kauth_cred_uidmatch(k, one, other), matches);
        assert.equal(cred.kauth_cred_uidmatch(k, other, one), matches);
        assert.equal(cred.proc_uidmatch(k, one, other), owns);
      }
      yield* dispose(k, [alice, setuid, dropped, bob]);
    });
    runs(program, ONCE);
  });

  it('have no group beyond their number', () => {
    const program = kauthMachine('no group', {}, function* (k) {
      const cr = yield* credentials(k, { uid: 0, groups: [5] });
      cred.kauth_cred_group(k, cr, 1);
    });
    assert.match(runs(program, ONCE, 'panic').message, /kauth_cred_group: no group 1/);
  });
});
