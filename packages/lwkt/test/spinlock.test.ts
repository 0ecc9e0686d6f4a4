import assert from 'node:assert/strict';
import { EQUAL } from '@smplab/explore';
import {
  type Context,
  GD,
  lwkt_create,
  lwkt_gettoken,
  lwkt_join,
  lwkt_send_ipiq,
  lwkt_token_init,
  lwkt_wait_ipiq,
  spin_held,
  spin_init,
  spin_lock,
  spin_lock_shared,
  spin_trylock,
  spin_unlock,
  spin_unlock_shared,
  Spinlock,
  SPINLOCK_EXCLWAIT,
  SPINLOCK_SHARED,
  type Steps,
  TD,
  tsleep,
} from '../src/index.ts';
import { type Body, check, fn, kernelProgram, verdictOf } from './fixtures/kernel-program.ts';

const { counta: COUNTA } = Spinlock.offsets;
const FEW = { strategy: 'random', schedules: 20 };

function* newLock(k: Context): Steps<number> {
  const spin = yield* k.allocate('spinlock', Spinlock.size, true);
  spin_init(k, spin, 'test');
  return spin;
}

/** Adds one to a plain word under the lock. */
function* adder(k: Context, spin: number, word: number): Steps {
  yield* spin_lock(k, spin);
  k.set(word, k.get(word) + 1);
  yield* spin_unlock(k, spin);
}

/** Looks at the same word under the shared lock, twice. */
function* reader(k: Context, spin: number, word: number): Steps {
  yield* spin_lock_shared(k, spin);
  const before = k.get(word);
  yield* k.fence();
  check(k, k.get(word) === before, 'nobody writes while others share');
  yield* spin_unlock_shared(k, spin);
}

/** Runs `others`, one on each CPU from cpu1 on, with `main` meanwhile; the lock is free at the end. */
function program(
  name: string,
  threads: Record<string, Body>,
  others: readonly string[],
  main: Body,
): ReturnType<typeof kernelProgram> {
  return kernelProgram(name, { cpus: others.length + 1, threads }, function* (k) {
    const spin = yield* newLock(k);
    const word = yield* k.allocate('test', 1, true);
    const started: number[] = [];
    for (const [at, other] of others.entries()) {
      started.push(yield* lwkt_create(k, fn(other), { cpu: at + 1, args: [spin, word] }));
    }
    yield* main(k, spin, word);
    for (const td of started) yield* lwkt_join(k, td);
    check(k, k.peek(spin + COUNTA) === 0, `counta is ${k.peek(spin + COUNTA)} when all have released`);
    check(k, k.words[k.cpu.gd + GD.gd_spinlocks] === 0, 'gd_spinlocks is back to 0');
  });
}

/** What one thread does to a lock, and the message with which its run ends. */
function endsAs(verdict: string, message: RegExp, main: Body, threads: Record<string, Body> = {}): void {
  const result = verdictOf(
    kernelProgram('misuse', { threads }, function* (k) {
      yield* main(k, yield* newLock(k));
    }),
    verdict,
    FEW,
  );
  assert.match(result.message, message);
}

describe('spinlocks', () => {
  it('let one CPU in at a time', () => {
    const two = program('two adders', { adder }, ['adder'], function* (k, spin, word) {
      yield* adder(k, spin, word);
    });
    const result = verdictOf(two, 'proved', { strategy: 'dfs', preemptions: 3, schedules: 200_000 });
    assert.ok(result.schedules > 100, `${result.schedules} interleavings`);
  });

  it('count every adder, of three CPUs', () => {
    const three = program('three adders', { adder }, ['adder', 'adder'], function* (k, spin, word) {
      yield* adder(k, spin, word);
      yield* k.until(word, EQUAL, 3);
    });
    verdictOf(three, 'none', { schedules: 1500 });
  });

  it('let no writer in with readers', () => {
    const mixed = program('readers and a writer', { adder, reader }, ['adder', 'reader'], reader);
    verdictOf(mixed, 'none', { schedules: 1500 });
    const two = program('a reader and a writer', { adder }, ['adder'], reader);
    verdictOf(two, 'proved', { strategy: 'dfs', preemptions: 2, schedules: 200_000 });
  });

  it('are held by readers together', () => {
    const threads = {
      *second(k: Context, spin: number, word: number): Steps {
        yield* spin_lock_shared(k, spin);
        yield* k.store(word, 1);
        yield* spin_unlock_shared(k, spin);
      },
    };
    const both = program('two readers', threads, ['second'], function* (k, spin, word) {
      yield* spin_lock_shared(k, spin);
      yield* k.until(word, EQUAL, 1);
      yield* spin_unlock_shared(k, spin);
    });
    verdictOf(both, 'proved', { strategy: 'dfs', preemptions: 2, schedules: 200_000 });
  });

  it('keep new readers out while a writer waits', () => {
    const threads = {
      *writer(k: Context, spin: number, word: number): Steps {
        yield* spin_lock(k, spin);
        k.set(word, k.get(word) + 1);
        yield* spin_unlock(k, spin);
      },
      *late(k: Context, spin: number, word: number): Steps {
        // The writer has announced itself, and the first reader is still in.
        yield* k.until(spin + COUNTA, EQUAL, SPINLOCK_EXCLWAIT | 1);
        yield* k.store(spin + Spinlock.size, 1);
        yield* spin_lock_shared(k, spin);
        check(k, k.get(word) === 1, 'the writer was first');
        yield* spin_unlock_shared(k, spin);
      },
    };
    const main: Body = function* (k) {
      // One more word behind the lock tells that the late reader is on its way.
      const spin = yield* k.allocate('spinlock', Spinlock.size + 1, true);
      const word = yield* k.allocate('test', 1, true);
      spin_init(k, spin, 'test');
      const late = yield* lwkt_create(k, fn('late'), { cpu: 2, args: [spin, word] });
      yield* spin_lock_shared(k, spin);
      const writer = yield* lwkt_create(k, fn('writer'), { cpu: 1, args: [spin, word] });
      yield* k.until(spin + Spinlock.size, EQUAL, 1);
      yield* spin_unlock_shared(k, spin);
      yield* lwkt_join(k, writer);
      yield* lwkt_join(k, late);
    };
    const three = kernelProgram('late reader', { cpus: 3, threads }, main);
    verdictOf(three, 'none', { schedules: 1000 });
    verdictOf(three, 'proved', { strategy: 'dfs', preemptions: 1, schedules: 200_000 });
  });
});

describe('spinlocks and their CPU', () => {
  it('are critical sections, counted by the CPU', () => {
    const counts = (k: Context): number[] => [
      k.words[k.td + TD.td_critcount],
      k.words[k.cpu.gd + GD.gd_spinlocks],
    ];
    const same = program('counts', {}, [], function* (k, spin) {
      assert.deepEqual(counts(k), [0, 0]);
      yield* spin_lock(k, spin);
      assert.deepEqual(counts(k), [1, 1]);
      assert.equal(spin_held(k, spin), true);
      assert.equal(k.peek(spin + COUNTA), 1);
      yield* spin_unlock(k, spin);
      assert.deepEqual(counts(k), [0, 0]);
      yield* spin_lock_shared(k, spin);
      assert.deepEqual(counts(k), [1, 1]);
      assert.equal(k.peek(spin + COUNTA), SPINLOCK_SHARED | 1);
      assert.equal(yield* spin_trylock(k, spin), false);
      assert.deepEqual(counts(k), [1, 1]);
      yield* spin_unlock_shared(k, spin);
      assert.equal(yield* spin_trylock(k, spin), true);
      assert.deepEqual(counts(k), [1, 1]);
      yield* spin_unlock(k, spin);
      assert.equal(spin_held(k, spin), false);
      assert.deepEqual(counts(k), [0, 0]);
    });
    verdictOf(same, 'nothing-concurrent', FEW);
  });

  it('put messages off until they are released, also when an attempt fails', () => {
    const threads = {
      *mark(k: Context, word: number): Steps {
        check(k, k.words[k.cpu.gd + GD.gd_spinlocks] === 0, 'no message comes under a spinlock');
        yield* k.fetchadd(word, 1);
      },
      *sender(k: Context, _spin: number, word: number): Steps {
        yield* lwkt_send_ipiq(k, 0, fn('mark'), word, 0);
      },
    };
    const one = program('message', threads, ['sender'], function* (k, spin, word) {
      yield* spin_lock(k, spin);
      yield* k.fence();
      yield* spin_unlock(k, spin);
      yield* k.store(spin + COUNTA, 1);
      if (yield* spin_trylock(k, spin)) check(k, false, 'somebody has it');
      yield* k.store(spin + COUNTA, 0);
      yield* k.until(word, EQUAL, 1);
    });
    verdictOf(one, 'proved', { strategy: 'dfs', preemptions: 2, schedules: 200_000 });
  });

  it('deadlock with a holder that waits for the CPU that spins', () => {
    const threads = {
      *nothing(): Steps {},
      adder,
    };
    const knot = program('knot', threads, ['adder'], function* (k, spin) {
      yield* spin_lock(k, spin);
      const seq = yield* lwkt_send_ipiq(k, 1, fn('nothing'), 0, 0);
      yield* lwkt_wait_ipiq(k, 1, seq);
      yield* spin_unlock(k, spin);
    });
    const result = verdictOf(knot, 'deadlock', { schedules: 2000 });
    assert.match(result.finding?.details.join('\n') ?? '', /cpu1\/adder waits in spinlock/);
  });
});

describe('misuse of spinlocks', () => {
  it('is named: releasing what nobody, another or everybody holds', () => {
    endsAs('lock-misuse', /spin_unlock: main releases spinlock test, which nobody holds/, spin_unlock);
    endsAs('lock-misuse', /spin_unlock_shared: .* which nobody holds/, spin_unlock_shared);
    endsAs(
      'lock-misuse',
      /spin_unlock: main releases spinlock test, which others share/,
      function* (k, spin) {
        yield* spin_lock_shared(k, spin);
        yield* spin_unlock(k, spin);
      },
    );
    endsAs('lock-misuse', /spin_unlock_shared: .* which it holds exclusively/, function* (k, spin) {
      yield* spin_lock(k, spin);
      yield* spin_unlock_shared(k, spin);
    });
    const holder: Body = function* (k, spin) {
      yield* spin_lock(k, spin);
      yield* k.until(spin + COUNTA, EQUAL, 99);
    };
    const main: Body = function* (k, spin) {
      yield* lwkt_create(k, fn('holder'), { cpu: 1, args: [spin] });
      yield* k.until(spin + COUNTA, EQUAL, 1);
      yield* spin_unlock(k, spin);
    };
    endsAs('lock-misuse', /spin_unlock: main releases .* which (holder|others)/, main, { holder });
  });

  it('is named: waiting for oneself', () => {
    for (const again of [spin_lock, spin_lock_shared]) {
      endsAs('lock-misuse', /main waits for spinlock test, which it holds itself/, function* (k, spin) {
        yield* spin_lock(k, spin);
        yield* again(k, spin);
      });
    }
  });

  it('is named: ending or blocking with one held', () => {
    endsAs('lock-misuse', /lwkt_exit: main ends with a spinlock held/, spin_lock);
    const blocks = /lwkt_switch: main blocks while it holds 1 spinlocks/;
    endsAs('panic', blocks, function* (k, spin) {
      yield* spin_lock(k, spin);
      yield* tsleep(k, spin, 0, 'never');
    });
    const holder: Body = function* (k, token) {
      yield* lwkt_gettoken(k, token);
      yield* k.until(token + 20, EQUAL, 1);
    };
    const waits: Body = function* (k, spin) {
      const token = yield* k.allocate('token', 21, true);
      lwkt_token_init(k, token, 'held');
      yield* lwkt_create(k, fn('holder'), { cpu: 1, args: [token] });
      yield* k.until(token, EQUAL, 1);
      yield* spin_lock(k, spin);
      yield* lwkt_gettoken(k, token);
    };
    endsAs('panic', blocks, waits, { holder });
  });
});
