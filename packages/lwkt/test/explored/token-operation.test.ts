import assert from 'node:assert/strict';
import { createStrategy, Execution, traceHash } from '@smplab/explore';
import { NO_EDGE, tokenEvents, tokenStates, TokenTransitions } from '@smplab/token';
import { describe, it } from 'mocha';
import {
  type Context,
  lwkt_gettoken,
  lwkt_gettoken_shared,
  lwkt_reltoken,
  type Steps,
  tsleep,
} from '../../src/index.ts';
import { kernelProgram, verdictOf } from '../fixtures/kernel-program.ts';
import { TokenJudge } from '../fixtures/token-judge.ts';
import { joinAll, newToken, newWord, start } from '../fixtures/tokens.ts';
import { watchAll } from '../fixtures/watch.ts';

const ONE = { strategy: 'random', schedules: 1 };

/**
 * Trace hashes of a program with contention, recursion and blocks, by the operations of `k` or by the
 * functions.
 */
function hashes(isFused: boolean): string[] {
  const take = (k: Context, token: number): Steps =>
    (isFused ? k.gettoken(token) : lwkt_gettoken(k, token)) as Steps;
  const give = (k: Context, token: number): Steps =>
    (isFused ? k.reltoken(token) : lwkt_reltoken(k, token)) as Steps;
  const machine = kernelProgram(
    'fused',
    {
      threads: {
        *worker(k, first, second, word) {
          yield* take(k, first);
          yield* take(k, second);
          yield* take(k, first);
          k.set(word, k.get(word) + 1);
          yield* give(k, first);
          yield* tsleep(k, k.td, 0, 'nap', 1);
          yield* give(k, second);
          yield* give(k, first);
        },
      },
    },
    function* (k) {
      const [a, b, word] = [yield* newToken(k, 'a'), yield* newToken(k, 'b'), yield* newWord(k)];
      const threads = [
        yield* start(k, 'worker', [a, b, word], { cpu: 0 }),
        yield* start(k, 'worker', [b, a, word], { cpu: 1 }),
        yield* start(k, 'worker', [b, a, word], { cpu: 0 }),
      ];
      yield* joinAll(k, ...threads);
      assert.equal(k.get(word), 3);
    },
  );
  const execution = new Execution();
  const profile = { steps: 1, decisions: 1, strandSteps: new Map(), accesses: new Map() };
  return Array.from({ length: 60 }, (_, seed) => {
    const strategy = createStrategy('random', { seed, profile });
    strategy.begin(seed);
    execution.execute(machine, strategy);
    assert.equal(execution.failure, null, execution.failure?.message);
    return traceHash(execution);
  });
}

describe('k.gettoken and k.reltoken', () => {
  it('make the same steps as lwkt_gettoken and lwkt_reltoken, whatever the schedule', () => {
    const fused = hashes(true);
    assert.deepEqual(fused, hashes(false));
    assert.ok(new Set(fused).size > 30, 'the schedules differ');
  });

  it('leave nobody with a part of the tokens (I1 to I4 after every step)', () => {
    const judge = new TokenJudge(null as never, 2, 3);
    judge.machine = kernelProgram(
      'judged',
      {
        threads: {
          *worker(k, a, b, gate) {
            if (gate !== 0) yield* judge.meet(k, gate);
            judge.enter(k);
            yield* judge.call(k, k.gettoken(a) as Steps);
            yield* judge.call(k, lwkt_gettoken_shared(k, b));
            yield* judge.call(k, k.gettoken(a) as Steps);
            yield* judge.call(k, k.reltoken(a) as Steps);
            yield* judge.call(k, tsleep(k, k.td, 0, 'nap', 1));
            yield* judge.call(k, k.reltoken(b) as Steps);
            yield* judge.call(k, k.reltoken(a) as Steps);
            judge.leave(k);
          },
        },
      },
      function* (k) {
        const [a, b, gate] = [yield* judge.token(k, 'a'), yield* judge.token(k, 'b'), yield* newWord(k)];
        const threads = [
          yield* start(k, 'worker', [a, b, gate], { cpu: 0 }),
          yield* start(k, 'worker', [b, a, gate], { cpu: 1 }),
          yield* start(k, 'worker', [a, b, 0], { cpu: 1 }),
        ];
        yield* joinAll(k, ...threads);
      },
    );
    watchAll(judge.machine, judge, { strategy: 'random', schedules: 150 });
  });

  it('refuse the same misuses', () => {
    const bad: [RegExp, (k: Context, a: number, b: number) => Steps][] = [
      [/0 is no token/, (k) => k.gettoken(0) as Steps],
      [/holds no token, it releases a/, (k, a) => k.reltoken(a) as Steps],
      [
        /releases a out of order/,
        function* (k, a, b) {
          yield* k.gettoken(a);
          yield* k.gettoken(b);
          yield* k.reltoken(a);
        },
      ],
      [
        /a.*shared|shared.*a/,
        function* (k, a) {
          yield* lwkt_gettoken_shared(k, a);
          yield* k.gettoken(a);
        },
      ],
    ];
    for (const [said, body] of bad) {
      const program = kernelProgram('bad', { cpus: 1 }, function* (k) {
        yield* body(k, yield* newToken(k, 'a'), yield* newToken(k, 'b'));
      });
      assert.match(verdictOf(program, 'token-misuse', ONE).message, said);
    }
  });

  for (const isFused of [true, false]) {
    const how = isFused ? 'the operations of k' : 'the functions';
    it(`ask the machine of @smplab/token at each change, by ${how}: without an edge it is refused`, () => {
      for (const [state, event, edge] of [
        ['free', 'wantExclusive', 'wantExclusive from t_count 0'],
        ['exclusive', 'releaseExclusive', 'releaseExclusive from t_count 1'],
      ] as const) {
        const machine = kernelProgram('one edge less', {}, function* (k) {
          const token = yield* newToken(k, 'lone');
          const tokens = new TokenTransitions();
          tokens.table[(tokenStates[state] << 4) | tokenEvents[event]] = NO_EDGE;
          Object.assign(k.kernel, { tokens });
          yield* (isFused ? k.gettoken(token) : lwkt_gettoken(k, token)) as Steps;
          yield* (isFused ? k.reltoken(token) : lwkt_reltoken(k, token)) as Steps;
        });
        const { message } = verdictOf(machine, 'panic', ONE);
        assert.match(message, new RegExp(`token lone: the machine has no edge ${edge}`));
      }
    });
  }
});
