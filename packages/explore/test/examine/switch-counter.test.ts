import assert from 'node:assert/strict';
import type { Program } from '../../src/engine/execution.ts';
import { SwitchCounter } from '../../src/examine/switch-counter.ts';
import { adders, lostUpdate, parallel, sharedAtomic } from '../campaign/programs.ts';
import { runIn } from './watched.ts';

function count(program: Program, order: readonly number[]): SwitchCounter {
  let counter: SwitchCounter | null = null;
  runIn(program, order, (execution) => (counter = new SwitchCounter(execution)));
  return counter!;
}

describe('the count of context switches', () => {
  it('counts a switch away from a strand that could go on, as a preemption too', () => {
    const { contextSwitches, preemptions, changes, sequence } = count(adders(2, 2), [0, 1, 0, 1]);
    // After its second step the first strand has ended: leaving it is a switch, but no preemption.
    assert.deepEqual(
      { contextSwitches, preemptions, changes },
      { contextSwitches: 3, preemptions: 2, changes: 3 },
    );
    assert.deepEqual(sequence, [0, 1, 0, 1]);
  });

  it('counts nothing where the strand stays', () => {
    const { contextSwitches, preemptions, changes } = count(adders(3), [0, 0, 0]);
    assert.deepEqual([contextSwitches, preemptions, changes], [0, 0, 0]);
  });

  it('does not count a switch that was forced because the strand left waits', () => {
    const program = parallel(
      'waits',
      function* (s) {
        const x = sharedAtomic(s);
        yield* x.load();
        yield* s.waitUntil(() => x.peek() === 1);
      },
      function* (s) {
        yield* sharedAtomic(s).store(1);
      },
    );
    const { contextSwitches, preemptions, changes } = count(program, [0, 1, 0]);
    assert.deepEqual([contextSwitches, preemptions, changes], [0, 0, 2]);
  });

  it('does not count leaving a strand that asked for it with a hint', () => {
    const program = parallel(
      'yields',
      function* (s) {
        yield* sharedAtomic(s).load();
        yield* s.yield();
      },
      function* (s) {
        yield* sharedAtomic(s).store(1);
      },
    );
    const { preemptions, contextSwitches } = count(program, [0, 1, 0]);
    assert.deepEqual([preemptions, contextSwitches], [0, 0]);
  });

  it('is two switches and one preemption for the lost update of the contract', () => {
    // main spawns; t1 loads; t2 loads and stores; t1 stores; main joins.
    const { contextSwitches, preemptions } = count(lostUpdate, [0, 0, 1, 2, 2, 1, 0, 0]);
    assert.deepEqual([contextSwitches, preemptions], [2, 1]);
  });
});
