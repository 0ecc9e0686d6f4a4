import assert from 'node:assert/strict';
import { Execution, type Program } from '../../src/engine/execution.ts';
import { traceHash } from '../../src/examine/trace-hash.ts';
import { RandomWalk } from '../../src/strategies/random-walk.ts';
import { Replay } from '../../src/strategies/replay.ts';
import { adders, guarded, lostUpdate, parallel, sharedAtomic } from '../campaign/programs.ts';
import { walk } from './walk.ts';

function replayed(program: Program, decisions: readonly number[]): { replay: Replay; order: string } {
  const replay = new Replay(decisions);
  const [{ order }] = walk(program, replay, [0]);
  return { replay, order };
}

describe('replay', () => {
  it('repeats what was recorded, decision by decision', () => {
    const program = parallel(
      'chooses',
      function* (s) {
        yield* sharedAtomic(s).add(s.choose(5));
        yield* sharedAtomic(s).add(s.choose(7));
      },
      function* (s) {
        yield* sharedAtomic(s).add(10);
        yield* sharedAtomic(s).add(s.choose(3));
      },
    );
    for (const recorded of [program, lostUpdate, guarded]) {
      const execution = new Execution();
      const strategy = new RandomWalk(1);
      for (let index = 0; index < 50; index++) {
        strategy.begin(index);
        execution.execute(recorded, strategy);
        const hash = traceHash(execution);
        const decisions = execution.recorder.takeDecisions();
        const replay = new Replay(decisions);
        replay.begin();
        execution.execute(recorded, replay);
        assert.equal(traceHash(execution), hash);
        assert.equal(replay.mismatch, null);
        assert.equal(replay.used, decisions.length);
      }
    }
  });

  it('goes on fairly when the decisions are used up', () => {
    const { replay, order } = replayed(adders(3, 3), [1]);
    assert.equal(order, 't2 t1 t2 t1 t2 t1');
    assert.equal(replay.mismatch, null);
  });

  it('says that a thread does not exist', () => {
    const { replay } = replayed(adders(2, 2), [0, 5]);
    assert.equal(replay.mismatch, 'after step 1 it lets thread number 5 step, which does not exist there');
  });

  it('says that a thread has ended', () => {
    const { replay } = replayed(adders(1, 2, 2), [0, 0]);
    assert.equal(replay.mismatch, 'after step 1 it lets t1 step, which has ended there');
  });

  it('says that a thread is blocked', () => {
    const program = parallel(
      'waits',
      function* (s) {
        yield* sharedAtomic(s).add(1);
      },
      function* (s) {
        const x = sharedAtomic(s);
        yield* s.waitUntil(() => x.peek() === 1);
      },
      function* (s) {
        yield* s.fence();
      },
    );
    const { replay } = replayed(program, [1]);
    assert.equal(replay.mismatch, 'after step 0 it lets t2 step, which is blocked there');
  });

  it('says that there are fewer alternatives, and keeps what it said first', () => {
    const program = parallel('chooses', function* (s) {
      s.choose(2);
      yield* s.fence();
      s.choose(3);
    });
    const { replay } = replayed(program, [4, 9]);
    assert.equal(replay.mismatch, 'it chooses alternative 4 where there are 2');
    replay.begin();
    assert.equal(replay.mismatch, null);
  });
});
