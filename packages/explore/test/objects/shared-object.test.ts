import assert from 'node:assert/strict';
import type { Atomic } from '../../src/objects/atomic.ts';
import type { HeapObject } from '../../src/objects/heap.ts';
import { Execution } from '../../src/engine/execution.ts';
import { scenario } from '../../src/scenario.ts';
import { endsWith, OldestFirst, runOnce } from '../exploration.ts';

/** An atomic that its run has left behind. */
function leakedAtomic(): Atomic {
  let leaked: Atomic | null = null;
  runOnce(function* (s) {
    leaked = s.atomic('old', 0);
  });
  return leaked!;
}

describe('a shared object', () => {
  it('cannot be used by another run', () => {
    const old = leakedAtomic();
    endsWith(
      'scenario-misuse',
      function* () {
        yield* old.load();
      },
      /atomic old was created in another run/,
      /inside the scenario's body/,
    );
    endsWith(
      'scenario-misuse',
      function* () {
        old.peek();
      },
      /another run/,
      /inside the body|inside the scenario's body/,
    );
  });

  it('cannot be used by the next run of the same execution', () => {
    let kept: Atomic | null = null;
    const program = scenario('keeps', function* (s) {
      kept ??= s.atomic('x', 0);
      yield* kept.add(1);
    });
    const execution = new Execution();
    const run = (): string | undefined => {
      execution.execute(program, new OldestFirst());
      return execution.failure?.message;
    };
    assert.equal(run(), undefined);
    assert.match(run() ?? '', /atomic x was created in another run/);
  });

  it('of the heap cannot be used by another run either', () => {
    let kept: HeapObject | null = null;
    const keep = (): unknown =>
      runOnce(function* (s) {
        kept = yield* s.alloc('node', { key: 1 });
      });
    keep();
    endsWith(
      'scenario-misuse',
      function* () {
        yield* kept!.read('key');
      },
      /another run/,
    );
    endsWith(
      'scenario-misuse',
      function* (s) {
        yield* s.alloc('node', { key: 1 });
        yield* s.free(kept!);
      },
      /another run/,
    );
  });

  it('cannot be used when nothing runs', () => {
    const old = leakedAtomic();
    assert.throws(() => old.load());
    assert.throws(() => old.peek());
  });

  it('cannot be used in the function of update', () => {
    endsWith(
      'scenario-misuse',
      function* (s) {
        const [x, y] = [s.atomic('x', 0), s.atomic('y', 0)];
        yield* x.update((old) => {
          y.add(1);
          return old;
        });
      },
      /y\.add\(\)/,
      /update|outside a running thread/,
    );
    endsWith(
      'scenario-misuse',
      function* (s) {
        const [x, y] = [s.atomic('x', 0), s.atomic('y', 0)];
        yield* x.update((old) => old + y.peek());
      },
      /y\.peek\(\)/,
    );
  });

  it('can only be peeked at by the predicate of waitUntil', () => {
    endsWith(
      'scenario-misuse',
      function* (s) {
        const x = s.atomic('x', 0);
        yield* s.waitUntil(() => (x.load() as unknown) === 1);
      },
      /x\.load\(\)/,
      /peek/,
    );
    endsWith(
      'scenario-misuse',
      function* (s) {
        const x = s.atomic('x', 0);
        yield* s.waitUntil(() => {
          s.assert(x.peek() === 0, 'x');
          return true;
        });
      },
      /assert/,
    );
    endsWith(
      'scenario-misuse',
      function* (s) {
        yield* s.waitUntil(() => s.choose(2) === 1);
      },
      /choose/,
    );
  });
});
