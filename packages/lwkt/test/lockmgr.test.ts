import assert from 'node:assert/strict';
import { EQUAL, explore } from '@smplab/explore';
import {
  EBUSY,
  EINTR,
  ENOLCK,
  EWOULDBLOCK,
  LK_CANCEL_BEG,
  LK_CANCEL_END,
  LK_CANCELABLE,
  LK_CANRECURSE,
  LK_DOWNGRADE,
  LK_DRAIN,
  LK_EXCLOTHER,
  LK_EXCLUPGRADE,
  LK_EXCLUSIVE,
  LK_NOWAIT,
  LK_PCATCH,
  LK_RELEASE,
  LK_SHARED,
  LK_SLEEPFAIL,
  LK_TIMELOCK,
  LK_UPGRADE,
  LKC_EXCL,
  LKC_EXREQ,
  LKC_MASK,
  LKC_SHREQ,
  lockcount,
  lockmgr,
  lockowned,
  lockstatus,
  lockuninit,
  lwkt_create,
  lwkt_free_thread,
  lwkt_join,
  lwkt_send_ipiq,
  spin_init,
  spin_lock,
  Spinlock,
  TD,
  TDF_TSLEEPQ,
  wakeup,
} from '../src/index.ts';
import { type Body, check, fn, kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import {
  adder,
  all,
  ask,
  COUNT,
  FEW,
  newLock,
  program,
  reader,
  untilAsked,
  WAITERS,
} from './fixtures/lock-program.ts';

function endsAs(verdict: string, message: RegExp, main: Body, threads: Record<string, Body> = {}): void {
  const misused = kernelProgram('misuse', { threads }, function* (k) {
    yield* main(k, yield* newLock(k));
  });
  assert.match(verdictOf(misused, verdict, FEW).message, message);
}

describe('lockmgr: holding', () => {
  it('lets one exclusive holder in at a time', () => {
    const two = program('two adders', { threads: { adder }, others: ['adder'] }, adder);
    verdictOf(two, 'proved', all(2));
    const three = program(
      'three adders',
      { threads: { adder }, others: ['adder', 'adder'] },
      function* (k, lock, word) {
        yield* adder(k, lock, word);
        yield* k.until(word, EQUAL, 3);
      },
    );
    verdictOf(three, 'none', { schedules: 1500 });
  });

  it('lets no writer in with readers', () => {
    const two = program('reader and writer', { threads: { adder }, others: ['adder'] }, reader);
    verdictOf(two, 'proved', all(2));
    const mixed = { threads: { adder, reader }, others: ['adder', 'reader'] };
    verdictOf(program('readers and a writer', mixed, reader), 'none', { schedules: 1500 });
  });

  it('lets readers in together', () => {
    const second: Body = function* (k, lock, word) {
      yield* ask(k, lock, LK_SHARED);
      yield* k.store(word, 1);
      yield* ask(k, lock, LK_RELEASE);
    };
    const both = program(
      'two readers',
      { threads: { second }, others: ['second'] },
      function* (k, lock, word) {
        yield* ask(k, lock, LK_SHARED);
        yield* k.until(word, EQUAL, 1);
        yield* ask(k, lock, LK_RELEASE);
      },
    );
    verdictOf(both, 'proved', all(2));
  });

  it('holds new readers back while a writer waits, and lets the writer in first', () => {
    const late: Body = function* (k, lock, _word, go) {
      yield* untilAsked(k, lock, LKC_EXREQ);
      yield* ask(k, lock, LK_SHARED | LK_NOWAIT, EBUSY);
      yield* k.store(go, 1);
      yield* ask(k, lock, LK_SHARED);
      yield* ask(k, lock, LK_RELEASE);
    };
    const forced: Body = function* (k, lock, word, go) {
      yield* ask(k, lock, LK_SHARED);
      const writer = yield* lwkt_create(k, fn('adder'), { cpu: 1, args: [lock, word] });
      const reader = yield* lwkt_create(k, fn('late'), { cpu: 2, args: [lock, word, go] });
      yield* k.until(go, EQUAL, 1);
      yield* ask(k, lock, LK_RELEASE);
      yield* lwkt_join(k, writer);
      yield* lwkt_join(k, reader);
    };
    const three = kernelProgram('late reader', { cpus: 3, threads: { adder, late } }, function* (k) {
      yield* forced(
        k,
        yield* newLock(k),
        yield* k.allocate('test', 1, true),
        yield* k.allocate('test', 1, true),
      );
    });
    verdictOf(three, 'none', { schedules: 1500 });
  });

  it('counts the holds of an owner that may recurse, shared ones too', () => {
    const main: Body = function* (k, lock) {
      yield* ask(k, lock, LK_EXCLUSIVE | LK_CANRECURSE);
      yield* ask(k, lock, LK_EXCLUSIVE | LK_CANRECURSE);
      yield* ask(k, lock, LK_SHARED | LK_CANRECURSE);
      assert.equal(lockcount(k, lock), 3);
      assert.equal(lockowned(k, lock), true);
      yield* ask(k, lock, LK_EXCLUSIVE | LK_NOWAIT, EBUSY);
      for (const left of [2, 1, 0]) {
        yield* ask(k, lock, LK_RELEASE);
        assert.equal(lockcount(k, lock), left);
      }
      assert.equal(lockowned(k, lock), false);
    };
    verdictOf(program('recursion', {}, main), 'nothing-concurrent', FEW);
  });

  it('says who holds it how', () => {
    const main: Body = function* (k, lock) {
      assert.equal(lockstatus(k, lock), 0);
      yield* ask(k, lock, LK_SHARED);
      assert.equal(lockstatus(k, lock, k.td), LK_SHARED);
      yield* ask(k, lock, LK_UPGRADE);
      assert.equal(lockstatus(k, lock, k.td), LK_EXCLUSIVE);
      assert.equal(lockstatus(k, lock), LK_EXCLUSIVE);
      assert.equal(lockstatus(k, lock, k.td + 1), LK_EXCLOTHER);
      yield* ask(k, lock, LK_DOWNGRADE);
      assert.deepEqual([lockstatus(k, lock), lockcount(k, lock)], [LK_SHARED, 1]);
      yield* ask(k, lock, LK_RELEASE);
    };
    verdictOf(program('status', {}, main), 'nothing-concurrent', FEW);
  });
});

describe('lockmgr: requests that give up', () => {
  /** Holds the lock until it is told to stop. */
  const holder: Body = function* (k, lock, _word, go) {
    yield* ask(k, lock, LK_EXCLUSIVE);
    yield* k.store(go, 1);
    yield* k.until(go, EQUAL, 2);
    yield* ask(k, lock, LK_RELEASE);
  };
  const against = (flags: number, error: number): Body =>
    function* (k, lock, _word, go) {
      yield* k.until(go, EQUAL, 1);
      yield* ask(k, lock, flags, error);
      yield* k.store(go, 2);
    };
  const parts = { threads: { holder }, others: ['holder'], timo: 2 };

  for (const [name, type] of [
    ['shared', LK_SHARED],
    ['exclusive', LK_EXCLUSIVE],
    ['draining', LK_DRAIN],
  ] as const) {
    it(`${name}: at once, or after lk_timo ticks`, () => {
      verdictOf(program('at once', parts, against(type | LK_NOWAIT, EBUSY)), 'proved', all(2));
      verdictOf(program('in time', parts, against(type | LK_TIMELOCK, EWOULDBLOCK)), 'proved', all(1));
    });
  }

  it('after one wait (LK_SLEEPFAIL)', () => {
    const sleeper: Body = function* (k, lock) {
      yield* ask(k, lock, LK_EXCLUSIVE | LK_SLEEPFAIL, ENOLCK);
    };
    const machine = kernelProgram('sleepfail', { threads: { sleeper } }, function* (k) {
      const lock = yield* newLock(k);
      yield* ask(k, lock, LK_EXCLUSIVE);
      const td = yield* lwkt_create(k, fn('sleeper'), { cpu: 1, args: [lock] });
      yield* untilAsked(k, lock, LKC_EXREQ);
      yield* ask(k, lock, LK_RELEASE);
      yield* lwkt_join(k, td);
    });
    verdictOf(machine, 'proved', all(2));
  });

  it('for a signal (LK_PCATCH)', () => {
    const sleeper: Body = function* (k, lock) {
      yield* ask(k, lock, LK_EXCLUSIVE | LK_PCATCH, EINTR);
    };
    const machine = kernelProgram('signal', { threads: { sleeper } }, function* (k) {
      const lock = yield* newLock(k);
      yield* ask(k, lock, LK_EXCLUSIVE);
      const td = yield* lwkt_create(k, fn('sleeper'), { cpu: 1, args: [lock] });
      yield* untilAsked(k, lock, LKC_EXREQ);
      yield* k.store(td + TD.td_sig, 2);
      yield* wakeup(k, lock);
      yield* lwkt_join(k, td);
      yield* ask(k, lock, LK_RELEASE);
    });
    verdictOf(machine, 'proved', all(2));
  });

  it('when the holder cancels them (LK_CANCELABLE)', () => {
    const waiter: Body = function* (k, lock) {
      yield* ask(k, lock, LK_SHARED | LK_CANCELABLE, ENOLCK);
    };
    const machine = kernelProgram('cancel', { threads: { waiter } }, function* (k) {
      const lock = yield* newLock(k);
      yield* ask(k, lock, LK_EXCLUSIVE);
      const td = yield* lwkt_create(k, fn('waiter'), { cpu: 1, args: [lock] });
      yield* untilAsked(k, lock, LKC_SHREQ);
      yield* ask(k, lock, LK_CANCEL_BEG);
      yield* lwkt_join(k, td);
      yield* ask(k, lock, LK_CANCEL_END);
      assert.equal(k.peek(lock + COUNT) & ~LKC_SHREQ, LKC_EXCL | 1);
      yield* ask(k, lock, LK_RELEASE);
      check(k, k.peek(lock + COUNT) === 0, 'nothing is left of it');
    });
    verdictOf(machine, 'proved', all(2));
  });
});

describe('lockmgr: draining', () => {
  it('waits for holders and for those who waited before', () => {
    const machine = kernelProgram('drain', { cpus: 3, threads: { adder } }, function* (k) {
      const lock = yield* newLock(k);
      const word = yield* k.allocate('test', 1, true);
      yield* ask(k, lock, LK_EXCLUSIVE);
      const one = yield* lwkt_create(k, fn('adder'), { cpu: 1, args: [lock, word] });
      const two = yield* lwkt_create(k, fn('adder'), { cpu: 2, args: [lock, word] });
      yield* k.until(lock + WAITERS, EQUAL, 2);
      yield* ask(k, lock, LK_RELEASE);
      yield* ask(k, lock, LK_DRAIN);
      check(k, k.get(word) === 2, `${k.get(word)} of 2 had their turn`);
      yield* ask(k, lock, LK_RELEASE);
      yield* lwkt_join(k, one);
      yield* lwkt_join(k, two);
      lockuninit(k, lock);
    });
    verdictOf(machine, 'none', { schedules: 2000 });
  });

  it('makes every later use a misuse, also by those who came too late', () => {
    endsAs('lock-misuse', /lockmgr test: main uses a lock that has been drained/, function* (k, lock) {
      yield* ask(k, lock, LK_DRAIN);
      yield* ask(k, lock, LK_RELEASE);
      yield* ask(k, lock, LK_SHARED);
    });
    const late: Body = function* (k, lock) {
      yield* ask(k, lock, LK_EXCLUSIVE);
    };
    const main: Body = function* (k, lock) {
      yield* ask(k, lock, LK_DRAIN);
      const td = yield* lwkt_create(k, fn('late'), { cpu: 1, args: [lock] });
      yield* lwkt_join(k, td);
    };
    endsAs('lock-misuse', /lockmgr test: late uses a lock that has been drained/, main, { late });
    const first: Body = function* (k, lock) {
      yield* ask(k, lock, LK_EXCLUSIVE);
      yield* ask(k, lock, LK_RELEASE);
    };
    const racing = kernelProgram('racing', { threads: { first } }, function* (k) {
      const lock = yield* newLock(k);
      const td = yield* lwkt_create(k, fn('first'), { cpu: 1, args: [lock] });
      yield* ask(k, lock, LK_DRAIN);
      yield* lwkt_join(k, td);
    });
    const { findings } = explore(racing, { ...all(2), keepGoing: true, shrink: false });
    assert.deepEqual(
      findings.map((finding) => finding.verdict),
      ['lock-misuse'],
    );
    endsAs('lock-misuse', /main drains a lock it holds/, function* (k, lock) {
      yield* ask(k, lock, LK_EXCLUSIVE);
      yield* ask(k, lock, LK_DRAIN);
    });
  });
});

describe('misuse of lockmgr', () => {
  it('is named: releasing, upgrading and downgrading what one does not hold', () => {
    for (const [flags, message] of [
      [LK_RELEASE, /main releases a lock that nobody holds/],
      [LK_UPGRADE, /main upgrades a lock it does not hold/],
      [LK_EXCLUPGRADE, /main upgrades a lock it does not hold/],
      [LK_DOWNGRADE, /main downgrades a lock it does not hold exclusively/],
      [LK_CANCEL_BEG, /main cancels the waiters of a lock it does not hold exclusively/],
      [15, /main asks for 15, which is no request/],
    ] as const) {
      endsAs('lock-misuse', message, (k, lock) => lockmgr(k, lock, flags));
    }
    const holder: Body = (k, lock) => lockmgr(k, lock, LK_EXCLUSIVE);
    const main: Body = function* (k, lock) {
      const td = yield* lwkt_create(k, fn('holder'), { cpu: 1, args: [lock] });
      yield* lwkt_join(k, td);
      yield* ask(k, lock, LK_RELEASE);
    };
    endsAs('lock-misuse', /main releases a lock that holder holds exclusively/, main, { holder });
  });

  it('is named: locking against oneself, downgrading twice held, giving up what is held', () => {
    endsAs('lock-misuse', /locks against itself/, function* (k, lock) {
      yield* ask(k, lock, LK_EXCLUSIVE);
      yield* ask(k, lock, LK_EXCLUSIVE);
    });
    endsAs('lock-misuse', /downgrades a lock it holds 2 times/, function* (k, lock) {
      yield* ask(k, lock, LK_EXCLUSIVE);
      yield* ask(k, lock, LK_EXCLUSIVE | LK_CANRECURSE);
      yield* ask(k, lock, LK_DOWNGRADE);
    });
    endsAs('lock-misuse', /gives up a lock that is held \(lk_count 0x10000001\)/, function* (k, lock) {
      yield* ask(k, lock, LK_EXCLUSIVE);
      lockuninit(k, lock);
    });
  });

  it('is named: waiting where nothing may block', () => {
    endsAs('panic', /lockmgr test: main may wait while it holds 1 spinlocks/, function* (k, lock) {
      const spin = yield* k.allocate('spinlock', Spinlock.size, true);
      spin_init(k, spin, 'under');
      yield* spin_lock(k, spin);
      yield* ask(k, lock, LK_SHARED | LK_NOWAIT);
      yield* ask(k, lock, LK_EXCLUSIVE);
    });
    const handler: Body = function* (k, lock) {
      yield* ask(k, lock, LK_SHARED | LK_NOWAIT);
      yield* ask(k, lock, LK_SHARED);
    };
    const main: Body = function* (k, lock) {
      yield* lwkt_send_ipiq(k, 1, fn('handler'), lock, 0);
      yield* k.until(lock + COUNT, EQUAL, LKC_MASK);
    };
    endsAs('panic', /may wait in a message handler or hard critical section on cpu1/, main, { handler });
  });
});

describe('threads that end after a wait they were spared', () => {
  it('are on no sleep queue when their memory is freed', () => {
    const machine = kernelProgram('leftover', { threads: { adder } }, function* (k) {
      const lock = yield* newLock(k);
      const word = yield* k.allocate('test', 1, true);
      const td = yield* lwkt_create(k, fn('adder'), { cpu: 1, args: [lock, word] });
      yield* adder(k, lock, word);
      yield* lwkt_join(k, td);
      check(k, (k.words[td + TD.td_flags] & TDF_TSLEEPQ) === 0, 'adder has left its sleep queue');
      yield* lwkt_free_thread(k, td);
    });
    verdictOf(machine, 'proved', all(2));
  });
});
