import assert from 'node:assert/strict';
import type { Step } from '../../src/engine/operation.ts';
import type { Atomic } from '../../src/objects/atomic.ts';
import { endsWith, exhaust, runOnce } from '../exploration.ts';

/** Runs one operation on an atomic that holds `init`; gives its result and the value afterwards. */
function after(init: number, operation: (x: Atomic) => Step<unknown>): [result: unknown, value: number] {
  let outcome: [unknown, number] = [null, 0];
  const failure = runOnce(function* (s) {
    const x = s.atomic('x', init);
    const result = yield* operation(x);
    outcome = [result, x.peek()];
  });
  assert.equal(failure, null);
  return outcome;
}

describe('atomic', () => {
  it('loads and stores', () => {
    assert.deepEqual(
      after(5, (x) => x.load()),
      [5, 5],
    );
    assert.deepEqual(
      after(5, (x) => x.store(7)),
      [undefined, 7],
    );
  });

  it('gives the old value of every read-modify-write', () => {
    const cases: [(x: Atomic) => Step<number>, number][] = [
      [(x) => x.add(2), 14],
      [(x) => x.sub(2), 10],
      [(x) => x.and(10), 8],
      [(x) => x.or(3), 15],
      [(x) => x.xor(5), 9],
      [(x) => x.exchange(-1), -1],
      [(x) => x.update((old) => old * 3), 36],
    ];
    for (const [operation, value] of cases) assert.deepEqual(after(12, operation), [12, value]);
  });

  it('swaps only the expected value', () => {
    assert.deepEqual(
      after(1, (x) => x.compareExchange(1, 2)),
      [true, 2],
    );
    assert.deepEqual(
      after(1, (x) => x.compareExchange(0, 2)),
      [false, 1],
    );
  });

  it('wraps at 32 bits', () => {
    assert.deepEqual(
      after(0x7fffffff, (x) => x.add(1)),
      [0x7fffffff, -0x80000000],
    );
    assert.deepEqual(
      after(-0x80000000, (x) => x.sub(1)),
      [-0x80000000, 0x7fffffff],
    );
  });

  it('loses an update between load and store, and none within add or update', () => {
    const total = (change: (x: Atomic) => Generator<unknown, void>): Set<number> => {
      const totals = new Set<number>();
      const { verdicts } = exhaust(function* (s) {
        const x = s.atomic('x', 0);
        const t = yield* s.spawn('t', () => change(x));
        yield* change(x);
        yield* t.join();
        totals.add(x.peek());
      });
      assert.deepEqual(Object.keys(verdicts), ['none']);
      return totals;
    };
    assert.deepEqual(
      total(function* (x) {
        const value = yield* x.load();
        yield* x.store(value + 1);
      }),
      new Set([1, 2]),
    );
    assert.deepEqual(
      total(function* (x) {
        yield* x.add(1);
      }),
      new Set([2]),
    );
    assert.deepEqual(
      total(function* (x) {
        yield* x.update((old) => old + 1);
      }),
      new Set([2]),
    );
  });

  it('orders what was written before a store, for whoever loads it', () => {
    const publish = (read: (flag: Atomic) => Generator<unknown, boolean>): readonly string[] =>
      exhaust(function* (s) {
        const data = s.cell('data', 0);
        const flag = s.atomic('flag', 0);
        yield* s.spawn('writer', function* () {
          yield* data.write(1);
          yield* flag.store(1);
        });
        if (yield* read(flag)) s.assert((yield* data.read()) === 1, 'data is there');
      }).races;
    assert.deepEqual(
      publish(function* (flag) {
        return (yield* flag.load()) === 1;
      }),
      [],
    );
    assert.deepEqual(
      publish(function* (flag) {
        return !(yield* flag.compareExchange(0, 0));
      }),
      [],
    );
    assert.deepEqual(
      publish(function* (flag) {
        return (yield* flag.add(0)) === 1;
      }),
      [],
    );
    assert.deepEqual(
      publish(function* (flag) {
        yield* flag.store(2);
        return true;
      }),
      ['writer writes, main reads'],
    );
  });

  it('orders nothing for who loads before the store', () => {
    const { races } = exhaust(function* (s) {
      const data = s.cell('data', 0);
      const flag = s.atomic('flag', 0);
      yield* s.spawn('writer', function* () {
        yield* data.write(1);
        yield* flag.store(1);
      });
      yield* flag.load();
      yield* data.read();
    });
    assert.ok(races.includes('writer writes, main reads'));
  });

  it('takes the function of update as pure: no operation in it, an int32 from it', () => {
    endsWith(
      'scenario-misuse',
      function* (s) {
        const x = s.atomic('x', 0);
        yield* x.update(() => {
          x.load();
          return 1;
        });
      },
      /x\.load\(\)/,
    );
    endsWith(
      'scenario-misuse',
      function* (s) {
        const x = s.atomic('x', 0);
        yield* x.update(() => 0.5);
      },
      /update/,
      /0\.5/,
      /int32/,
    );
  });

  it('reports an exception of the function of update as a panic of the thread', () => {
    const failure = endsWith(
      'panic',
      function* (s) {
        const x = s.atomic('x', 0);
        yield* x.update(() => {
          throw new RangeError('no');
        });
      },
      /RangeError: no/,
    );
    assert.equal(failure.strand, 'main');
  });
});
