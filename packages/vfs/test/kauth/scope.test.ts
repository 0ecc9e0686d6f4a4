import assert from 'node:assert/strict';
import { functionNumber, lwkt_create, lwkt_join, type Context, type Steps } from '@smplab/lwkt';
import { EBUSY, EEXIST, ENOENT } from '@smplab/proc';
import { kauth_authorize_action } from '../../src/kauth/authorize.ts';
import { KAUTH_BUILTIN_SCOPES } from '../../src/kauth/kauth-layout.ts';
import { kauth_listen_scope, kauth_unlisten_scope } from '../../src/kauth/listener.ts';
import { kauth_deregister_scope, kauth_register_scope } from '../../src/kauth/scope.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { kauthMachine, ONCE } from './fixtures/kauth-machine.ts';

const fn = functionNumber;
const ALL = { strategy: 'dfs', preemptions: 2, schedules: 20_000 };
const OTHER = 90;
const CRED = 1;

function* refuse(): Steps<number> {
  return 1;
}

describe('kauth_register_scope', () => {
  it('makes a scope with a number that nobody has', () => {
    const program = kauthMachine('scope', { models: [], functions: { refuse } }, function* (k) {
      for (const each of KAUTH_BUILTIN_SCOPES) assert.equal(yield* kauth_register_scope(k, each), EEXIST);
      assert.equal(yield* kauth_listen_scope(k, OTHER, fn('refuse'), 0), -ENOENT);
      assert.equal(yield* kauth_register_scope(k, OTHER), 0);
      assert.equal(yield* kauth_register_scope(k, OTHER), EEXIST);
      assert.equal(yield* kauth_authorize_action(k, OTHER, CRED, 1), 0);
      const listener = yield* kauth_listen_scope(k, OTHER, fn('refuse'), 0);
      assert.equal(yield* kauth_authorize_action(k, OTHER, CRED, 1), 1);
      assert.equal(yield* kauth_deregister_scope(k, OTHER), EBUSY);
      yield* kauth_unlisten_scope(k, listener);
      assert.equal(yield* kauth_deregister_scope(k, OTHER), 0);
      assert.equal(yield* kauth_listen_scope(k, OTHER, fn('refuse'), 0), -ENOENT);
    });
    runs(program, ONCE);
  });

  it('gives one of two who want a number the scope', () => {
    const functions = {
      *registers(k: Context, word: number): Steps {
        const error = yield* kauth_register_scope(k, OTHER);
        if (error === 0) yield* k.fetchadd(word, 1);
        else k.assert(error === EEXIST, `error ${error}`);
      },
    };
    const program = kauthMachine('two', { models: [], functions }, function* (k) {
      const word = yield* k.allocateZeroed('temp', 1);
      const other = yield* lwkt_create(k, fn('registers'), { cpu: 1, args: [word] });
      yield* functions.registers(k, word);
      yield* lwkt_join(k, other);
      k.assert(k.peek(word) === 1, `${k.peek(word)} have it`);
      assert.equal(yield* kauth_deregister_scope(k, OTHER), 0);
      yield* k.free('temp', word);
    });
    assert.equal(runs(program, ALL).verdict, 'proved');
  });

  it('cannot take away a scope there is not', () => {
    const program = kauthMachine('none', {}, (k) => kauth_deregister_scope(k, OTHER));
    assert.match(runs(program, ONCE, 'panic').message, /there is no scope 90/);
  });
});
