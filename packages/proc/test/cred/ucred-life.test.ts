import { explore } from '@smplab/explore';
import type { Context, ExploredMachine, Steps } from '@smplab/lwkt';
import assert from 'node:assert/strict';
import { sys_seteuid } from '../../src/cred/prot.ts';
import {
  crcopy,
  crdup,
  crfree,
  crget,
  crhold,
  curcred_hold,
  proc_ucred_drop,
  proc_ucred_hold,
} from '../../src/cred/ucred-life.ts';
import { CR, UI } from '../../src/cred/ucred.ts';
import { P } from '../../src/table/proc.ts';
import { actAs, check, passes, runs } from '../table/fixtures/by-hand.ts';
import { allOf, equal, UID, usersProgram } from './fixtures/users.ts';

/** As kern.proc does it: with no token of the process at all. */
function* scan(k: Context, p: number): Steps {
  const cr = yield* proc_ucred_hold(k, p);
  const uid = k.get(cr + CR.cr_uid);
  check(k, uid === UID || uid === 0, `a scan sees user ${uid}`);
  // What kern.proc goes on with may block.
  yield* k.fence();
  check(k, k.get(cr + CR.cr_ruid) === UID, 'a scan sees the real user');
  yield* proc_ucred_drop(k, cr);
}

/** The process changes its effective user, back and forth. */
function* changes(k: Context, p: number): Steps {
  actAs(k, p);
  check(k, (yield* sys_seteuid(k, 0)) === 0, 'the saved id is allowed');
  check(k, (yield* sys_seteuid(k, UID)) === 0, 'the real id is allowed');
}

/** A set-id process changes its ids while it is looked at. */
function watched(threads: readonly string[], asSeed: readonly string[] = []): ExploredMachine {
  return usersProgram(
    'watched',
    { cpus: threads.length, threads: { scan, other: scan, changes }, asSeed },
    function* (k, { user }) {
      k.words[k.words[user + P.p_ucred] + CR.cr_svuid] = 0;
      yield* allOf(k, threads, user);
      equal(k, k.peek(k.get(user + P.p_ucred) + CR.cr_ref), 1, 'references to what the process has');
    },
  );
}

describe('credentials', () => {
  it('hold what they name and give it back', () => {
    runs(
      usersProgram('counts', {}, function* (k, { user }) {
        const cr = k.get(user + P.p_ucred);
        const ui = k.get(cr + CR.cr_uidinfo);
        const refs = (): number[] => [k.peek(cr + CR.cr_ref), k.peek(ui + UI.ui_ref)];
        equal(k, refs(), [1, 2], 'at first');
        yield* crhold(k, cr);
        equal(k, refs(), [2, 2], 'held');
        const copy = yield* crcopy(k, cr);
        check(k, copy !== cr, 'what others have is copied');
        equal(k, [...refs(), k.peek(copy + CR.cr_ref)], [1, 4, 1], 'copied');
        equal(k, yield* crcopy(k, copy), copy, 'what nobody else has is not copied');
        yield* crfree(k, copy);
        const other = yield* crdup(k, cr);
        equal(k, k.get(other + CR.cr_ruid), UID, 'the copy has the same ids');
        yield* crfree(k, other);
        const empty = yield* crget(k);
        yield* crfree(k, empty);
        equal(k, refs(), [1, 2], 'in the end');
      }),
    );
  });

  it('of the current process can be held by any of its threads', () => {
    runs(
      usersProgram('own', { asSeed: ['ucred-replaced'] }, function* (k, { user }) {
        actAs(k, user);
        const cr = yield* curcred_hold(k);
        equal(k, k.peek(cr + CR.cr_ref), 2, 'references');
        yield* crfree(k, cr);
      }),
    );
  });

  it('are whole for a scan while they are replaced', () => {
    passes(watched(['changes', 'scan']), { schedules: 800 });
  });

  it('are whole for several scans', () => {
    passes(watched(['changes', 'scan', 'other']), { schedules: 400 });
  });

  it('are freed under the eyes of a scan as in 2017', () => {
    const result = explore(watched(['changes', 'scan'], ['ucred-replaced']), {
      schedules: 4000,
      shrink: false,
    });
    assert.equal(result.verdict, 'use-after-free', result.message);
  });

  it('stop a count that goes wrong', () => {
    const twice = usersProgram('twice', {}, function* (k, { user }) {
      const cr = yield* crdup(k, k.get(user + P.p_ucred));
      k.words[cr + CR.cr_ref] = 0;
      yield* crfree(k, cr);
    });
    const result = explore(twice, { schedules: 1, shrink: false });
    assert.match(result.message, /crfree: cr_ref was 0/);
  });
});
