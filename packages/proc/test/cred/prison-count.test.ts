import { explore } from '@smplab/explore';
import type { Context, ExploredMachine, Steps } from '@smplab/lwkt';
import assert from 'node:assert/strict';
import { jailed, PRISON_CHECK, prison_free, prison_hold } from '../../src/cred/prison-count.ts';
import { sys_jail } from '../../src/cred/prison.ts';
import { crdup, crfree } from '../../src/cred/ucred-life.ts';
import { CR, PR } from '../../src/cred/ucred.ts';
import { P } from '../../src/table/proc.ts';
import { all, check, passes, runs } from '../table/fixtures/by-hand.ts';
import { allOf, equal, usersProgram } from './fixtures/users.ts';

/** What fork and exit, or two set-id calls, do to the prison of a credential: one comes, one goes. */
function* copies(k: Context, cr: number): Steps {
  const copy = yield* crdup(k, cr);
  yield* crfree(k, copy);
}

/** The same, with nothing around it. */
function* counts(k: Context, _cr: number, pr: number): Steps {
  yield* prison_hold(k, pr);
  yield* prison_free(k, pr);
}

/** Threads copy and free the credentials of one prisoner; then the prison goes with the last of them. */
function prisoners(threads: readonly string[], asSeed: readonly string[]): ExploredMachine {
  return usersProgram(
    'prisoners',
    { cpus: threads.length, threads: { copies, more: copies, counts, counts2: counts }, asSeed },
    function* (k, { root }) {
      const cr = yield* crdup(k, k.get(root + P.p_ucred));
      yield* prison_free(k, k.words[cr + CR.cr_prison]);
      yield* sys_jail(k, 'cell');
      const pr = k.get(k.get(root + P.p_ucred) + CR.cr_prison);
      k.words[cr + CR.cr_prison] = pr;
      yield* prison_hold(k, pr);
      yield* allOf(k, threads, cr, pr);
      equal(k, k.peek(pr + PR.pr_ref), 2, 'references to the prison');
      yield* crfree(k, cr);
    },
  );
}

describe('references to prisons', () => {
  it('count right however two threads interleave', () => {
    passes(prisoners(['counts', 'counts2'], []), all(1));
  });

  it('count right with two threads that copy credentials', () => {
    passes(prisoners(['copies', 'more'], []), { schedules: 600 });
  });

  it('count right with three threads', () => {
    passes(prisoners(['copies', 'more', 'copies'], []), { schedules: 400 });
  });

  it('are lost as in the seed, and the prison is freed while it is in use', () => {
    const result = explore(prisoners(['copies', 'more'], ['prison-ref']), { schedules: 5000, shrink: false });
    assert.ok(
      ['use-after-free', 'assertion', 'panic', 'double-free'].includes(result.verdict),
      result.verdict,
    );
    assert.match(JSON.stringify(result.races), /pr_ref/, 'the race is told');
  });

  it('decide who knows of whom', () => {
    runs(
      usersProgram('cells', {}, function* (k, { root, user }) {
        const [mine, theirs] = [k.get(root + P.p_ucred), k.get(user + P.p_ucred)];
        check(k, !jailed(k, mine) && PRISON_CHECK(k, mine, theirs), 'all are free');
        yield* sys_jail(k, 'cell');
        const cell = k.get(root + P.p_ucred);
        check(k, jailed(k, cell), 'root is in a jail');
        check(k, !PRISON_CHECK(k, cell, theirs), 'it does not know of those outside');
        check(k, PRISON_CHECK(k, theirs, cell), 'they know of it');
        check(k, PRISON_CHECK(k, cell, cell), 'it knows of itself');
      }),
    );
  });
});
