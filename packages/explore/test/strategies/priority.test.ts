import assert from 'node:assert/strict';
import { Execution } from '../../src/engine/execution.ts';
import { SwitchCounter } from '../../src/examine/switch-counter.ts';
import { PriorityChange } from '../../src/strategies/priority.ts';
import { profileOf } from '../../src/strategies/profiler.ts';
import { adders, lostUpdate, parallel, sharedAtomic } from '../campaign/programs.ts';
import { chiSquare, tally, upTo, walk } from './walk.ts';

/** Two threads of which one waits for the other in a loop. */
const spins = (hints: boolean): ReturnType<typeof parallel> =>
  parallel(
    'spins',
    function* (s) {
      const x = sharedAtomic(s);
      while ((yield* x.load()) === 0) if (hints) yield* s.yield();
    },
    function* (s) {
      yield* sharedAtomic(s).store(1);
    },
  );

function preemptionsOf(depth: number, schedules: number): number[] {
  const execution = new Execution();
  const strategy = new PriorityChange(1, depth, 12);
  return upTo(schedules).map((index) => {
    const counter = new SwitchCounter(execution);
    execution.observer = counter;
    strategy.begin(index);
    execution.execute(adders(4, 4, 4), strategy);
    return counter.preemptions;
  });
}

describe('PCT', () => {
  it('never leaves a strand that could go on when its depth is 1', () => {
    assert.deepEqual(new Set(preemptionsOf(1, 300)), new Set([0]));
  });

  it('preempts at most depth - 1 times', () => {
    assert.equal(Math.max(...preemptionsOf(2, 300)), 1);
    assert.equal(Math.max(...preemptionsOf(3, 300)), 2);
  });

  it('draws the priorities of the strands anew for every schedule, all orders alike', () => {
    const orders = tally(
      walk(adders(1, 1, 1), new PriorityChange(1, 1, 3), upTo(1200)).map(({ order }) => order),
    );
    assert.equal(orders.size, 6);
    assert.ok(chiSquare(orders.values(), 6) < 20.5);
  });

  it('never finds with depth 1 what needs depth 2', () => {
    const walked = walk(lostUpdate, new PriorityChange(1, 1, 6), upTo(500));
    assert.ok(walked.every(({ verdict }) => verdict === 'none'));
  });

  it('finds a bug of depth 2 at least as often as it guarantees', () => {
    const { decisions } = profileOf(new Execution(), lostUpdate, 1);
    const schedules = 4000;
    const walked = walk(lostUpdate, new PriorityChange(1, 2, decisions), upTo(schedules));
    const found = walked.filter(({ verdict }) => verdict === 'assertion').length;
    const [strands, depth] = [3, 2];
    assert.ok(found / schedules >= 1 / (strands * decisions ** (depth - 1)), `found ${found}`);
  });

  it('lets others go first when a strand yields', () => {
    const walked = walk(spins(true), new PriorityChange(1, 1, 4), upTo(100));
    assert.ok(walked.every(({ verdict, steps }) => verdict === 'none' && steps < 10));
  });

  it('ends a spin loop that has no hint, by going on fairly', () => {
    const walked = walk(spins(false), new PriorityChange(1, 1, 4), upTo(50));
    assert.ok(walked.every(({ verdict }) => verdict === 'none'));
    assert.ok(walked.some(({ steps }) => steps > 500));
  });
});
