import assert from 'node:assert/strict';
import { GREATER_OR_EQUAL } from '@smplab/explore';
import { int32, M_NOWAIT, M_WAITOK, struct } from '@smplab/kmem';
import type { KernelApi } from '../src/index.ts';
import { exploreBody, outcome } from './fixtures/kernel-run.ts';

type Body = (k: KernelApi) => Generator<unknown, void>;

const alone = (body: Body): string => outcome(body, {}, 3);
const SMALL = { limits: { memoryWords: 16_384 } };

describe('kernel memory', () => {
  it('comes zeroed, counted in bytes, unless it is asked for otherwise', () => {
    const zeroed: Body = function* (k) {
      const block = yield* k.kmalloc('block', 10);
      for (const word of [0, 1, 2]) k.assert(k.get(block + word) === 0, 'zeroed');
      yield* k.kfree(block, 'block');
    };
    assert.equal(alone(zeroed), 'ok');
    const beyond: Body = function* (k) {
      const block = yield* k.kmalloc('block', 10);
      k.get(block + 3);
    };
    assert.match(
      alone(beyond),
      /^use-after-free: block\[3\] is read although it lies beyond the end of its block$/,
    );
    const raw: Body = function* (k) {
      k.get(yield* k.kmalloc('block', 8, M_WAITOK));
    };
    assert.match(alone(raw), /^uninitialised-read: block\[0\] is read before it was written$/);
  });

  it('is 0 with M_NOWAIT, and a panic with M_WAITOK, when there is none left', () => {
    const asks = (flags: number): Body =>
      function* (k) {
        let blocks = 0;
        while ((yield* k.kmalloc('hunger', 8192, flags)) !== 0) blocks++;
        k.assert(blocks > 0 && blocks < 8, `${blocks} blocks`);
      };
    assert.equal(outcome(asks(M_NOWAIT), SMALL, 1), 'ok');
    assert.equal(
      outcome(asks(M_WAITOK), SMALL, 1),
      'panic: kmalloc: out of kernel memory for 8192 bytes of hunger',
    );
  });

  it('cannot be used after it was freed, nor freed again, nor as another type', () => {
    const cases: readonly (readonly [(k: KernelApi, block: number) => unknown, RegExp])[] = [
      [(k, block) => k.get(block), /^use-after-free: block is read although it is freed$/],
      [(k, block) => k.atomic_load_acq_int(block), /^use-after-free: /],
      [(k, block) => k.kfree(block, 'block'), /^double-free: /],
    ];
    for (const [use, message] of cases) {
      const body: Body = function* (k) {
        const block = yield* k.kmalloc('block', 4);
        yield* k.kfree(block, 'block');
        const used = use(k, block);
        if (typeof used === 'object') yield* used as Generator;
      };
      assert.match(alone(body), message);
    }
    const mistyped: Body = function* (k) {
      yield* k.kfree(yield* k.kmalloc('block', 4), 'other');
    };
    assert.match(alone(mistyped), /^panic: .*block.*other|^panic: .*other.*block/s);
  });

  it('refuses sizes, types, values and addresses that are none', () => {
    const cases: readonly (readonly [(k: KernelApi) => unknown, RegExp])[] = [
      [(k) => k.kmalloc('b', 0), /^scenario-misuse: kmalloc\("b"\) was given 0 bytes: a whole number from 1/],
      [(k) => k.kmalloc('b', 1.5), /was given 1\.5 bytes/],
      [(k) => k.kmalloc('', 4), /^scenario-misuse: kmalloc was given "": a text is needed/],
      [(k) => k.kfree(8, undefined as never), /^scenario-misuse: kfree was given undefined/],
      [(k) => k.get(0), /^null-dereference: access to word 0/],
      [(k) => k.set(0, 1), /^null-dereference: access to word 0/],
      [(k) => k.get(1.5), /^scenario-misuse: 1\.5 is no address/],
      [(k) => k.atomic_load_int(undefined as never), /^scenario-misuse: undefined is no address/],
      [(k) => k.atomic_store_int(4000, 1.5), /^scenario-misuse: atomic_store_int was given 1\.5/],
      [(k) => k.atomic_store_rel_int(4000, NaN), /atomic_store_rel_int was given NaN/],
      [(k) => k.atomic_fetchadd_int(4000, '1' as never), /atomic_fetchadd_int was given "1"/],
      [(k) => k.atomic_cmpset_int(4000, 0, 2 ** 31), /atomic_cmpset_int was given 2147483648/],
      [(k) => k.atomic_swap_int(4000, null as never), /atomic_swap_int was given null/],
    ];
    for (const [use, message] of cases) {
      const body: Body = function* (k) {
        yield* k.cpu_mfence();
        const used = use(k);
        if (typeof used === 'object') yield* used as Generator;
      };
      assert.match(alone(body), message);
    }
    const fraction: Body = function* (k) {
      k.set(yield* k.kmalloc('word', 4), 0.5);
    };
    assert.match(alone(fraction), /^scenario-misuse: k\.set was given 0\.5: values are int32/);
  });

  it('has atomic operations that give the old value, one step each', () => {
    const body: Body = function* (k) {
      const word = yield* k.kmalloc('word', 4);
      const results = [
        yield* k.atomic_fetchadd_int(word, 5),
        yield* k.atomic_swap_int(word, 8),
        yield* k.atomic_cmpset_int(word, 7, 1),
        yield* k.atomic_cmpset_int(word, 8, 1),
        yield* k.atomic_set_int(word, 6),
        yield* k.atomic_clear_int(word, 2),
        yield* k.atomic_load_acq_int(word),
      ];
      k.assert(results.join() === '0,5,false,true,1,7,5', results.join());
      yield* k.atomic_store_rel_int(word, 9);
      k.assert((yield* k.atomic_load_int(word)) === 9, 'stored');
      yield* k.atomic_store_int(word, -1);
      yield* k.cpu_mfence();
      k.assert(k.get(word) === -1, 'stored');
    };
    assert.equal(alone(body), 'ok');
  });

  it('orders plain words by a release and an acquire, and not by relaxed operations', () => {
    const ending = (isRelaxed: boolean): string => {
      const threads = {
        *writer(k: KernelApi, flag: number, word: number): Generator<unknown, void> {
          k.set(word, 7);
          yield* isRelaxed ? k.atomic_store_int(flag, 1) : k.atomic_store_rel_int(flag, 1);
        },
      };
      const body: Body = function* (k) {
        const [flag, word] = [yield* k.kmalloc('flag', 4), yield* k.kmalloc('word', 4)];
        yield* k.lwkt_create('writer', { cpu: 1, args: [flag, word] });
        const seen = yield* isRelaxed ? k.atomic_load_int(flag) : k.atomic_load_acq_int(flag);
        if (seen === 1) k.assert(k.get(word) === 7, 'published');
      };
      return exploreBody(body, { threads }, 300).verdict;
    };
    assert.equal(ending(true), 'data-race');
    assert.ok(['none', 'proved'].includes(ending(false)), ending(false));
  });

  it('is waited for until a word has a value', () => {
    const threads = {
      *counter(k: KernelApi, word: number): Generator<unknown, void> {
        for (let i = 0; i < 3; i++) yield* k.atomic_fetchadd_int(word, 1);
      },
    };
    const body: Body = function* (k) {
      const word = yield* k.kmalloc('word', 4);
      yield* k.lwkt_create('counter', { cpu: 1, args: [word] });
      yield* k.until(word, GREATER_OR_EQUAL, 2);
      const seen = yield* k.atomic_load_acq_int(word);
      k.assert(seen >= 2, `${seen} is not enough`);
    };
    assert.equal(outcome(body, { threads }, 100), 'ok');
  });

  it('names the words of a struct in what it reports', () => {
    const Node = struct('node', { n_next: int32, n_value: int32 });
    const body: Body = function* (k) {
      const node = yield* k.kmallocStruct(Node, 'node', M_WAITOK);
      k.get(Node.addressOf(node, 'n_value'));
    };
    assert.equal(alone(body), 'uninitialised-read: node.n_value is read before it was written');
  });
});
