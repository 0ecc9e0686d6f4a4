import type { Context, Steps } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import {
  groupmember,
  p_trespass,
  priv_check_cred,
  PRIV_CRED,
  PRIV_JAIL_CREATE,
  PRIV_PROC_SETLOGIN,
  PRIV_PROC_SETRLIMIT,
  PRIV_PROC_TRESPASS,
  PRIV_ROOT,
  PRIV_SYSCTL_WRITE,
  PRIV_SYSCTL_WRITEJAIL,
  PRIV_VFS_ACCESS,
  PRIV_VFS_CHROOT,
  suser,
} from '../../src/cred/privilege.ts';
import { CR, Ucred } from '../../src/cred/ucred.ts';
import { EPERM, ESRCH } from '../../src/errno.ts';
import { kfree, kmalloc, M_CRED } from '../../src/malloc-types.ts';
import { procs } from '../../src/proc-kernel.ts';
import { G } from '../../src/table/procglob.ts';
import { runs } from '../table/fixtures/by-hand.ts';
import { equal, usersProgram } from './fixtures/users.ts';

const OUTSIDE_ONLY = [PRIV_ROOT, PRIV_JAIL_CREATE, PRIV_SYSCTL_WRITE];
const IN_JAIL_TOO = [
  PRIV_CRED,
  PRIV_PROC_SETLOGIN,
  PRIV_PROC_SETRLIMIT,
  PRIV_PROC_TRESPASS,
  PRIV_VFS_CHROOT,
  PRIV_VFS_ACCESS,
  PRIV_SYSCTL_WRITEJAIL,
];
const IDS = [0, 5, 6];

interface Who {
  readonly ruid: number;
  readonly uid: number;
  /** 0: outside of any. */
  readonly prison: number;
}

/** Credentials that are words only, with prisons that are numbers. */
function* credentials(k: Context, { ruid, uid, prison }: Who): Steps<number> {
  const cr = yield* kmalloc(k, M_CRED, Ucred.size);
  const { words } = k;
  words[cr + CR.cr_ruid] = ruid;
  words[cr + CR.cr_uid] = uid;
  words[cr + CR.cr_prison] = prison === 0 ? words[procs(k).g + G.g_prison0] : prison;
  return cr;
}

const EVERYBODY: readonly Who[] = IDS.flatMap((ruid) =>
  IDS.flatMap((uid) => [0, 1, 2].map((prison) => ({ ruid, uid, prison }))),
);

/** What may be done to whom, in words of the manual. */
function trespass(one: Who, other: Who): number {
  const knows = one.prison === 0 || one.prison === other.prison;
  if (!knows) return ESRCH;
  const isRoot = one.uid === 0;
  const isSame = [one.ruid, one.uid].some((id) => id === other.ruid || id === other.uid);
  return isRoot || isSame ? 0 : EPERM;
}

describe('privileges', () => {
  it('are those of the effective user 0, fewer of them in a jail', () => {
    const program = usersProgram('privileges', {}, function* (k) {
      for (const who of EVERYBODY) {
        const cr = yield* credentials(k, who);
        const what = JSON.stringify(who);
        const [root, free] = [who.uid === 0, who.prison === 0];
        for (const each of IN_JAIL_TOO) equal(k, priv_check_cred(k, cr, each), root ? 0 : EPERM, what);
        for (const each of OUTSIDE_ONLY)
          equal(k, priv_check_cred(k, cr, each), root && free ? 0 : EPERM, `${each} of ${what}`);
        equal(k, suser(k, cr), root && free ? 0 : EPERM, what);
        yield* kfree(k, M_CRED, cr);
      }
    });
    runs(program);
  });

  it('and ids decide who may act upon whom, and who must not even know of whom', () => {
    const program = usersProgram('trespass', {}, function* (k) {
      const all: number[] = [];
      for (const who of EVERYBODY) all.push(yield* credentials(k, who));
      for (const [at, cr1] of all.entries()) {
        for (const [other, cr2] of all.entries()) {
          const expected = trespass(EVERYBODY[at], EVERYBODY[other]);
          const what = `${JSON.stringify(EVERYBODY[at])} upon ${JSON.stringify(EVERYBODY[other])}`;
          equal(k, p_trespass(k, cr1, cr2), expected, what);
        }
      }
      for (const cr of all) yield* kfree(k, M_CRED, cr);
    });
    runs(program);
  });
});

describe('membership in a group', () => {
  it('is by the effective group, or one of the others', () => {
    const program = usersProgram('groups', {}, function* (k) {
      const cr = yield* credentials(k, EVERYBODY[0]);
      k.words[cr + CR.cr_gid] = 5;
      k.words[cr + CR.cr_rgid] = 6;
      k.words[cr + CR.cr_groups] = 7;
      k.words[cr + CR.cr_groups + 1] = 8;
      k.words[cr + CR.cr_groups + 2] = 9;
      k.words[cr + CR.cr_ngroups] = 2;
      const found = [5, 6, 7, 8, 9].filter((gid) => groupmember(k, gid, cr));
      equal(k, found, [5, 7, 8], 'groups');
      yield* kfree(k, M_CRED, cr);
    });
    runs(program);
  });
});
