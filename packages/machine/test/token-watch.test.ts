import assert from 'node:assert/strict';
import { Execution } from '@smplab/explore';
import { ExploredMachine, Registry } from '@smplab/lwkt';
import { TokenMirror } from '@smplab/token';
import { type KernelBody, machineScenario, runSchedules } from '../src/index.ts';
import { MAIN } from '../src/machine-scenario.ts';
import { TokenWatch } from '../src/token-watch.ts';

/** The states that each token went through, in order, by its name. */
function statesOf(
  body: KernelBody,
  threads: Record<string, KernelBody> = {},
  seed = 1,
): Record<string, string[]> {
  const registry = new Registry();
  machineScenario('watched', { threads }, body).register(registry);
  const machine = new ExploredMachine('watched', { cpus: 2, registry, main: registry.numberOf(MAIN) });
  const states: Record<string, string[]> = {};
  const mirror = new TokenMirror({
    inspect: (event) => {
      if (event.type !== '@xstate.snapshot') return;
      const { id } = event.actorRef as unknown as { id: string };
      (states[id] ??= []).push(String((event.snapshot as { value?: unknown }).value));
    },
  });
  const watch = new TokenWatch(machine, mirror);
  const execution = new Execution();
  execution.observer = { wantsStacks: false, onStep: (...step) => watch.onStep(...step) };
  const [outcome] = runSchedules(execution, machine, { strategy: 'random', seed });
  assert.equal(outcome.verdict, 'none', outcome.message);
  return states;
}

/** Without the state an actor repeats when it starts. */
const changes = (states: readonly string[]): string[] => states.filter((state, i) => state !== states[i - 1]);

describe('the watch over the tokens of a machine', () => {
  it('shows every change of a token to its actor', () => {
    const states = statesOf(function* (k) {
      const one = k.lwkt_token_init('one');
      const other = k.lwkt_token_init('other');
      yield* k.lwkt_gettoken(one);
      yield* k.lwkt_gettoken_shared(other);
      yield* k.lwkt_reltoken(other);
      yield* k.lwkt_reltoken(one);
    });
    assert.deepEqual(Object.keys(states).sort(), ['one', 'other']);
    assert.deepEqual(changes(states['one']), ['free', 'exclusive', 'free']);
    assert.deepEqual(changes(states['other']), ['free', 'shared', 'free']);
  });

  it('follows contention between CPUs, whatever the schedule', () => {
    const threads: Record<string, KernelBody> = {
      *taker(k, token) {
        yield* k.lwkt_gettoken(token);
        yield* k.lwkt_reltoken(token);
        yield* k.lwkt_gettoken_shared(token);
        yield* k.lwkt_reltoken(token);
      },
    };
    const seen = new Set<string>();
    for (let seed = 1; seed <= 30; seed++) {
      const states = statesOf(
        function* (k) {
          const token = k.lwkt_token_init('t');
          const takers = [];
          for (const cpu of [0, 1]) takers.push(yield* k.lwkt_create('taker', { cpu, args: [token] }));
          for (const taker of takers) yield* k.join(taker);
        },
        threads,
        seed,
      );
      for (const state of states['t']) seen.add(state);
      assert.equal(states['t'].at(-1), 'free');
    }
    assert.ok(seen.size >= 4, [...seen].join());
  });

  it('begins anew with a token in memory that another one had', () => {
    const states = statesOf(function* (k) {
      const words = yield* k.kmalloc('tokens', 64);
      for (const name of ['first', 'second']) {
        k.lwkt_token_init(words, name);
        yield* k.lwkt_gettoken(words);
        yield* k.lwkt_reltoken(words);
      }
    });
    assert.deepEqual(changes(states['first']), ['free', 'exclusive', 'free', 'exclusive', 'free']);
  });
});
