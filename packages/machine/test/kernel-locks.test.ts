import assert from 'node:assert/strict';
import { NOT_EQUAL } from '@smplab/explore';
import { int32, nested, struct } from '@smplab/kmem';
import { Spinlock } from '@smplab/lwkt';
import { Token } from '@smplab/token';
import {
  type KernelApi,
  LK_DOWNGRADE,
  LK_EXCLUSIVE,
  LK_NOWAIT,
  LK_RELEASE,
  LK_SHARED,
} from '../src/index.ts';
import { outcome } from './fixtures/kernel-run.ts';

type Body = (k: KernelApi) => Generator<unknown, void>;

const EBUSY = 16;

/** Two threads on two CPUs add to one word between `take` and `give`; what came of it. */
function guarded(
  make: (k: KernelApi) => number,
  take: (k: KernelApi, lock: number) => unknown,
  give: (k: KernelApi, lock: number) => unknown,
): string {
  const threads = {
    *writer(k: KernelApi, lock: number, word: number): Generator<unknown, void> {
      yield* take(k, lock) as Generator;
      k.set(word, k.get(word) + 1);
      yield* give(k, lock) as Generator;
    },
  };
  const main: Body = function* (k) {
    const args = [make(k), yield* k.kmalloc('word', 4)];
    const writers = [];
    for (const cpu of [0, 1]) writers.push(yield* k.lwkt_create('writer', { cpu, args }));
    for (const writer of writers) yield* k.join(writer);
    k.assert(k.get(args[1]) === 2, 'both writes count');
  };
  return outcome(main, { threads }, 300);
}

/** Runs the body alone. */
const alone = (body: Body): string => outcome(body, {}, 5);

describe('a token of kernel code', () => {
  it('keeps writers apart', () => {
    const make = (k: KernelApi): number => k.lwkt_token_init('t');
    const give = (k: KernelApi, token: number): unknown => k.lwkt_reltoken(token);
    assert.equal(
      guarded(make, (k, token) => k.lwkt_gettoken(token), give),
      'ok',
    );
    assert.match(
      guarded(make, (k, token) => k.lwkt_gettoken_shared(token), give),
      /data-race|both writes count/,
    );
  });

  it('is shared by readers, tried without waiting, and known to its holder', () => {
    const threads = {
      *taker(k: KernelApi, token: number, answer: number): Generator<unknown, void> {
        const taken = yield* k.lwkt_trytoken(token);
        if (taken) yield* k.lwkt_reltoken(token);
        yield* k.atomic_store_rel_int(answer, taken ? 1 : 0);
      },
    };
    const result = outcome(
      function* (k) {
        const token = k.lwkt_token_init('t');
        const answer = yield* k.kmalloc('answer', 4);
        // Waits with the CPU: a sleep would lose the token.
        const ask = function* (): Generator<unknown, boolean> {
          yield* k.atomic_store_rel_int(answer, -1);
          yield* k.lwkt_create('taker', { cpu: 1, args: [token, answer] });
          yield* k.until(answer, NOT_EQUAL, -1);
          return (yield* k.atomic_load_acq_int(answer)) === 1;
        };
        k.assert(!k.lwkt_token_held(token), 'nobody holds it');
        yield* k.lwkt_gettoken_shared(token);
        k.assert(k.lwkt_token_held(token) && !k.lwkt_token_held_excl(token), 'shared');
        k.assert(!(yield* ask()), 'it cannot be had exclusively');
        yield* k.lwkt_reltoken(token);
        k.assert(yield* ask(), 'it is free');
        yield* k.lwkt_gettoken(token);
        k.assert(k.lwkt_token_held_excl(token), 'exclusive');
        yield* k.lwkt_reltoken(token);
      },
      { threads },
    );
    assert.equal(result, 'ok');
  });

  it('is given back in the other order after a swap', () => {
    const body = (swaps: boolean): Body =>
      function* (k) {
        const [one, other] = [k.lwkt_token_init('one'), k.lwkt_token_init('other')];
        yield* k.lwkt_gettoken(one);
        yield* k.lwkt_gettoken(other);
        if (swaps) k.lwkt_token_swap();
        yield* k.lwkt_reltoken(one);
        yield* k.lwkt_reltoken(other);
      };
    assert.equal(alone(body(true)), 'ok');
    assert.match(alone(body(false)), /^token-misuse: /);
  });

  it('may be part of a struct, as any lock may', () => {
    const Node = struct('node', { n_id: int32, n_token: nested(Token), n_spin: nested(Spinlock) });
    const body: Body = function* (k) {
      const node = yield* k.kmallocStruct(Node, 'node');
      const token = Node.addressOf(node, 'n_token');
      const spin = Node.addressOf(node, 'n_spin');
      k.assert(k.lwkt_token_init(token, 'n_token') === token, 'it lies where it was put');
      k.assert(k.spin_init(spin, 'n_spin') === spin, 'so does a spinlock');
      yield* k.lwkt_gettoken(token);
      yield* k.spin_lock(spin);
      k.assert(k.get(node) === 0, 'no lock reaches into its neighbour');
      yield* k.spin_unlock(spin);
      yield* k.lwkt_reltoken(token);
      yield* k.kfree(node, 'node');
    };
    assert.equal(alone(body), 'ok');
  });

  it('may be made where another block was freed', () => {
    const body: Body = function* (k) {
      const block = yield* k.kmalloc('block', 32);
      yield* k.kfree(block, 'block');
      const token = k.lwkt_token_init('t');
      k.assert(token === block, 'the words are used again');
      yield* k.lwkt_gettoken(token);
      yield* k.lwkt_reltoken(token);
    };
    assert.equal(outcome(body, { limits: { quarantineBlocks: 0 } }, 5), 'ok');
  });

  it('needs a description, wherever it is', () => {
    for (const init of ['lwkt_token_init', 'spin_init', 'lockinit'] as const) {
      assert.match(
        alone(function* (k) {
          k[init]('');
        }),
        new RegExp(`^scenario-misuse: ${init} was given "": a text is needed$`),
      );
    }
  });
});

describe('a spinlock of kernel code', () => {
  const make = (k: KernelApi): number => k.spin_init('s');

  it('keeps writers apart', () => {
    const result = guarded(
      make,
      (k, spin) => k.spin_lock(spin),
      (k, spin) => k.spin_unlock(spin),
    );
    assert.equal(result, 'ok');
  });

  it('lets readers share it, and a race of writers that share it is found', () => {
    const result = guarded(
      make,
      (k, spin) => k.spin_lock_shared(spin),
      (k, spin) => k.spin_unlock_shared(spin),
    );
    assert.match(result, /data-race|both writes count/);
  });

  it('is tried without waiting', () => {
    const threads = {
      *taker(k: KernelApi, spin: number): Generator<unknown, number> {
        if (!(yield* k.spin_trylock(spin))) return 0;
        k.assert(k.spin_held(spin), 'it is held');
        yield* k.spin_unlock(spin);
        return 1;
      },
    };
    const result = outcome(
      function* (k) {
        const spin = make(k);
        const taker = yield* k.lwkt_create('taker', { cpu: 1, args: [spin] });
        k.assert((yield* k.join(taker)) === 1, 'it is free');
        k.assert(!k.spin_held(spin), 'nobody holds it');
      },
      { threads },
    );
    assert.equal(result, 'ok');
  });

  it('is lock-misuse when somebody else gives it back', () => {
    const body: Body = function* (k) {
      yield* k.spin_unlock(make(k));
    };
    assert.match(alone(body), /^lock-misuse: spin_unlock: main releases spinlock s, which nobody holds/);
  });
});

describe('a lockmgr lock of kernel code', () => {
  const make = (k: KernelApi): number => k.lockinit('l');
  const take = (flags: number) => (k: KernelApi, lock: number) => k.lockmgr(lock, flags);

  it('keeps writers apart, and sharers not', () => {
    assert.equal(guarded(make, take(LK_EXCLUSIVE), take(LK_RELEASE)), 'ok');
    assert.match(guarded(make, take(LK_SHARED), take(LK_RELEASE)), /data-race|both writes count/);
  });

  it('tells how it is held, and by whom', () => {
    const body: Body = function* (k) {
      const lock = make(k);
      k.assert(k.lockstatus(lock) === 0 && k.lockcount(lock) === 0, 'free');
      k.assert((yield* k.lockmgr(lock, LK_EXCLUSIVE)) === 0, 'taken');
      k.assert(k.lockowned(lock) && k.lockstatus(lock, k.curthread) === LK_EXCLUSIVE, 'exclusive');
      k.assert((yield* k.lockmgr(lock, LK_DOWNGRADE)) === 0, 'shared now');
      k.assert(!k.lockowned(lock) && k.lockstatus(lock) === LK_SHARED && k.lockcount(lock) === 1, 'shared');
      k.assert((yield* k.lockmgr(lock, LK_EXCLUSIVE | LK_NOWAIT)) === EBUSY, 'not for the asking');
      yield* k.lockmgr(lock, LK_RELEASE);
      k.lockuninit(lock);
    };
    assert.equal(alone(body), 'ok');
  });

  it('is lock-misuse when it is given up while it is held', () => {
    const body: Body = function* (k) {
      const lock = make(k);
      yield* k.lockmgr(lock, LK_SHARED);
      k.lockuninit(lock);
    };
    assert.match(alone(body), /^lock-misuse: /);
  });

  it('has a time limit and flags of its own', () => {
    const body: Body = function* (k) {
      const lock = k.lockinit('l', 3, LK_NOWAIT);
      const threads = yield* k.lwkt_create('holder', { cpu: 1, args: [lock] });
      yield* k.join(threads);
      k.assert((yield* k.lockmgr(lock, LK_SHARED)) === EBUSY, 'LK_NOWAIT holds for every request');
    };
    const threads = {
      *holder(k: KernelApi, lock: number): Generator<unknown, void> {
        yield* k.lockmgr(lock, LK_EXCLUSIVE);
      },
    };
    assert.equal(outcome(body, { threads }), 'ok');
  });
});
