import assert from 'node:assert/strict';
import { type Context, functionNumber, lwkt_create, lwkt_join, type Steps } from '@smplab/lwkt';
import { EACCES, EPERM } from '@smplab/proc';
import fc from 'fast-check';
import {
  KAUTH_VNODE_REMOTEFS,
  kauth_authorize_action,
  kauth_authorize_vnode,
} from '../../src/kauth/authorize.ts';
import { bootScopes } from '../../src/kauth/scope.ts';
import {
  KAUTH_BUILTIN_SCOPES,
  KAUTH_RESULT_ALLOW,
  KAUTH_RESULT_DEFER,
  KAUTH_RESULT_DENY,
  KAUTH_SCOPE_PROCESS,
  KAUTH_SCOPE_VNODE,
} from '../../src/kauth/kauth-layout.ts';
import { kauth_listen_scope, kauth_unlisten_scope } from '../../src/kauth/listener.ts';
import { FSCRED, NOCRED } from '../../src/name/genfs-access.ts';
import { vfs } from '../../src/vfs-kernel.ts';
import { VG } from '../../src/vfs-layout.ts';
import { type Body, runs, vfsMachine } from '../fixtures/vfs-machine.ts';

const fn = functionNumber;
const ONCE = { strategy: 'random', schedules: 1 };
const ALL = { strategy: 'dfs', preemptions: 2, schedules: 20_000 };
const CRED = 1;
const ACTION = 7;

/** Answers what its cookie says. */

function* answer(_k: Context, _cred: number, _action: number, cookie: number): Steps<number> {
  return cookie;
}

const machine = (
  name: string,
  functions: Readonly<Record<string, Body>>,
  main: Body,
  asSeed: string[] = [],
) => vfsMachine(name, { parts: [bootScopes], functions: { answer, ...functions }, asSeed }, main);

/** What the strongest of the answers is: DENY, ALLOW, DEFER in this order. */
function strongest(answers: readonly number[]): number {
  const order = [KAUTH_RESULT_DENY, KAUTH_RESULT_ALLOW, KAUTH_RESULT_DEFER];
  return order[Math.min(...answers.map((each) => order.indexOf(each)), 2)];
}

/** What the decision of a scope is, worked out from the answers alone. */
function expected(scope: number, answers: readonly number[], models: number, decision: number): number {
  const result = strongest(answers);
  if (scope === KAUTH_SCOPE_VNODE) {
    const own = decision === KAUTH_VNODE_REMOTEFS ? 0 : decision;
    return (
      new Map([
        [KAUTH_RESULT_DENY, EACCES],
        [KAUTH_RESULT_ALLOW, 0],
      ]).get(result) ?? own
    );
  }
  const undecided = models === 0 ? 0 : EPERM;
  return [0, EPERM, undecided][result];
}

interface Case {
  readonly scope: number;
  readonly answers: readonly number[];
  readonly models: number;
  readonly decision: number;
}

const cases: fc.Arbitrary<Case> = fc.record({
  scope: fc.constantFrom(...KAUTH_BUILTIN_SCOPES),
  answers: fc.array(fc.constantFrom(KAUTH_RESULT_ALLOW, KAUTH_RESULT_DENY, KAUTH_RESULT_DEFER), {
    maxLength: 6,
  }),
  models: fc.constantFrom(0, 1, 3),
  decision: fc.constantFrom(0, EACCES, EPERM, KAUTH_VNODE_REMOTEFS),
});

function* decide(k: Context, { scope, answers, models, decision }: Case, cred: number): Steps<number> {
  k.words[vfs(k).g + VG.vg_nsecmodels] = models;
  const listeners: number[] = [];
  for (const each of answers) listeners.push(yield* kauth_listen_scope(k, scope, fn('answer'), each));
  const error =
    scope === KAUTH_SCOPE_VNODE
      ? yield* kauth_authorize_vnode(k, cred, ACTION, 0, 0, decision)
      : yield* kauth_authorize_action(k, scope, cred, ACTION);
  for (const each of listeners) yield* kauth_unlisten_scope(k, each);
  return error;
}

describe('kauth_authorize_action', () => {
  it('combines the answers of any listeners of any scope as the rules say', () => {
    fc.assert(
      fc.property(fc.array(cases, { minLength: 20, maxLength: 20 }), (list) => {
        const program = machine('rules', {}, function* (k) {
          for (const each of list) {
            const { scope, answers, models, decision } = each;
            const error = yield* decide(k, each, CRED);
            assert.equal(error, expected(scope, answers, models, decision), JSON.stringify(each));
          }
        });
        runs(program, ONCE);
      }),
      { numRuns: 15 },
    );
  });

  it('never refuses the kernel and file systems, and asks nobody', () => {
    const program = machine('kernel', {}, function* (k) {
      const each = { scope: KAUTH_SCOPE_PROCESS, answers: [KAUTH_RESULT_DENY], models: 1, decision: EPERM };
      for (const scope of KAUTH_BUILTIN_SCOPES)
        for (const cred of [NOCRED, FSCRED])
          assert.equal(yield* decide(k, { ...each, scope }, cred), 0, `${scope}`);
    });
    runs(program, ONCE);
  });

  it('hands cookie and arguments on as they are', () => {
    const functions = {
      *echo(_k: Context, ...words: number[]): Steps<number> {
        assert.deepEqual(words, [CRED, ACTION, 99, 11, 12, 13, 14]);
        return KAUTH_RESULT_ALLOW;
      },
    };
    const program = machine('arguments', functions, function* (k) {
      const listener = yield* kauth_listen_scope(k, KAUTH_SCOPE_PROCESS, fn('echo'), 99);
      assert.equal(yield* kauth_authorize_action(k, KAUTH_SCOPE_PROCESS, CRED, ACTION, 11, 12, 13, 14), 0);
      yield* kauth_unlisten_scope(k, listener);
    });
    runs(program, ONCE);
  });

  it('panics without credentials, action or scope, and for an answer that is none', () => {
    const wrong: readonly [RegExp, Body][] = [
      [/no credentials/, (k) => kauth_authorize_action(k, KAUTH_SCOPE_PROCESS, 0, ACTION)],
      [/no action/, (k) => kauth_authorize_action(k, KAUTH_SCOPE_PROCESS, CRED, 0)],
      [/there is no scope 99/, (k) => kauth_authorize_action(k, 99, CRED, ACTION)],
      [
        /answers 7/,
        function* (k) {
          yield* kauth_listen_scope(k, KAUTH_SCOPE_PROCESS, fn('answer'), 7);
          yield* kauth_authorize_action(k, KAUTH_SCOPE_PROCESS, CRED, ACTION);
        },
      ],
    ];
    for (const [message, main] of wrong)
      assert.match(runs(machine('wrong', {}, main), ONCE, 'panic').message, message);
  });
});

/** Words of the block that the listener of the exploration uses: whether it may be used, uses so far. */
const BLOCK = { alive: 0, uses: 1, size: 2 };

const threads = {
  /** Uses the block of its cookie, in two steps. */
  *usesBlock(k: Context, _cred: number, _action: number, block: number): Steps<number> {
    yield* k.fetchadd(block + BLOCK.uses, 1);
    k.assert((yield* k.load(block + BLOCK.alive)) === 1, 'a listener runs that is gone');
    return KAUTH_RESULT_DENY;
  },
  *asker(k: Context): Steps {
    const error = yield* kauth_authorize_action(k, KAUTH_SCOPE_PROCESS, CRED, ACTION);
    k.assert(error === 0 || error === EPERM, `error ${error}`);
  },
};

/** One CPU asks while the other one listens and ends it, after which what the listener uses is gone. */
function comesAndGoes(asSeed: string[] = []) {
  return machine(
    'comes and goes',
    threads,
    function* (k) {
      const block = yield* k.allocateZeroed('temp', BLOCK.size);
      k.words[block + BLOCK.alive] = 1;
      const asker = yield* lwkt_create(k, fn('asker'), { cpu: 1 });
      const listener = yield* kauth_listen_scope(k, KAUTH_SCOPE_PROCESS, fn('usesBlock'), block);
      yield* kauth_unlisten_scope(k, listener);
      yield* k.store(block + BLOCK.alive, 0);
      yield* k.free('temp', block);
      yield* lwkt_join(k, asker);
    },
    asSeed,
  );
}

describe('listening while others ask', () => {
  it('waits at its end for who is being asked', () => {
    const { verdict } = runs(comesAndGoes(), ALL);
    assert.equal(verdict, 'proved');
  });

  it('frees the listener under the walk without the lock, as NetBSD does', () => {
    runs(comesAndGoes(['kauth-unlocked']), ALL, 'use-after-free');
  });
});
