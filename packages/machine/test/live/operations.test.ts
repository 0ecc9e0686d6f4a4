import assert from 'node:assert/strict';
import { Memory } from '@smplab/kmem';
import {
  bootIdleThreads,
  bootThread,
  type Context,
  DOORBELL_IPI,
  enqueue,
  functionNumber,
  GD,
  Kernel,
  limitsOf,
  LIVE_LIMITS,
  lwkt_token_init,
  registerKernelFunctions,
  Registry,
  type Steps,
} from '@smplab/lwkt';
import { TOKEN_WORDS } from '@smplab/token';
import fc from 'fast-check';
import { LiveCpu } from '../../src/live/cpu.ts';

const WORDS = 3;
const LIMITS = { sleepBuckets: 7, poolTokens: 5, tokenSpin: 0, spinLoops: 0, memoryWords: 1 << 16 };

/** An operation on one of a few words, or a token, or a block. */
interface Act {
  readonly kind:
    'load' | 'store' | 'add' | 'cmpset' | 'swap' | 'or' | 'and' | 'token' | 'heap' | 'upon' | 'copy';
  readonly word: number;
  readonly value: number;
}

function* perform(k: Context, base: number, token: number, { kind, word, value }: Act): Steps<unknown> {
  const at = base + word;
  switch (kind) {
    case 'load':
      return yield* k.load(at);
    case 'store':
      return yield* k.store(at, value);
    case 'add':
      return yield* k.fetchadd(at, value);
    case 'cmpset':
      return yield* k.cmpset(at, 0, value);
    case 'swap':
      return yield* k.swap(at, value);
    case 'or':
      return yield* k.or(at, value);
    case 'and':
      return yield* k.and(at, value);
    case 'token':
      yield* k.gettoken(token);
      return yield* k.reltoken(token);
    case 'heap': {
      const block = yield* k.allocateZeroed('block', value & 31 || 1);
      return yield* k.free('block', block);
    }
    case 'copy':
      // Nothing, from nowhere: not even a pointer is looked at.
      k.copy(value <= 0 ? at : base, value <= 0 ? 0 : at, value <= 0 ? 0 : WORDS - word);
      return undefined;
    case 'upon':
      return yield* k.upon(k.fetchadd(at, value), (_k, before, arg) => added(k, arg, before), at);
  }
}

/** What follows an addition: another one, by steps of its own for even sums. */
function added(k: Context, at: number, before: number): Steps | null {
  if (before % 3 === 0) return null;
  if (before % 2 !== 0) return k.upon(k.fetchadd(at, 1), () => null, at);
  return (function* () {
    yield* k.fetchadd(at, 2);
  })();
}

/** What the operations give and leave; with `rings`, the doorbell rings before each of them. */
function run(acts: readonly Act[], rings: boolean): unknown[] {
  const seen: unknown[] = [];
  const registry = new Registry();
  registerKernelFunctions(registry);
  registry.register('main', function* (k: Context): Steps {
    const token = k.allocateNow('token', TOKEN_WORDS);
    const base = k.allocateNow('words', WORDS);
    lwkt_token_init(k, token, 't');
    for (const act of acts) {
      if (rings) Atomics.or(k.words, k.cpu.gd + GD.gd_doorbell, DOORBELL_IPI);
      seen.push(yield* perform(k, base, token, act), ...k.words.subarray(base, base + WORDS));
    }
  });
  const limits = limitsOf(LIVE_LIMITS, LIMITS);
  const memory = Memory.create({ initialWords: limits.memoryWords, maximumWords: limits.memoryWords });
  const kernel = Kernel.boot(memory, registry, { cpus: 1, limits });
  bootIdleThreads(kernel);
  enqueue(
    { kernel, gd: kernel.gdOf(0) } as never,
    bootThread(kernel, 0, functionNumber('main'), { name: 'main' }),
  );
  new LiveCpu(kernel, 0, { log: () => undefined }).run();
  return seen;
}

describe('the operations of a live CPU', () => {
  it('do the same when the doorbell interrupts each of them and its handlers have operations as well', () => {
    const kinds: Act['kind'][] = [
      ...(['load', 'store', 'add', 'cmpset', 'swap'] as const),
      ...(['or', 'and', 'token', 'heap', 'upon', 'copy'] as const),
    ];
    const act = fc.record({
      kind: fc.constantFrom(...kinds),
      word: fc.integer({ min: 0, max: WORDS - 1 }),
      value: fc.integer({ min: -100, max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 20 }), (acts) => {
        assert.deepEqual(run(acts, true), run(acts, false));
      }),
      { numRuns: 100 },
    );
  });
});
