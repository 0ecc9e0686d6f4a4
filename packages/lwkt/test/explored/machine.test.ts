import assert from 'node:assert/strict';
import { createStrategy, Execution, explore, replay, traceHash } from '@smplab/explore';
import { describe, it } from 'mocha';
import {
  functionNumber,
  lwkt_gettoken,
  lwkt_reltoken,
  Registry,
  RegistryError,
  tsleep,
  wakeup,
  ExploredMachine,
} from '../../src/index.ts';
import { kernelProgram, verdictOf } from '../fixtures/kernel-program.ts';
import { joinAll, newToken, newWord, start } from '../fixtures/tokens.ts';

/** A machine that does a bit of everything; wrong if two increments are lost. */
function busy(isWrong: boolean): ExploredMachine {
  return kernelProgram(
    'busy',
    {
      threads: {
        *worker(k, token, word) {
          yield* lwkt_gettoken(k, token);
          const value = yield* k.load(word);
          if (isWrong) yield* tsleep(k, 7, 0, 'nap', 1);
          yield* k.store(word, value + 1);
          yield* lwkt_reltoken(k, token);
          yield* wakeup(k, word);
        },
      },
    },
    function* (k) {
      const token = yield* newToken(k, 'count');
      const word = yield* newWord(k);
      const threads = [
        yield* start(k, 'worker', [token, word], { cpu: 0 }),
        yield* start(k, 'worker', [token, word], { cpu: 1 }),
      ];
      yield* joinAll(k, ...threads);
      assert.equal(k.peek(word), 2);
    },
  );
}

/** Hash of everything a run did, and of the words it left. */
function hashOf(execution: Execution, machine: ExploredMachine, seed: number): string {
  const profile = { steps: 1, decisions: 1, strandSteps: new Map(), accesses: new Map() };
  const strategy = createStrategy('random', { seed, profile });
  strategy.begin(seed);
  execution.execute(machine, strategy);
  let words = 0;
  for (const word of execution.words.subarray(0, execution.top)) words = (Math.imul(words, 31) + word) | 0;
  return `${traceHash(execution)} ${words}`;
}

describe('an explored machine', () => {
  it('does the same in its 1st and its 1,000th run of a schedule', () => {
    const machine = busy(false);
    const execution = new Execution();
    const first = hashOf(execution, machine, 3);
    for (let run = 0; run < 998; run++) hashOf(execution, machine, run);
    assert.equal(hashOf(execution, machine, 3), first);
    assert.equal(hashOf(new Execution(), busy(false), 3), first, 'as in another machine');
  });

  it('finds what is wrong, shrinks it, and replays it from its text', () => {
    const result = explore(busy(true), { strategy: 'random', schedules: 200 });
    assert.equal(result.verdict, 'assertion');
    const replayed = replay(busy(true), result.schedule ?? '');
    assert.equal(replayed.finding?.traceHash, result.finding?.traceHash);
    assert.ok(
      result.trace.some((row) => row.text.startsWith('count.')),
      'tokens are named in the trace',
    );
    assert.ok(result.trace.every((row) => !/undefined|NaN/.test(row.text)));
  });

  it('says how it was built, and asks that main and its threads be registered', () => {
    const machine = kernelProgram(
      'options',
      { cpus: 2, asSeed: ['swap-bounds'], limits: { ticks: 2 } },
      function* () {},
    );
    assert.equal(machine.options.cpus, 2);
    assert.deepEqual(machine.options.asSeed, ['swap-bounds']);
    assert.equal((machine.options.limits as Record<string, unknown>).ticks, 2);
    const registry = new Registry();
    const build = (): ExploredMachine =>
      new ExploredMachine('main', { cpus: 1, registry, main: functionNumber('nobody') });
    assert.throws(build, (error: unknown) => error instanceof RegistryError && /main/.test(error.message));
  });

  it('refuses a thread that yields what is no operation', () => {
    const program = kernelProgram('yield', { cpus: 1 }, function* (k) {
      yield* k.fence();
      yield 5;
    });
    assert.match(
      verdictOf(program, 'scenario-misuse', { strategy: 'random', schedules: 1 }).message,
      /write yield\* before each call/,
    );
  });

  it('says when a run starts more threads than there is room for', () => {
    const program = kernelProgram(
      'many',
      { cpus: 1, limits: { strands: 6 }, threads: { *worker() {} } },
      function* (k) {
        for (let thread = 0; thread < 8; thread++) yield* joinAll(k, yield* start(k, 'worker'));
      },
    );
    assert.match(
      verdictOf(program, 'scenario-misuse', { strategy: 'random', schedules: 1 }).message,
      /more than 6 strands/,
    );
  });

  it('names twins apart, and gives races the tokens that were held', () => {
    const program = kernelProgram(
      'holding',
      {
        threads: {
          *racer(k, token, word) {
            yield* lwkt_gettoken(k, token);
            k.set(word, 1);
            yield* lwkt_reltoken(k, token);
          },
        },
      },
      function* (k) {
        const word = yield* newWord(k);
        const tokens = [yield* newToken(k, 'one'), yield* newToken(k, 'two')];
        const threads = [
          yield* start(k, 'racer', [tokens[0], word], { cpu: 1 }),
          yield* start(k, 'racer', [tokens[1], word], { cpu: 1 }),
        ];
        const third = yield* start(k, 'racer', [tokens[1], word], { cpu: 0 });
        yield* joinAll(k, ...threads, third);
      },
    );
    const { races, strands } = verdictOf(program, 'data-race', { strategy: 'random', schedules: 50 });
    assert.deepEqual(races.map((race) => [...race.first.holding, ...race.second.holding].sort())[0], [
      'one',
      'two',
    ]);
    assert.ok(strands.includes('cpu1/racer'));
  });
});
