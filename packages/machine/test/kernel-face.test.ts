import assert from 'node:assert/strict';
import type { KernelApi } from '../src/index.ts';
import { outcome } from './fixtures/kernel-run.ts';

describe('kernel code', () => {
  it('knows its CPU, its thread, how many CPUs there are and how many ticks went by', () => {
    const threads = {
      *look(k: KernelApi, other: number): Generator<unknown, void> {
        yield* k.cpu_mfence();
        k.assert(k.cpuid === 2, `runs on cpu${k.cpuid}`);
        k.assert(k.curthread !== other && k.curthread !== 0, 'has a thread of its own');
        k.assert(k.ncpus === 3, `${k.ncpus} CPUs`);
      },
    };
    const result = outcome(
      function* (k) {
        const before = k.ticks;
        yield* k.join(yield* k.lwkt_create('look', { cpu: 2, args: [k.curthread] }));
        yield* k.tsleep(1, 0, 'nap', 5);
        k.assert(k.ticks >= before + 5, `${k.ticks} ticks`);
        k.assert(k.cpuid === 0, 'main runs on cpu0');
      },
      { cpus: 3, threads },
    );
    assert.equal(result, 'ok');
  });

  it('names functions for other CPUs, and is told how when it passes a function value', () => {
    const worker = function* (): Generator<unknown, void> {};
    const calls: readonly ((k: KernelApi, name: never) => Iterable<unknown>)[] = [
      (k, name) => k.lwkt_create(name),
      (k, name) => k.lwkt_send_ipiq(1, name),
      (k, name) => k.lwkt_send_ipiq_passive(1, name),
      (k, name) => k.lwkt_send_ipiq_mask(2, name),
      (k, name) => k.lwkt_cpusync_init(2, name),
      (k, name) => k.lwkt_cpusync_simple(2, name),
    ];
    for (const call of calls) {
      const main = (name: unknown) =>
        function* (k: KernelApi): Generator<unknown, void> {
          yield* call(k, name as never) as Generator<unknown, void>;
        };
      assert.match(
        outcome(main(worker), { threads: { worker } }, 1),
        /^scenario-misuse: \w+: the function value worker cannot travel to another CPU: register it/,
      );
      assert.match(
        outcome(main('wroker'), { threads: { worker } }, 1),
        /^scenario-misuse: \w+: no function is registered as "wroker": registered are main, worker$/,
      );
    }
  });

  it('refuses a forgotten yield*, and names what was forgotten', () => {
    const forgets = outcome(function* (k) {
      const word = yield* k.kmalloc('word', 4);
      void k.atomic_fetchadd_int(word, 1);
      yield* k.cpu_mfence();
    });
    assert.match(forgets, /^scenario-misuse: .*yield\*/);
    const atEnd = outcome(function* (k) {
      const word = yield* k.kmalloc('word', 4);
      void k.atomic_fetchadd_int(word, 1);
    });
    assert.match(atEnd, /^scenario-misuse: .*yield\*/);
    const plainYield = outcome(function* (k) {
      yield k.lwkt_yield();
    });
    assert.match(plainYield, /^scenario-misuse: .*yield\*/);
  });

  it('refuses the k of another thread', () => {
    let stolen: KernelApi | undefined;
    const threads = {
      *thief(_k: KernelApi, word: number): Generator<unknown, void> {
        yield* (stolen as KernelApi).atomic_fetchadd_int(word, 1);
      },
    };
    const main = (word: number, isPlain: boolean) =>
      function* (k: KernelApi): Generator<unknown, void> {
        stolen = k;
        const at = yield* k.kmalloc('word', 4);
        yield* k.join(yield* k.lwkt_create(isPlain ? 'peeper' : 'thief', { args: [at + word] }));
      };
    assert.match(outcome(main(0, false), { threads }), /^scenario-misuse: /);
    const peeper = function* (_k: KernelApi, word: number): Generator<unknown, void> {
      yield* _k.cpu_mfence();
      (stolen as KernelApi).get(word);
    };
    assert.match(outcome(main(0, true), { threads: { peeper } }), /^scenario-misuse: /);
  });

  it('is refused when its body is no generator function', () => {
    assert.match(
      outcome((() => 3) as never, {}, 1),
      /^scenario-misuse: main is no generator function: write function\*/,
    );
    const main = function* (k: KernelApi): Generator<unknown, void> {
      yield* k.lwkt_create('plain');
    };
    assert.match(
      outcome(main, { threads: { plain: (() => undefined) as never } }),
      /^scenario-misuse: plain is no generator function/,
    );
  });
});
