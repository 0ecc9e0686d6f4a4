import assert from 'node:assert/strict';
import { type Context, functionNumber, lwkt_yield, type Steps } from '@smplab/lwkt';
import {
  exechook_disestablish,
  exechook_establish,
  exechooks_run,
  exithook_disestablish,
  exithook_establish,
  exithooks_run,
  forkhook_disestablish,
  forkhook_establish,
  forkhooks_run,
} from '../../src/hook/hooks.ts';
import { hook_establish } from '../../src/hook/hook-list.ts';
import { HOOK_EXEC } from '../../src/hook/hook-layout.ts';
import { check, fails, hookProgram, join, passes, someProc, start, verdictOf } from './hook-program.ts';

const fn = functionNumber;
const ALL = { strategy: 'dfs', preemptions: 2, schedules: 200_000 };
const UNLOCKED = ['hooks-unlocked'];

/** A hook that notes its cookie behind those of the hooks before it. */
function* note(k: Context, _p: number, cookie: number): Steps {
  yield* lwkt_yield(k);
  const log = someProc(k) + LOG;
  k.words[log] = k.words[log] * 10 + cookie;
}

/** A word of the process that nobody uses: what hooks ran, as decimal digits. */
const LOG = 1;

/** Counts in a word that it is given as its cookie, in two steps. */
function* count(k: Context, _p: number, word: number): Steps {
  const before = yield* k.load(word);
  yield* k.store(word, before + 1);
}

function* execer(k: Context): Steps {
  yield* exechooks_run(k, someProc(k), 0);
}

describe('hook lists', () => {
  it('run their hooks newest first, with the process and the cookie', () => {
    passes({ threads: { note } }, function* (k) {
      const hooks = [];
      for (const cookie of [1, 2, 3]) hooks.push(yield* exechook_establish(k, fn('note'), cookie));
      yield* exechooks_run(k, someProc(k), 0);
      check(k, k.words[someProc(k) + LOG] === 321, `${k.words[someProc(k) + LOG]} ran`);
      yield* exechook_disestablish(k, hooks[1]);
      yield* exechooks_run(k, someProc(k), 0);
      check(k, k.words[someProc(k) + LOG] === 32131, `${k.words[someProc(k) + LOG]} ran`);
      yield* exechook_disestablish(k, hooks[0]);
      yield* exechook_disestablish(k, hooks[2]);
    });
  });

  it('keep forks, execs and exits apart', () => {
    const threads = {
      *forked(k: Context, p2: number, p1: number, word: number): Steps {
        check(k, p2 === someProc(k) && p1 === someProc(k), 'child and parent');
        yield* k.fetchadd(word, 1);
      },
      *exited(k: Context, _p: number, word: number): Steps {
        yield* k.fetchadd(word, 100);
      },
    };
    passes({ threads }, function* (k) {
      const p = someProc(k);
      const word = p + LOG;
      const forked = yield* forkhook_establish(k, fn('forked'), word);
      const exited = yield* exithook_establish(k, fn('exited'), word);
      yield* exechooks_run(k, p, 0);
      yield* forkhooks_run(k, p, p);
      yield* exithooks_run(k, p);
      check(k, k.peek(word) === 101, `word is ${k.peek(word)}`);
      yield* forkhook_disestablish(k, forked);
      yield* exithook_disestablish(k, exited);
      yield* forkhooks_run(k, p, p);
      yield* exithooks_run(k, p);
      check(k, k.peek(word) === 101, `word is ${k.peek(word)} after the hooks are gone`);
    });
  });

  it('let a hook publish an event of its own', () => {
    const threads = {
      note,
      *nested(k: Context, p: number): Steps {
        yield* exithooks_run(k, p);
      },
    };
    passes({ threads }, function* (k) {
      const outer = yield* exechook_establish(k, fn('nested'), 0);
      const inner = yield* exithook_establish(k, fn('note'), 4);
      yield* exechooks_run(k, someProc(k), 0);
      check(k, k.words[someProc(k) + LOG] === 4, 'the inner hook ran');
      yield* exechook_disestablish(k, outer);
      yield* exithook_disestablish(k, inner);
    });
  });
});

describe('hook lists: misuse', () => {
  it('refuse a change from inside a hook, which would wait for itself', () => {
    const threads = {
      *leaves(k: Context, _p: number, word: number): Steps {
        yield* exechook_disestablish(k, k.peek(word));
      },
      *comes(k: Context): Steps {
        yield* exithook_establish(k, fn('comes'), 0);
      },
    };
    fails(
      'panic',
      /exechook_disestablish: main runs in a hook, for whose end it would wait/,
      { threads },
      function* (k) {
        const word = someProc(k) + LOG;
        k.words[word] = yield* exechook_establish(k, fn('leaves'), word);
        yield* exechooks_run(k, someProc(k), 0);
      },
    );
    fails('panic', /exithook_establish: main runs in a hook/, { threads }, function* (k) {
      yield* exechook_establish(k, fn('comes'), 0);
      yield* exechooks_run(k, someProc(k), 0);
    });
  });

  it('refuse a hook that is not on the list', () => {
    fails('panic', /exechook_disestablish: \d+ is no hook of the list/, { threads: { note } }, function* (k) {
      const hook = yield* exithook_establish(k, fn('note'), 0);
      yield* exechook_disestablish(k, hook);
    });
  });

  it('name the CPU that does not know the function', () => {
    fails('panic', /function 5 is not registered on cpu0/, {}, function* (k) {
      yield* hook_establish(k, HOOK_EXEC, 5, 0);
      yield* exechooks_run(k, someProc(k), 0);
    });
  });
});

describe('hook lists: races', () => {
  function unhooking(asSeed: readonly string[]) {
    const threads = { count, execer };
    return hookProgram('disestablish against exec', { threads, asSeed }, function* (k) {
      const word = yield* k.allocate('test', 1, true);
      const hook = yield* exechook_establish(k, fn('count'), word);
      const td = yield* start(k, 'execer', 1);
      yield* exechook_disestablish(k, hook);
      // Whoever has disestablished a hook may free what it works on.
      yield* k.free('test', word);
      yield* join(k, td);
    });
  }

  it('wait for a hook that runs before it is taken out', () => {
    verdictOf(unhooking([]), 'proved', ALL);
  });

  it('run a freed hook without the lock (hooks-unlocked)', () => {
    const { message } = verdictOf(unhooking(UNLOCKED), 'use-after-free', ALL);
    assert.match(message, /freed/);
  });

  it('show a new hook whole or not at all', () => {
    const program = hookProgram('establish against exec', { threads: { count, execer } }, function* (k) {
      const word = yield* k.allocate('test', 1, true);
      const td = yield* start(k, 'execer', 1);
      const hook = yield* exechook_establish(k, fn('count'), word);
      yield* join(k, td);
      check(k, k.peek(word) <= 1, 'once at most');
      yield* exechook_disestablish(k, hook);
      yield* k.free('test', word);
    });
    verdictOf(program, 'proved', ALL);
  });

  it('lose a hook to a race of two changes without the lock (hooks-unlocked)', () => {
    const changer = function* (k: Context, word: number): Steps {
      yield* exechook_disestablish(k, yield* exechook_establish(k, fn('count'), word));
    };
    const both = (asSeed: readonly string[]) =>
      hookProgram('two changers', { threads: { count, changer }, asSeed }, function* (k) {
        const word = yield* k.allocate('test', 1, true);
        const td = yield* start(k, 'changer', 1, word);
        const hook = yield* exechook_establish(k, fn('count'), word);
        yield* join(k, td);
        yield* exechooks_run(k, someProc(k), 0);
        check(k, k.peek(word) === 1, 'the hook that stays runs once');
        yield* exechook_disestablish(k, hook);
        yield* k.free('test', word);
      });
    verdictOf(both([]), 'proved', ALL);
    verdictOf(both(UNLOCKED), 'data-race', { strategy: 'random', schedules: 500 });
  });
});
