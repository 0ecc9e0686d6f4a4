import { EQUAL } from '@smplab/explore';
import {
  type Context,
  LKC_UPREQ,
  lwkt_create,
  lwkt_join,
  EBUSY,
  ENOLCK,
  EWOULDBLOCK,
  LK_DOWNGRADE,
  LK_EXCLUPGRADE,
  LK_EXCLUSIVE,
  LK_NOWAIT,
  LK_RELEASE,
  LK_SHARED,
  LK_SLEEPFAIL,
  LK_TIMELOCK,
  LK_UPGRADE,
  lockmgr,
  type Steps,
} from '../src/index.ts';
import { type Body, check, fn, kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { adder, all, ask, newLock, program, reader, untilAsked } from './fixtures/lock-program.ts';

describe('lockmgr: upgrades', () => {
  /** Reads under the shared lock, and writes after an upgrade that lets nobody in between. */
  function* exclupgrader(k: Context, lock: number, word: number): Steps {
    yield* ask(k, lock, LK_SHARED);
    const before = k.get(word);
    const error = yield* lockmgr(k, lock, LK_EXCLUPGRADE);
    if (error !== 0) {
      check(k, error === EBUSY, `a lost upgrade gave ${error}`);
      return;
    }
    check(k, k.get(word) === before, 'nobody writes before the upgrader');
    k.set(word, before + 1);
    yield* ask(k, lock, LK_RELEASE);
  }

  it('wait for the other readers, and let nobody in between', () => {
    const parts = { threads: { adder, reader }, others: ['adder', 'reader'] };
    const three = program('upgrade against a writer and a reader', parts, exclupgrader);
    verdictOf(three, 'none', { schedules: 4000 });
    const two = program(
      'upgrade against a reader',
      { threads: { reader }, others: ['reader'] },
      exclupgrader,
    );
    verdictOf(two, 'proved', all(2));
  });

  it('hold new readers back while they wait', () => {
    const threads = { exclupgrader };
    const machine = kernelProgram('no new readers', { threads }, function* (k) {
      const lock = yield* newLock(k);
      const word = yield* k.allocate('test', 1, true);
      yield* ask(k, lock, LK_SHARED);
      const td = yield* lwkt_create(k, fn('exclupgrader'), { cpu: 1, args: [lock, word] });
      yield* untilAsked(k, lock, LKC_UPREQ);
      yield* ask(k, lock, LK_SHARED | LK_NOWAIT, EBUSY);
      yield* ask(k, lock, LK_RELEASE);
      yield* lwkt_join(k, td);
    });
    verdictOf(machine, 'proved', all(2));
  });

  it('fail for the second of two, which loses the lock', () => {
    const results: Body = function* (k, lock, word, go) {
      yield* ask(k, lock, LK_SHARED);
      yield* k.fetchadd(go, 1);
      yield* k.until(go, EQUAL, 2);
      const error = yield* lockmgr(k, lock, LK_EXCLUPGRADE);
      if (error === 0) {
        k.set(word, k.get(word) + 1);
        yield* ask(k, lock, LK_RELEASE);
      } else check(k, error === EBUSY, `the second gave ${error}`);
    };
    const two = program(
      'two upgraders',
      { threads: { results }, others: ['results'] },
      function* (k, lock, word, go) {
        yield* results(k, lock, word, go);
        yield* k.until(word, EQUAL, 1);
      },
    );
    verdictOf(two, 'proved', all(2));
  });

  it('queue the second of two that need no atomicity, and grant the first when it gives way', () => {
    const upgrader: Body = function* (k, lock, word, go) {
      yield* ask(k, lock, LK_SHARED);
      yield* k.fetchadd(go, 1);
      yield* k.until(go, EQUAL, 2);
      yield* ask(k, lock, LK_UPGRADE);
      k.set(word, k.get(word) + 1);
      yield* ask(k, lock, LK_RELEASE);
    };
    const two = program(
      'two upgrades',
      { threads: { upgrader }, others: ['upgrader'] },
      function* (k, lock, word, go) {
        yield* upgrader(k, lock, word, go);
        yield* k.until(word, EQUAL, 2);
      },
    );
    verdictOf(two, 'proved', all(2));
  });

  it('release the lock when they fail: at once, after a wait, after a time', () => {
    const holder: Body = function* (k, lock, _word, go) {
      yield* ask(k, lock, LK_SHARED);
      yield* k.store(go, 1);
      yield* k.until(go, EQUAL, 2);
      yield* ask(k, lock, LK_RELEASE);
    };
    const how = (flags: number, errors: readonly number[]): Body =>
      function* (k, lock, _word, go) {
        yield* k.until(go, EQUAL, 1);
        yield* ask(k, lock, LK_SHARED);
        if ((flags & LK_SLEEPFAIL) !== 0) yield* k.store(go, 2);
        const error = yield* lockmgr(k, lock, LK_UPGRADE | flags);
        check(k, errors.includes(error), `the upgrade gave ${error}`);
        if (error === 0) yield* ask(k, lock, LK_RELEASE);
        yield* k.store(go, 2);
      };
    const parts = { threads: { holder }, others: ['holder'], timo: 1 };
    verdictOf(program('at once', parts, how(LK_NOWAIT, [EBUSY])), 'proved', all(2));
    verdictOf(program('after a wait', parts, how(LK_SLEEPFAIL, [0, ENOLCK])), 'proved', all(2));
    verdictOf(program('after a time', parts, how(LK_TIMELOCK, [EWOULDBLOCK])), 'proved', all(1));
    // The grant and the timeout may cross each other: what was granted meanwhile is given back.
    const crossing = how(LK_TIMELOCK | LK_SLEEPFAIL, [0, ENOLCK, EWOULDBLOCK]);
    verdictOf(program('crossing', parts, crossing), 'none', { schedules: 4000 });
    verdictOf(program('crossing', parts, crossing), 'proved', all(1));
  });

  it('turn into downgrades without letting a writer in', () => {
    const main: Body = function* (k, lock, word) {
      yield* ask(k, lock, LK_EXCLUSIVE);
      k.set(word, k.get(word) + 1);
      const before = k.get(word);
      yield* ask(k, lock, LK_DOWNGRADE);
      yield* k.fence();
      check(k, k.get(word) === before, 'nobody writes after a downgrade');
      yield* ask(k, lock, LK_RELEASE);
    };
    const parts = { threads: { adder, reader }, others: ['adder', 'reader'] };
    verdictOf(program('downgrade', parts, main), 'none', { schedules: 2000 });
    const woken: Body = function* (k, lock, word) {
      yield* ask(k, lock, LK_SHARED);
      yield* k.store(word, 1);
      yield* ask(k, lock, LK_RELEASE);
    };
    const lets: Body = function* (k, lock, word) {
      yield* ask(k, lock, LK_EXCLUSIVE);
      yield* ask(k, lock, LK_DOWNGRADE);
      yield* k.until(word, EQUAL, 1);
      yield* ask(k, lock, LK_RELEASE);
    };
    verdictOf(program('readers wake', { threads: { woken }, others: ['woken'] }, lets), 'proved', all(2));
  });
});
