import assert from 'node:assert/strict';
import { Execution, RandomWalk } from '@smplab/explore';
import { Memory } from '@smplab/kmem';
import {
  bootIdleThreads,
  bootThread,
  type Context,
  enqueue,
  ExploredMachine,
  functionNumber,
  Kernel,
  limitsOf,
  LIVE_LIMITS,
  lwkt_create,
  lwkt_gettoken_shared,
  lwkt_join,
  lwkt_switch,
  lwkt_token_init,
  lwkt_token_swap,
  lwkt_trytoken,
  registerKernelFunctions,
  Registry,
  type Steps,
  TD,
  Thread,
  toksBase,
} from '@smplab/lwkt';
import { TOK_EXCLUSIVE, TOKEN_WORDS, TOKREF_WORDS, TR_COUNT, TR_TOK, T_COUNT, T_REF } from '@smplab/token';
import fc from 'fast-check';
import { LiveCpu } from '../../src/live/cpu.ts';

const TOKENS = 3;

/** What a thread does next; what is not allowed in its state is passed over. */
interface Act {
  readonly kind: 'get' | 'shared' | 'try' | 'release' | 'swap' | 'switch';
  readonly token: number;
}

/** Two threads on one CPU, which change places at `switch` and where one lacks a token. */
interface Plan {
  readonly one: readonly Act[];
  readonly other: readonly Act[];
}

/** The words of all tokens and of the thread's stack, with addresses as places. */
function wordsOf(k: Context, tokens: number, threads: readonly number[]): number[] {
  const { words } = k;
  const place = (address: number): number => {
    const at = threads.findIndex((td) => address >= td && address < td + Thread.size);
    return address === 0 ? 0 : at < 0 ? -1 : (at + 1) * 1000 + address - threads[at];
  };
  const found: number[] = [];
  for (let at = 0; at < TOKENS; at++) {
    const token = tokens + at * TOKEN_WORDS;
    found.push(words[token + T_COUNT], place(words[token + T_REF]));
  }
  for (const td of threads) {
    const stop = words[td + TD.td_toks_stop];
    found.push(place(stop));
    for (let ref = toksBase(td); ref < stop; ref += TOKREF_WORDS) {
      found.push((words[ref + TR_TOK] - tokens) / TOKEN_WORDS, words[ref + TR_COUNT]);
    }
  }
  return found;
}

/** The tokens on the stack of the current thread, oldest first: number, and whether it has it shared. */
function held(k: Context, tokens: number): { token: number; shared: boolean }[] {
  const { words, td } = k;
  const refs: { token: number; shared: boolean }[] = [];
  for (let ref = toksBase(td); ref < words[td + TD.td_toks_stop]; ref += TOKREF_WORDS) {
    const token = words[ref + TR_TOK];
    const shared = (words[token + T_COUNT] & TOK_EXCLUSIVE) === 0;
    refs.push({ token: (token - tokens) / TOKEN_WORDS, shared });
  }
  return refs;
}

function* perform(k: Context, tokens: number, { kind, token }: Act): Steps {
  const word = tokens + token * TOKEN_WORDS;
  const stack = held(k, tokens);
  const isShared = stack.some((each) => each.token === token && each.shared);
  const isFull = stack.length >= 6;
  if (kind === 'get' && !isShared && !isFull) yield* k.gettoken(word);
  else if (kind === 'shared' && !isFull) yield* lwkt_gettoken_shared(k, word);
  else if (kind === 'try' && !isShared && !isFull) yield* lwkt_trytoken(k, word);
  else if (kind === 'release' && stack.length > 0)
    yield* k.reltoken(tokens + stack[stack.length - 1].token * TOKEN_WORDS);
  else if (kind === 'swap' && stack.length > 1) lwkt_token_swap(k);
  else if (kind === 'switch') yield* lwkt_switch(k);
}

function functionsOf(plan: Plan, seen: number[][]): Registry {
  const registry = new Registry();
  const threads: number[] = [];
  const actor = (acts: readonly Act[]) =>
    function* (k: Context, tokens: number): Steps {
      for (const act of acts) {
        yield* perform(k, tokens, act);
        seen.push(wordsOf(k, tokens, threads));
        // Nobody waits for ever: a thread gives way before it takes more.
        if (act.kind === 'release') yield* lwkt_switch(k);
      }
      for (let stack = held(k, tokens); stack.length > 0; stack = held(k, tokens)) {
        yield* k.reltoken(tokens + stack[stack.length - 1].token * TOKEN_WORDS);
        seen.push(wordsOf(k, tokens, threads));
      }
    };
  registry.register('one', actor(plan.one));
  registry.register('other', actor(plan.other));
  registry.register('main', function* (k: Context): Steps {
    const tokens = k.allocateNow('token', TOKENS * TOKEN_WORDS);
    for (let at = 0; at < TOKENS; at++) lwkt_token_init(k, tokens + at * TOKEN_WORDS, `t${at}`);
    for (const name of ['one', 'other']) {
      threads.push(yield* lwkt_create(k, functionNumber(name), { args: [tokens], nostart: false }));
    }
    for (const td of threads) yield* lwkt_join(k, td);
  });
  return registry;
}

const LIMITS = {
  sleepBuckets: 7,
  poolTokens: 5,
  tokenSpin: 0,
  spinLoops: 0,
  strands: 48,
  memoryWords: 1 << 16,
};

function live(plan: Plan): number[][] {
  const seen: number[][] = [];
  const registry = functionsOf(plan, seen);
  registerKernelFunctions(registry);
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

function explored(plan: Plan): number[][] {
  const seen: number[][] = [];
  const registry = functionsOf(plan, seen);
  const machine = new ExploredMachine('plan', {
    cpus: 1,
    registry,
    main: functionNumber('main'),
    limits: LIMITS,
  });
  const execution = new Execution({ races: false });
  const strategy = new RandomWalk(1);
  strategy.begin(0);
  execution.execute(machine, strategy);
  assert.equal(execution.failure, null, execution.failure?.message);
  return seen;
}

const act = fc.record({
  kind: fc.constantFrom<Act['kind']>('get', 'get', 'shared', 'try', 'release', 'release', 'swap', 'switch'),
  token: fc.integer({ min: 0, max: TOKENS - 1 }),
});
const acts = fc.array(act, { maxLength: 14 });

describe('the fused token operations of a live CPU', () => {
  it('leave the words that the steps of an explored CPU leave', () => {
    fc.assert(
      fc.property(acts, (one) => {
        const plan = { one, other: [] };
        assert.deepEqual(live(plan), explored(plan));
      }),
      { numRuns: 150 },
    );
  });

  it('do so as well where two threads contend, by ordered sets of tokens', () => {
    const ordered = fc.array(fc.constantFrom<Act['kind']>('get', 'try', 'release', 'switch'), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(ordered, ordered, (one, other) => {
        const plan = { one: one.map(inOrder), other: other.map(inOrder) };
        assert.deepEqual(live(plan), explored(plan));
      }),
      { numRuns: 150 },
    );
  });
});

/** All want one token: then none waits for another. */
function inOrder(kind: Act['kind']): Act {
  return { kind, token: 0 };
}
