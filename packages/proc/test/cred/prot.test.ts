import type { Context, Steps } from '@smplab/lwkt';
import { sys_getlogin, sys_setlogin } from '../../src/cred/login.ts';
import { sys_jail } from '../../src/cred/prison.ts';
import { p_trespass, priv_check_cred, PRIV_CRED, suser } from '../../src/cred/privilege.ts';
import * as prot from '../../src/cred/prot.ts';
import { CR, UI } from '../../src/cred/ucred.ts';
import { EINVAL, ENAMETOOLONG, EPERM, ESRCH } from '../../src/errno.ts';
import { P } from '../../src/table/proc.ts';
import { actAs, passes, runs } from '../table/fixtures/by-hand.ts';
import { allOf, equal, GID, UID, usersProgram } from './fixtures/users.ts';

type Call = (k: Context) => Steps<number>;

/** Real, effective and saved ids of the current process, users then groups. */
function* idsOf(k: Context): Steps<string> {
  const users: Partial<prot.ResIds> = {};
  const groups: Partial<prot.ResIds> = {};
  yield* prot.sys_getresuid(k, users);
  yield* prot.sys_getresgid(k, groups);
  const shown = ({ real, effective, saved }: Partial<prot.ResIds>): string => `${real} ${effective} ${saved}`;
  return `${shown(users)} / ${shown(groups)}`;
}

const MINE = `${UID} ${UID} ${UID} / ${GID} ${GID} ${GID}`;

/** What a call gives root and the user, and the ids that follow from it. */
const TABLE: readonly (readonly [title: string, call: Call, root: string, result: number, user: string])[] = [
  ['setuid(7)', (k) => prot.sys_setuid(k, 7), '7 7 7 / 0 0 0', -EPERM, MINE],
  ['setuid(100)', (k) => prot.sys_setuid(k, UID), '100 100 100 / 0 0 0', 0, MINE],
  ['seteuid(7)', (k) => prot.sys_seteuid(k, 7), '0 7 0 / 0 0 0', -EPERM, MINE],
  ['setreuid(7, 8)', (k) => prot.sys_setreuid(k, 7, 8), '7 8 8 / 0 0 0', -EPERM, MINE],
  ['setresuid(7, 8, 9)', (k) => prot.sys_setresuid(k, 7, 8, 9), '7 8 9 / 0 0 0', -EPERM, MINE],
  ['setgid(7)', (k) => prot.sys_setgid(k, 7), '0 0 0 / 7 7 7', -EPERM, MINE],
  ['setegid(7)', (k) => prot.sys_setegid(k, 7), '0 0 0 / 0 7 0', -EPERM, MINE],
  ['setregid(7, -1)', (k) => prot.sys_setregid(k, 7, -1), '0 0 0 / 7 0 0', -EPERM, MINE],
  ['setresgid(-1, -1, 9)', (k) => prot.sys_setresgid(k, -1, -1, 9), '0 0 0 / 0 0 9', -EPERM, MINE],
  ['setgroups([5, 6])', (k) => prot.sys_setgroups(k, [5, 6]), '0 0 0 / 0 5 0', -EPERM, MINE],
];

describe('calls about ids', () => {
  for (const [title, call, rootIds, userResult, userIds] of TABLE) {
    it(`${title}: root becomes ${rootIds}, the user ${userIds}`, () => {
      runs(
        usersProgram('one call', {}, function* (k, { root, user }) {
          actAs(k, root);
          equal(k, yield* call(k), 0, 'root');
          equal(k, yield* idsOf(k), rootIds, 'ids of root');
          actAs(k, user);
          equal(k, yield* call(k), userResult, 'the user');
          equal(k, yield* idsOf(k), userIds, 'ids of the user');
        }),
      );
    });
  }

  it('tell groups, and whether ids have changed', () => {
    runs(
      usersProgram('groups', {}, function* (k) {
        const got: { groups?: number[] } = {};
        equal(k, yield* prot.sys_issetugid(k), 0, 'nothing has changed');
        equal(k, yield* prot.sys_setgroups(k, [5, 6, 7]), 0, 'three groups');
        equal(k, yield* prot.sys_getgroups(k, 0, got), 3, 'how many');
        equal(k, yield* prot.sys_getgroups(k, 2, got), -EINVAL, 'too little room');
        equal(k, [yield* prot.sys_getgroups(k, 16, got), got.groups], [3, [5, 6, 7]], 'all');
        const many = Array.from({ length: 17 }, (_, at) => at);
        equal(k, yield* prot.sys_setgroups(k, many), -EINVAL, 'too many');
        equal(k, yield* prot.sys_setgroups(k, []), 0, 'none');
        equal(k, [yield* prot.sys_getgroups(k, 16, got), got.groups], [1, [5]], 'the effective one stays');
        equal(k, yield* prot.sys_issetugid(k), 1, 'they have changed');
        equal(k, [yield* prot.sys_getgid(k), yield* prot.sys_getegid(k)], [0, 5], 'real and effective');
        equal(k, [yield* prot.sys_getuid(k), yield* prot.sys_geteuid(k)], [0, 0], 'users');
      }),
    );
  });

  it('count a process for the real user it has', () => {
    runs(
      usersProgram('counts', {}, function* (k, { root, user }) {
        const count = (p: number): number =>
          k.peek(k.get(k.get(p + P.p_ucred) + CR.cr_ruidinfo) + UI.ui_proccnt);
        yield* prot.sys_setresuid(k, -1, UID, -1);
        equal(k, [count(root), count(user)], [1, 1], 'an effective user has no processes');
        yield* prot.sys_setresuid(k, UID, 0, -1);
        equal(k, [count(root), count(user)], [2, 2], 'the user has both');
      }),
    );
  });

  it('of several lwps come one after the other', () => {
    const swap = (one: number, other: number) =>
      function* (k: Context, p: number): Steps {
        actAs(k, p);
        yield* prot.sys_setreuid(k, one, other);
        equal(k, yield* prot.sys_setresuid(k, 0, 0, 0), 0, 'one of them is root');
      };
    const threads = { a: swap(0, 5), b: swap(5, 0) };
    passes(
      usersProgram('lwps', { cpus: 2, threads }, function* (k, { root }) {
        yield* allOf(k, ['a', 'b'], root);
        equal(k, yield* idsOf(k), '0 0 0 / 0 0 0', 'ids');
      }),
      { schedules: 600 },
    );
  });
});

describe('login names', () => {
  it('belong to the session and are set by root', () => {
    runs(
      usersProgram('login', {}, function* (k, { root, user }) {
        const got: { name?: string } = {};
        yield* sys_getlogin(k, got);
        equal(k, got.name, '', 'at first');
        equal(k, yield* sys_setlogin(k, 'x'.repeat(20)), -EINVAL, 'too long');
        equal(k, yield* sys_setlogin(k, 'charlie'), 0, 'set');
        yield* sys_getlogin(k, got);
        equal(k, got.name, 'charlie', 'told');
        actAs(k, user);
        equal(k, yield* sys_setlogin(k, 'mallory'), -EPERM, 'a user');
        yield* sys_getlogin(k, got);
        equal(k, got.name, '', 'another session');
        actAs(k, root);
        equal(k, yield* sys_setlogin(k, ''), 0, 'cleared');
      }),
    );
  });
});

describe('jail', () => {
  it('is for root outside, and makes root less', () => {
    runs(
      usersProgram('jail', {}, function* (k, { root, user }) {
        const free = k.get(user + P.p_ucred);
        equal(k, p_trespass(k, k.get(root + P.p_ucred), free), 0, 'root acts upon all');
        equal(k, p_trespass(k, free, k.get(root + P.p_ucred)), EPERM, 'a user does not');
        equal(k, p_trespass(k, free, free), 0, 'but upon itself');
        equal(k, yield* sys_jail(k, 'h'.repeat(20)), -ENAMETOOLONG, 'long name');
        equal(k, yield* sys_jail(k, 'cell'), 1, 'the first prison');
        const cell = k.get(root + P.p_ucred);
        equal(k, [suser(k, cell), priv_check_cred(k, cell, PRIV_CRED)], [EPERM, 0], 'root in it');
        equal(k, p_trespass(k, cell, free), ESRCH, 'it does not know of those outside');
        equal(k, p_trespass(k, free, cell), EPERM, 'they know of it');
        equal(k, yield* sys_jail(k, 'inner'), -EPERM, 'no jail in a jail');
        actAs(k, user);
        equal(k, yield* sys_jail(k, 'mine'), -EPERM, 'a user');
      }),
    );
  });
});
