import assert from 'node:assert/strict';
import {
  array,
  atomic,
  bytes,
  cstring,
  flags,
  int32,
  int64,
  M_WAITOK,
  owned,
  pointer,
  relaxed,
  struct,
  uint32,
} from '@smplab/kmem';
import type { KernelApi } from '../src/index.ts';
import { exploreBody, outcome } from './fixtures/kernel-run.ts';

const Node = struct(
  'node',
  {
    n_cpu: int32,
    n_value: int32,
    n_mask: uint32,
    n_flags: flags({ BUSY: 1 }),
    n_next: pointer('node'),
    n_name: cstring(8),
    n_bytes: bytes(4),
    n_time: int64,
    n_list: array(int32, 2),
    n_refs: atomic(int32),
    n_hint: relaxed(int32),
    n_owned: owned(int32),
  },
  { owner: 'n_cpu' },
);

type Body = (k: KernelApi) => Generator<unknown, void>;

const alone = (body: Body): string => outcome(body, {}, 3);

/** What comes of one use of a view of a fresh node. */
function using(use: (node: ReturnType<typeof Node.view>, k: KernelApi) => unknown): string {
  return alone(function* (k) {
    use(k.view(Node, yield* k.kmallocStruct(Node, 'node')), k);
  });
}

describe('a struct view of kernel code', () => {
  it('reads and writes plain fields of every kind', () => {
    const result = alone(function* (k) {
      const pointerOf = yield* k.kmallocStruct(Node, 'node');
      const node = k.view(Node, pointerOf);
      Object.assign(node, { n_value: -5, n_mask: 0xffffffff, n_flags: 1, n_next: pointerOf, n_name: 'abc' });
      node.n_time = 1n << 40n;
      node.n_list.set(1, 9);
      node.n_bytes.set(3, 7);
      k.assert(k.get(Node.addressOf(pointerOf, 'n_value')) === -5, 'written');
      k.assert(node.n_mask === 0xffffffff && node.n_next === pointerOf, 'words');
      k.assert(node.n_name === 'abc' && node.n_time === 1n << 40n, 'text, 64 bits');
      k.assert(node.n_time_high === 256, `halves: ${node.n_time_high}`);
      k.assert(node.n_list.get(1) === 9 && node.n_bytes.get(3) === 7, 'arrays');
      const other = yield* k.kmallocStruct(Node, 'node');
      k.assert(node.at(other).n_value === 0 && node.pointer === other, 'it moves');
    });
    assert.equal(result, 'ok');
  });

  it('is checked for races as get and set are, and names the field', () => {
    const threads = {
      *writer(k: KernelApi, node: number): Generator<unknown, void> {
        yield* k.cpu_mfence();
        k.view(Node, node).n_value++;
      },
    };
    const body: Body = function* (k) {
      const node = yield* k.kmallocStruct(Node, 'node');
      const writers = [];
      for (const cpu of [0, 1]) writers.push(yield* k.lwkt_create('writer', { cpu, args: [node] }));
      for (const writer of writers) yield* k.join(writer);
    };
    const { verdict, races } = exploreBody(body, { threads }, 50);
    assert.equal(verdict, 'data-race');
    assert.match(JSON.stringify(races), /node\.n_value/);
  });

  it('finds freed and uninitialised fields, in text and bytes too', () => {
    for (const [field, use] of [
      ['n_value', (node: ReturnType<typeof Node.view>) => node.n_value],
      ['n_name', (node: ReturnType<typeof Node.view>) => node.n_name],
    ] as const) {
      const raw = alone(function* (k) {
        use(k.view(Node, yield* k.kmallocStruct(Node, 'node', M_WAITOK)));
      });
      assert.match(raw, new RegExp(`^uninitialised-read: node\\.${field} is read before it was written`));
      const freed = alone(function* (k) {
        const node = k.view(Node, yield* k.kmallocStruct(Node, 'node'));
        yield* k.kfree(node.pointer, 'node');
        use(node);
      });
      assert.match(freed, new RegExp(`^use-after-free: node\\.${field} is read although it is freed`));
    }
    const initialised = alone(function* (k) {
      const node = k.view(Node, yield* k.kmallocStruct(Node, 'node', M_WAITOK));
      node.n_value = 1;
      k.assert(node.n_value === 1, 'written');
    });
    assert.equal(initialised, 'ok');
  });

  it('refuses atomic and relaxed fields, and names the operation that is meant', () => {
    assert.equal(
      using((node) => node.n_refs),
      'scenario-misuse: node.n_refs is atomic, which is a step: ' +
        "yield* k.atomic_load_acq_int(address) or another operation on addressOf(pointer, 'n_refs')",
    );
    assert.match(
      using((node) => (node.n_hint = 1)),
      /^scenario-misuse: node\.n_hint is relaxed, which is a step: yield\* k\.atomic_load_int\(address\)/,
    );
  });

  it('refuses owned fields of another CPU, not of the own one', () => {
    assert.equal(
      using((node, k) => k.assert(++node.n_owned === 1, 'own')),
      'ok',
    );
    assert.match(
      using((node) => {
        node.n_cpu = 1;
        try {
          node.n_owned = 1;
        } catch {
          // Nothing hides it.
        }
      }),
      /^panic: owned word touched by another cpu: node\.n_owned .* owner cpu1, current cpu0$/,
    );
  });

  it('follows its thread to another CPU', () => {
    const result = alone(function* (k) {
      const node = k.view(Node, yield* k.kmallocStruct(Node, 'node'));
      node.n_cpu = 1;
      yield* k.lwkt_setcpu_self(1);
      node.n_owned = 3;
    });
    assert.equal(result, 'ok');
  });

  it('refuses values that do not fit', () => {
    assert.match(
      using((node) => (node.n_value = 1.5)),
      /^scenario-misuse: node\.n_value was given 1\.5: kernel words are int32$/,
    );
    assert.match(
      using((node) => (node.n_mask = 2 ** 32)),
      /node\.n_mask was given 4294967296/,
    );
    assert.match(
      using((node) => (node.n_name = 5 as never)),
      /node\.n_name was given 5: a text is needed/,
    );
    assert.match(
      using((node) => node.n_list.get(2)),
      /^(?:scenario-misuse|panic|null-dereference): .*2/,
    );
  });

  it('refuses NULL and what is no address', () => {
    assert.match(
      using((_node, k) => k.view(Node, 0)),
      /^null-dereference: view of a struct at 0/,
    );
    assert.match(
      using((node) => node.at(1.5 as never)),
      /^scenario-misuse: view of node: 1\.5 is no address/,
    );
    assert.match(
      using((_node, k) => k.view(Node, 1 << 28)),
      /^null-dereference: /,
    );
    assert.match(
      using((_node, k) => k.view(Node, undefined as never)),
      /undefined is no address/,
    );
  });
});
