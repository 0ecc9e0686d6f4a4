import assert from 'node:assert/strict';
import { type Context, type Steps, TD } from '@smplab/lwkt';
import { EPERM, P, P_SUGID, SIGCONT, type User } from '@smplab/proc';
import fc from 'fast-check';
import { kauth_authorize_process } from '../../src/kauth/authorize.ts';
import * as A from '../../src/kauth/kauth-actions.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { credentials, dispose, type Ids, kauthMachine, ONCE, processOf } from './fixtures/kauth-machine.ts';
import { processes } from './fixtures/kauth-scenario.ts';

const SIGKILL = 9;
const SIGTERM = 15;
const SIGSTOP = 17;
const WUNTRACED = 2;
const ROOT = 0;
const ALICE = 7;
const BOB = 8;

/** What actions with their requests need: everybody, somebody who owns the process, or root. */
interface Rule {
  readonly action: number;
  readonly args?: readonly [number?, number?, number?];
  readonly may: (
    who: Required<Pick<Ids, 'uid' | 'ruid'>>,
    target: Required<Pick<Ids, 'uid' | 'ruid' | 'svuid'>>,
  ) => boolean;
}

const everybody = (): boolean => true;
const nobody = (): boolean => false;

const RULES: readonly Rule[] = [
  { action: A.KAUTH_PROCESS_CANSEE, args: [A.KAUTH_REQ_PROCESS_CANSEE_ARGS], may: everybody },
  { action: A.KAUTH_PROCESS_CANSEE, args: [A.KAUTH_REQ_PROCESS_CANSEE_ENTRY], may: everybody },
  { action: A.KAUTH_PROCESS_CANSEE, args: [A.KAUTH_REQ_PROCESS_CANSEE_OPENFILES], may: everybody },
  {
    action: A.KAUTH_PROCESS_CANSEE,
    args: [A.KAUTH_REQ_PROCESS_CANSEE_ENV],
    may: (who, target) => who.ruid === target.ruid && who.ruid === target.svuid,
  },
  {
    action: A.KAUTH_PROCESS_CORENAME,
    may: (who, target) => who.ruid === target.ruid && who.ruid === target.svuid,
  },
  {
    action: A.KAUTH_PROCESS_STOPFLAG,
    may: (who, target) => who.ruid === target.ruid && who.ruid === target.svuid,
  },
  { action: A.KAUTH_PROCESS_SIGNAL, args: [15], may: (who, target) => isMatch(who, target) },
  { action: A.KAUTH_PROCESS_NICE, args: [4], may: (who, target) => [who.uid, who.ruid].includes(target.uid) },
  { action: A.KAUTH_PROCESS_NICE, args: [2], may: nobody },
  {
    action: A.KAUTH_PROCESS_PTRACE,
    args: [A.KAUTH_REQ_PROCESS_PTRACE_ATTACH],
    may: (who, target) => who.ruid === target.ruid,
  },
  { action: A.KAUTH_PROCESS_PTRACE, args: [A.KAUTH_REQ_PROCESS_PTRACE_CONTROL], may: everybody },
  { action: A.KAUTH_PROCESS_KEVENT_FILTER, may: (who, target) => who.ruid === target.ruid },
  { action: A.KAUTH_PROCESS_SCHEDULER_GETPARAM, may: (who, target) => isMatch(who, target) },
  { action: A.KAUTH_PROCESS_SCHEDULER_SETPARAM, may: nobody },
  { action: A.KAUTH_PROCESS_FORK, args: [94, 100], may: everybody },
  { action: A.KAUTH_PROCESS_FORK, args: [95, 100], may: nobody },
  { action: A.KAUTH_PROCESS_RLIMIT, args: [A.KAUTH_REQ_PROCESS_RLIMIT_GET], may: everybody },
  { action: A.KAUTH_PROCESS_RLIMIT, args: [A.KAUTH_REQ_PROCESS_RLIMIT_SET, 10, 11], may: nobody },
  { action: A.KAUTH_PROCESS_SETID, may: nobody },
  { action: A.KAUTH_PROCESS_PROCFS, args: [0, A.KAUTH_REQ_PROCESS_PROCFS_READ], may: nobody },
];

interface Two {
  readonly uid: number;
  readonly ruid: number;
}

/** Whether somebody is in both: then together they are fewer than apart. */
function isMatch(who: Two, target: Two): boolean {
  const one = new Set([who.uid, who.ruid]);
  const other = new Set([target.uid, target.ruid]);
  return new Set([...one, ...other]).size < one.size + other.size;
}

const users = fc.constantFrom(ROOT, ALICE, BOB);
const ids = fc.record({ uid: users, ruid: users, svuid: users });

function* check(
  k: Context,
  rule: Rule,
  who: Required<Pick<Ids, 'uid' | 'ruid' | 'svuid'>>,
  target: typeof who,
): Steps {
  const cred = yield* credentials(k, who);
  const owner = yield* credentials(k, target);
  const p = yield* processOf(k, owner);
  k.words[p + P.p_nice] = 3;
  const error = yield* kauth_authorize_process(k, cred, rule.action, p, ...(rule.args ?? []));
  const isAllowed = who.uid === ROOT || rule.may(who, target);
  assert.equal(error, isAllowed ? 0 : EPERM, JSON.stringify({ ...rule, who, target }));
  yield* dispose(k, [cred, owner], [p]);
}

describe('what may be done to a process', () => {
  it('depends on who owns it as the table of rules says, and root may do all', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(ids, ids), { minLength: 8, maxLength: 8 }), (pairs) => {
        const program = kauthMachine('rules', {}, function* (k) {
          for (const rule of RULES) for (const [who, target] of pairs) yield* check(k, rule, who, target);
        });
        runs(program, ONCE);
      }),
      { numRuns: 15 },
    );
  });

  it('is not to trace it, or to watch it, once its image has had other ids', () => {
    const program = kauthMachine('set-id', {}, function* (k) {
      const cred = yield* credentials(k, { uid: ALICE });
      const p = yield* processOf(k, cred, 100, P_SUGID);
      const attach = A.KAUTH_REQ_PROCESS_PTRACE_ATTACH;
      assert.equal(yield* kauth_authorize_process(k, cred, A.KAUTH_PROCESS_PTRACE, p, attach), EPERM);
      assert.equal(yield* kauth_authorize_process(k, cred, A.KAUTH_PROCESS_KEVENT_FILTER, p), EPERM);
      yield* dispose(k, [cred], [p]);
    });
    runs(program, ONCE);
  });

  it('is to lower limits of its own, not of others', () => {
    const program = kauthMachine('limits', {}, function* (k) {
      const cred = yield* credentials(k, { uid: ALICE });
      const own = yield* processOf(k, cred);
      const other = yield* processOf(k, cred);
      k.words[k.td + TD.td_proc] = own;
      for (const [p, now, wanted, error] of [
        [own, 10, 10, 0],
        [own, 10, 9, 0],
        [own, 10, 11, EPERM],
        [other, 10, 9, EPERM],
      ] as const) {
        const words = [A.KAUTH_REQ_PROCESS_RLIMIT_SET, now, wanted] as const;
        assert.equal(yield* kauth_authorize_process(k, cred, A.KAUTH_PROCESS_RLIMIT, p, ...words), error);
      }
      k.words[k.td + TD.td_proc] = 0;
      yield* dispose(k, [cred], [own, other]);
    });
    runs(program, ONCE);
  });

  it('is for root alone while it has no credentials yet', () => {
    const program = kauthMachine('embryo', {}, function* (k) {
      const alice = yield* credentials(k, { uid: ALICE });
      const root = yield* credentials(k, { uid: ROOT });
      const p = yield* processOf(k, 0);
      assert.equal(yield* kauth_authorize_process(k, alice, A.KAUTH_PROCESS_SIGNAL, p, SIGCONT), EPERM);
      assert.equal(yield* kauth_authorize_process(k, root, A.KAUTH_PROCESS_SIGNAL, p, SIGCONT), 0);
      yield* dispose(k, [alice, root], [p]);
    });
    runs(program, ONCE);
  });
});

function* may(u: User, pid: number, signal: number): Steps<boolean> {
  return (yield* u.syscall('kauth process', pid, A.KAUTH_PROCESS_SIGNAL, signal)) === 0;
}

describe('processes that ask about processes', () => {
  it(
    'may continue what is in their session and is of somebody else, and nothing more',
    processes('session', {
      *main(u) {
        const here = yield* u.fork('stops', 0);
        const away = yield* u.fork('stops', 1);
        for (const pid of [here, away]) yield* u.wait4(pid, WUNTRACED);
        u.assert((yield* may(u, here, SIGTERM)) && (yield* may(u, away, SIGTERM)), 'root may');
        u.assert((yield* u.seteuid(7)) === 0, 'seteuid');
        u.assert(yield* may(u, here, SIGCONT), 'continuing in the session');
        u.assert(!(yield* may(u, away, SIGCONT)), 'continuing in another session');
        u.assert(!(yield* may(u, here, SIGTERM)), 'ending');
        yield* u.seteuid(0);
        for (const pid of [here, away]) {
          yield* u.kill(pid, SIGKILL);
          yield* u.wait4(pid);
        }
      },
      *stops(u, leaves) {
        if (leaves === 1) yield* u.setsid();
        yield* u.setuid(8);
        yield* u.kill(yield* u.getpid(), SIGSTOP);
      },
    }),
  );

  it(
    'are judged by credentials that are held while these are replaced',
    processes(
      'replaced',
      {
        *main(u) {
          const pid = yield* u.fork('changes');
          yield* u.setuid(7);
          for (let at = 0; at < 4; at++) {
            // As 7 and 8 in turn, or gone: nothing is ever read that is freed.
            yield* u.syscall(
              'kauth process',
              pid,
              A.KAUTH_PROCESS_CANSEE,
              at < 2 ? A.KAUTH_REQ_PROCESS_CANSEE_ENV : A.KAUTH_REQ_PROCESS_CANSEE_ENTRY,
            );
          }
          yield* u.wait4(pid);
        },
        *changes(u) {
          for (const uid of [7, 8, 7, 8]) u.assert((yield* u.setresuid(uid, 0, 0)) === 0, 'setresuid');
        },
      },
      { curtain: true },
      150,
    ),
  );
});
