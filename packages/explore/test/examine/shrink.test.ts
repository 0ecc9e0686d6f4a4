import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Execution, type Program } from '../../src/engine/execution.ts';
import { type Shrunk, Shrinker } from '../../src/examine/shrink.ts';
import { SwitchCounter } from '../../src/examine/switch-counter.ts';
import type { Atomic } from '../../src/objects/atomic.ts';
import type { Mutex } from '../../src/objects/mutex.ts';
import type { ScenarioBody, ScenarioContext } from '../../src/scenario.ts';
import { DepthFirst } from '../../src/strategies/depth-first.ts';
import { RandomWalk } from '../../src/strategies/random-walk.ts';
import { Replay } from '../../src/strategies/replay.ts';
import { abba, lostUpdate, orderViolation, parallel, sharedAtomic } from '../campaign/programs.ts';

/** A failing run, the same run after shrinking, and the place at which it fails. */
interface Pair {
  readonly before: Shrunk;
  readonly after: Shrunk;
  readonly place: string;
  readonly execution: Execution;
}

/** The first failing random walk of the program, shrunk; null if none of many fails. */
function shrunk(program: Program, schedules = 300, seed = 1): Pair | null {
  const execution = new Execution({ maxSteps: 2000 });
  const strategy = new RandomWalk(seed);
  for (let index = 0; index < schedules; index++) {
    strategy.begin(index);
    execution.execute(program, strategy);
    const place = execution.failure?.place;
    if (place === undefined) continue;
    const shrinker = new Shrinker(execution, program, (run) => run.failure?.place === place);
    const replay = new Replay(execution.recorder.takeDecisions());
    replay.begin();
    const before = shrinker.measure(replay);
    assert.ok(before !== null);
    return { before, after: shrinker.shrink(before), place, execution };
  }
  return null;
}

/** What decides which of two runs is the shorter, most important first. */
function costs(run: Shrunk): number[] {
  return [run.preemptions, run.contextSwitches, run.changes, run.steps];
}

function isNoWorse(after: Shrunk, before: Shrunk): boolean {
  const [left, right] = [costs(after), costs(before)];
  const at = left.findIndex((cost, i) => cost !== right[i]);
  return at < 0 || left[at] < right[at];
}

function placeAfter({ after, execution }: Pair, program: Program): string | undefined {
  const replay = new Replay(after.decisions);
  replay.begin();
  execution.execute(program, replay);
  assert.equal(replay.mismatch, null);
  return execution.failure?.place;
}

/** Small programs of loads, stores and adds on three words, with locks and an assertion on what is loaded. */
const INSTRUCTIONS = ['load', 'store', 'add', 'lock', 'unlock', 'choose', 'check'] as const;
const instruction = fc.record({ what: fc.constantFrom(...INSTRUCTIONS), word: fc.nat(2), value: fc.nat(3) });
const programs = fc.array(fc.array(instruction, { minLength: 1, maxLength: 6 }), {
  minLength: 2,
  maxLength: 3,
});
const smallPrograms = fc.array(fc.array(instruction, { minLength: 2, maxLength: 4 }), {
  minLength: 2,
  maxLength: 3,
});

type Instructions = readonly { what: (typeof INSTRUCTIONS)[number]; word: number; value: number }[];

function bodyOf(
  instructions: Instructions,
  first: boolean,
  shared: WeakMap<ScenarioContext, Shared>,
): ScenarioBody {
  return function* (s) {
    if (first) {
      const words = [0, 1, 2].map((i) => s.atomic(`x${i}`, 0));
      shared.set(s, { words, locks: [s.mutex('a'), s.mutex('b'), s.mutex('c')] });
    }
    const { words, locks } = shared.get(s)!;
    let seen = 0;
    for (const { what, word, value } of instructions) {
      if (what === 'load') seen = yield* words[word].load();
      else if (what === 'store') yield* words[word].store(value);
      else if (what === 'add') seen = yield* words[word].add(value);
      else if (what === 'lock') yield* locks[word].lock();
      else if (what === 'unlock') yield* locks[word].unlock();
      else if (what === 'choose') seen += s.choose(value + 1);
      else s.assert(seen !== value + 1, `saw ${value + 1}`);
    }
  };
}

interface Shared {
  readonly words: readonly Atomic[];
  readonly locks: readonly Mutex[];
}

function randomProgram(threads: readonly Instructions[]): Program {
  const shared = new WeakMap<ScenarioContext, Shared>();
  return parallel('random', ...threads.map((instructions, i) => bodyOf(instructions, i === 0, shared)));
}

/** Preemptions and context switches that the failure needs, by trying every schedule. */
function fewest(program: Program, place: string): [preemptions: number, contextSwitches: number] {
  const execution = new Execution({ maxSteps: 2000 });
  for (let bound = 0; ; bound++) {
    const search = new DepthFirst(bound);
    let contextSwitches = Infinity;
    while (search.begin()) {
      const counter = new SwitchCounter(execution);
      execution.observer = counter;
      execution.execute(program, search);
      if (execution.failure?.place !== place) continue;
      contextSwitches = Math.min(contextSwitches, counter.contextSwitches);
    }
    if (contextSwitches < Infinity) return [bound, contextSwitches];
  }
}

describe('shrinking', () => {
  it('needs one preemption for a lost update', () => {
    const pair = shrunk(lostUpdate)!;
    assert.equal(pair.after.preemptions, 1);
    assert.equal(pair.after.contextSwitches, 2);
  });

  it('needs one preemption for two locks taken in opposite orders', () => {
    assert.equal(shrunk(abba)!.after.preemptions, 1);
  });

  it('needs none for what is used before it is made', () => {
    assert.equal(shrunk(orderViolation)!.after.preemptions, 0);
  });

  it('finds the way back from a schedule full of switches', () => {
    const busy = parallel(
      'busy',
      ...[0, 1, 2].map((mine): ScenarioBody => {
        return function* (s) {
          const x = sharedAtomic(s);
          const own = s.atomic(`own${mine}`, 0);
          for (let i = 0; i < 5; i++) yield* own.add(1);
          const v = yield* x.load();
          yield* x.store(v + 1);
          for (let i = 0; i < 5; i++) yield* own.add(1);
          if (mine === 2) yield* s.waitUntil(() => own.peek() === 10);
          s.assert((yield* x.load()) >= v + 1, 'x went back');
        };
      }),
    );
    const { before, after } = shrunk(busy)!;
    assert.ok(before.preemptions > 5, `only ${before.preemptions} to begin with`);
    assert.ok(after.preemptions <= 2, `${after.preemptions} preemptions are left`);
  });

  it('keeps what was chosen if the failure needs it', () => {
    const program = parallel('chooses', function* (s) {
      yield* s.fence();
      s.assert(s.choose(9) !== 7, 'seven');
    });
    assert.deepEqual([...shrunk(program)!.after.decisions], [7]);
  });

  it('gives the same verdict at the same place, and never a worse schedule', () => {
    let failing = 0;
    const property = fc.property(programs, fc.nat(1000), (threads, seed) => {
      const program = randomProgram(threads);
      const pair = shrunk(program, 20, seed);
      if (pair === null) return;
      failing++;
      assert.equal(placeAfter(pair, program), pair.place);
      assert.ok(isNoWorse(pair.after, pair.before));
    });
    fc.assert(property, { seed: 1, numRuns: 150 });
    assert.ok(failing > 50, `only ${failing} programs failed`);
  });

  it('leaves no preemption and no context switch that a small program does not need', () => {
    let failing = 0;
    const property = fc.property(smallPrograms, fc.nat(1000), (threads, seed) => {
      const program = randomProgram(threads);
      const pair = shrunk(program, 20, seed);
      if (pair === null) return;
      failing++;
      const { preemptions, contextSwitches } = pair.after;
      assert.deepEqual([preemptions, contextSwitches], fewest(program, pair.place));
    });
    fc.assert(property, { seed: 1, numRuns: 150 });
    assert.ok(failing > 30, `only ${failing} programs failed`);
  });

  it('gives the same shortest schedule for the same failure', () => {
    assert.deepEqual(shrunk(lostUpdate)!.after, shrunk(lostUpdate)!.after);
  });
});
