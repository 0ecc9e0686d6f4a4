import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Context } from '@smplab/lwkt';
import { CR, EACCES } from '@smplab/proc';
import { FSCRED, genfs_can_access, isOwnerOrRoot, NOCRED } from '../../src/name/genfs-access.ts';
import { VDIR, VREG } from '../../src/vnode/vnode-layout.ts';
import { VEXEC, VREAD, VWRITE } from '../../src/vnode/vnode-ops-layout.ts';
import type { Who } from '../fixtures/credentials.ts';

const CRED = 8;

/** A context with nothing but credentials in its memory. */
function contextOf({ uid, gid = uid, groups = [] }: Who): Context {
  const words = new Int32Array(64);
  words[CRED + CR.cr_uid] = uid;
  words[CRED + CR.cr_gid] = gid;
  words[CRED + CR.cr_ngroups] = groups.length;
  words.set(groups, CRED + CR.cr_groups);
  return { get: (at: number) => words[at] } as unknown as Context;
}

/** The same rule, said the other way round: which of the three classes, and then its digit of the mode. */
function oracle(
  who: Required<Who>,
  isDirectory: boolean,
  mode: number,
  uid: number,
  gid: number,
  acc: number,
) {
  const digits = mode.toString(8).padStart(3, '0').split('').map(Number);
  const asked = acc / 0o100;
  if (who.uid === 0) return (asked & 1) === 0 || isDirectory || digits.some((digit) => (digit & 1) === 1);
  const isMember = [who.gid, ...who.groups].includes(gid);
  const digit = who.uid === uid ? digits[0] : isMember ? digits[1] : digits[2];
  return (digit & asked) === asked;
}

describe('access by mode bits', () => {
  it('is granted by one of the three classes alone, and to root but for programs that nobody may run', () => {
    const id = fc.nat(3);
    const who = fc.record({ uid: id, gid: id, groups: fc.array(id, { maxLength: 3 }) });
    const asked = fc.nat(7).map((bits) => bits * 0o100);
    fc.assert(
      fc.property(
        who,
        fc.boolean(),
        fc.nat(0o777),
        id,
        id,
        asked,
        (user, isDirectory, mode, uid, gid, acc) => {
          const type = isDirectory ? VDIR : VREG;
          const got = genfs_can_access(contextOf(user), type, mode, uid, gid, acc, CRED);
          assert.equal(got, oracle(user, isDirectory, mode, uid, gid, acc) ? 0 : EACCES);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is refused to an owner whose group would have it', () => {
    const k = contextOf({ uid: 5, gid: 7 });
    assert.equal(genfs_can_access(k, VREG, 0o077, 5, 7, VREAD, CRED), EACCES);
    assert.equal(genfs_can_access(k, VREG, 0o077, 6, 7, VREAD | VWRITE | VEXEC, CRED), 0);
  });

  it('is never refused to the kernel itself', () => {
    const k = contextOf({ uid: 5 });
    for (const cred of [NOCRED, FSCRED]) {
      assert.equal(genfs_can_access(k, VREG, 0, 1, 1, VREAD | VWRITE, cred), 0);
      assert.ok(isOwnerOrRoot(k, 1, cred));
    }
    assert.ok(!isOwnerOrRoot(k, 1, CRED));
    assert.ok(isOwnerOrRoot(k, 5, CRED));
  });
});
