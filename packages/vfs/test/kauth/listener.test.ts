import assert from 'node:assert/strict';
import { type Context, functionNumber, lwkt_create, lwkt_join, type Steps } from '@smplab/lwkt';
import fc from 'fast-check';
import { kauth_authorize_action, kauth_authorize_locked } from '../../src/kauth/authorize.ts';
import { KAUTH_SCOPE_CRED, KAUTH_SCOPE_GENERIC } from '../../src/kauth/kauth-layout.ts';
import { kauth_listen_scope, kauth_unlisten_scope } from '../../src/kauth/listener.ts';
import { runs } from '../fixtures/vfs-machine.ts';
import { kauthMachine, ONCE } from './fixtures/kauth-machine.ts';

const fn = functionNumber;
const ALL = { strategy: 'dfs', preemptions: 2, schedules: 20_000 };
const CRED = 1;

/** Appends its cookie, a digit, to a word. */
function* note(k: Context, _cred: number, _action: number, cookie: number, word: number): Steps<number> {
  k.words[word] = k.words[word] * 10 + cookie;
  return 2;
}

describe('kauth_listen_scope', () => {
  it('asks listeners in the order in which they came, each once, and none that has gone', () => {
    const steps = fc.array(fc.integer({ min: -4, max: 9 }), { maxLength: 14 });
    fc.assert(
      fc.property(steps, (list) => {
        const program = kauthMachine('order', { models: [], functions: { note } }, function* (k) {
          const word = yield* k.allocateZeroed('temp', 1);
          let there: { cookie: number; listener: number }[] = [];
          for (const each of list) {
            if (each > 0 && there.length < 8) {
              const listener = yield* kauth_listen_scope(k, KAUTH_SCOPE_CRED, fn('note'), each);
              there.push({ cookie: each, listener });
            } else if (there.length > 0) {
              const gone = there[-each % there.length] ?? there[0];
              yield* kauth_unlisten_scope(k, gone.listener);
              there = there.filter((one) => one !== gone);
            }
            k.words[word] = 0;
            yield* kauth_authorize_action(k, KAUTH_SCOPE_CRED, CRED, 1, word);
            assert.equal(k.words[word], Number(there.map((one) => one.cookie).join('')));
          }
          for (const each of there) yield* kauth_unlisten_scope(k, each.listener);
          yield* k.free('temp', word);
        });
        runs(program, ONCE);
      }),
      { numRuns: 30 },
    );
  });

  it('lets a listener ask another scope under the lock it runs with', () => {
    const functions = {
      note,
      *passesOn(k: Context, cred: number, action: number, _cookie: number, word: number): Steps<number> {
        return yield* kauth_authorize_locked(k, KAUTH_SCOPE_GENERIC, cred, action, word);
      },
    };
    const program = kauthMachine('nested', { models: [], functions }, function* (k) {
      const word = yield* k.allocateZeroed('temp', 1);
      const outer = yield* kauth_listen_scope(k, KAUTH_SCOPE_CRED, fn('passesOn'), 0);
      const inner = yield* kauth_listen_scope(k, KAUTH_SCOPE_GENERIC, fn('note'), 5);
      assert.equal(yield* kauth_authorize_action(k, KAUTH_SCOPE_CRED, CRED, 1, word), 0);
      assert.equal(k.words[word], 5);
      yield* kauth_unlisten_scope(k, outer);
      yield* kauth_unlisten_scope(k, inner);
      yield* k.free('temp', word);
    });
    runs(program, ONCE);
  });

  /** One CPU asks a scope whose listener asks another one, while the other CPU brings a listener. */
  function nested(asks: typeof kauth_authorize_action, name: string) {
    const functions = {
      note,
      *passesOn(k: Context, cred: number, action: number, _cookie: number, word: number): Steps<number> {
        return yield* asks(k, KAUTH_SCOPE_GENERIC, cred, action, word);
      },
      *asker(k: Context, word: number): Steps {
        k.assert((yield* kauth_authorize_action(k, KAUTH_SCOPE_CRED, CRED, 1, word)) === 0, 'it is allowed');
      },
    };
    return kauthMachine(name, { models: [], functions }, function* (k) {
      const word = yield* k.allocateZeroed('temp', 1);
      const outer = yield* kauth_listen_scope(k, KAUTH_SCOPE_CRED, fn('passesOn'), 0);
      const asker = yield* lwkt_create(k, fn('asker'), { cpu: 1, args: [word] });
      const inner = yield* kauth_listen_scope(k, KAUTH_SCOPE_GENERIC, fn('note'), 5);
      yield* lwkt_join(k, asker);
      k.assert([0, 5].includes(k.words[word]), `${k.words[word]} was asked`);
      yield* kauth_unlisten_scope(k, outer);
      yield* kauth_unlisten_scope(k, inner);
      yield* k.free('temp', word);
    });
  }

  it('lets it do so while others want to listen', () => {
    assert.equal(runs(nested(kauth_authorize_locked, 'under the lock'), ALL).verdict, 'proved');
  });

  it('would wait for ever for who wants to listen with a second hold', () => {
    runs(nested(kauth_authorize_action, 'a second hold'), ALL, 'deadlock');
  });
});
