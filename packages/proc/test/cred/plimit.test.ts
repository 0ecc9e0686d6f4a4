import {
  curlimit,
  plimit_fork,
  plimit_free,
  type Rlimit,
  sys_getrlimit,
  sys_setrlimit,
} from '../../src/cred/plimit.ts';
import { RLIM_INFINITY, RLIMIT_CORE, RLIMIT_NOFILE, RLIMIT_NPROC } from '../../src/cred/ucred.ts';
import { EINVAL, EPERM } from '../../src/errno.ts';
import { P, Proc } from '../../src/table/proc.ts';
import { actAs, runs } from '../table/fixtures/by-hand.ts';
import { equal, usersProgram } from './fixtures/users.ts';

const NONE = RLIM_INFINITY;

describe('resource limits', () => {
  it('refuse what there is not and what is too much', () => {
    runs(
      usersProgram('table', {}, function* (k, { root, user }) {
        const got: Partial<Rlimit> = {};
        for (const which of [-1, 12, 1.5]) {
          equal(k, yield* sys_getrlimit(k, which, got), -EINVAL, `get ${which}`);
          equal(k, yield* sys_setrlimit(k, which, { cur: 1, max: 1 }), -EINVAL, `set ${which}`);
        }
        actAs(k, user);
        equal(k, yield* sys_setrlimit(k, RLIMIT_CORE, { cur: -1, max: -1 }), 0, 'negative means none');
        yield* sys_getrlimit(k, RLIMIT_CORE, got);
        equal(k, got, { cur: NONE, max: NONE }, 'none');
        equal(k, yield* sys_setrlimit(k, RLIMIT_CORE, { cur: 9, max: 4 }), 0, 'current beyond maximum');
        yield* sys_getrlimit(k, RLIMIT_CORE, got);
        equal(k, got, { cur: 4, max: 4 }, 'is cut');
        equal(k, yield* sys_setrlimit(k, RLIMIT_CORE, { cur: 5, max: 5 }), -EPERM, 'up again');
        equal(k, yield* sys_setrlimit(k, RLIMIT_CORE, { cur: 5, max: 4 }), -EPERM, 'current alone');
        equal(k, yield* sys_setrlimit(k, RLIMIT_NPROC, { cur: 0, max: 0 }), 0, 'no process at all');
        equal(k, yield* curlimit(k, RLIMIT_NPROC), 1, 'is one');
        actAs(k, root);
        equal(k, yield* sys_setrlimit(k, RLIMIT_NOFILE, { cur: NONE, max: NONE }), 0, 'root raises');
        equal(k, yield* curlimit(k, RLIMIT_NOFILE), 8, 'up to what the machine has');
      }),
    );
  });

  it('are copied when one of those who share them changes one', () => {
    runs(
      usersProgram('shared', {}, function* (k, { root, user }) {
        const embryo = yield* k.allocateZeroed('embryo', Proc.size);
        yield* plimit_fork(k, root, embryo);
        const child = k.get(embryo + P.p_limit);
        yield* k.free('embryo', embryo);
        yield* sys_setrlimit(k, RLIMIT_CORE, { cur: 3, max: 7 });
        equal(k, k.get(root + P.p_limit) === child, false, 'the process has its own');
        equal(k, k.get(user + P.p_limit) === child, true, 'others keep theirs');
        const own = k.get(root + P.p_limit);
        yield* sys_setrlimit(k, RLIMIT_CORE, { cur: 2, max: 7 });
        equal(k, k.get(root + P.p_limit), own, 'changed in place');
        yield* plimit_free(k, child);
      }),
    );
  });
});
