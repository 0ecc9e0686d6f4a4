import assert from 'node:assert/strict';
import { ConcurrencyCheck } from '../../src/campaign/concurrency-check.ts';
import type { ScenarioBody } from '../../src/scenario.ts';
import { adders, apart, parallel } from './programs.ts';
import { runIn } from '../examine/watched.ts';

const isConcurrent = (program: ReturnType<typeof parallel>): boolean => {
  let check: ConcurrencyCheck | null = null;
  runIn(program, [], (execution) => (check = new ConcurrencyCheck(execution)));
  return check!.isConcurrent;
};

const once: ScenarioBody = function* (s) {
  yield* s.fence();
};

describe('whether anything concurrent happened', () => {
  it('holds once two threads touched one word', () => {
    assert.equal(isConcurrent(adders(1, 1)), true);
  });

  it('does not hold for one thread, however often it touches a word', () => {
    assert.equal(isConcurrent(adders(5)), false);
  });

  it('does not hold for threads that keep apart, though they are spawned and joined', () => {
    assert.equal(isConcurrent(apart), false);
  });

  it('does not hold for hints and fences', () => {
    assert.equal(isConcurrent(parallel('fences', once, once)), false);
  });

  it('holds for a thread that peeks at what another wrote', () => {
    const program = parallel('peeks', function* (s) {
      const x = s.atomic('x', 0);
      const t = yield* s.spawn('t', function* () {
        yield* x.store(1);
      });
      yield* t.join();
      s.assert(x.peek() === 1, 'joined');
    });
    assert.equal(isConcurrent(program), true);
  });

  it('holds for a thread that waits until a word another writes has a value', () => {
    const program = parallel('waits', function* (s) {
      const x = s.atomic('x', 0);
      yield* s.spawn('t', function* () {
        yield* x.store(1);
      });
      yield* s.waitUntil(() => x.peek() === 1);
    });
    assert.equal(isConcurrent(program), true);
  });

  it('does not take the words of two runs for one', () => {
    const check: ConcurrencyCheck[] = [];
    const execution = runIn(adders(2), [], (made) => (check[0] = new ConcurrencyCheck(made)));
    execution.observer = check[0];
    execution.execute(apart, { name: 'first', begin: () => true, pick: () => 0, choose: () => 0 });
    assert.equal(check[0].isConcurrent, false);
  });
});
