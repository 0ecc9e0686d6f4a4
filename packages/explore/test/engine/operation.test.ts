import assert from 'node:assert/strict';
import { defineKind, kindOf, Operation, RETURNS_NOTHING, stableCode } from '../../src/engine/operation.ts';
import type { ScenarioBody } from '../../src/scenario.ts';
import { endsWith, exhaust, runOnce } from '../exploration.ts';

/** What a scenario that forgot a star is told: what it forgot, and what to write. */
function forgets(operation: string, body: ScenarioBody): void {
  const literal = operation.replace(/[.()]/g, '\\$&');
  endsWith('scenario-misuse', body, new RegExp(`yield\\* ?${literal}`));
}

describe('a forgotten yield*', () => {
  it('is named when another operation follows', () => {
    forgets('x.add(1)', function* (s) {
      const x = s.atomic('x', 0);
      x.add(1);
      yield* x.add(2);
    });
    forgets('m.lock()', function* (s) {
      const [m, x] = [s.mutex('m'), s.cell('x', 0)];
      m.lock();
      yield* x.read();
    });
  });

  it('is named at the end of the thread', () => {
    forgets('x.write(1)', function* (s) {
      const x = s.cell('x', 0);
      yield* s.fence();
      x.write(1);
    });
    forgets('m.unlock()', function* (s) {
      const m = s.mutex('m');
      yield* s.spawn('t', function* () {
        yield* m.lock();
        m.unlock();
      });
    });
  });

  it('is named inside an assertion', () => {
    forgets('x.load()', function* (s) {
      const x = s.atomic('x', 1);
      yield* s.fence();
      s.assert((x.load() as unknown) === 1, 'x is 1');
    });
  });

  it('is named inside an if', () => {
    forgets('m.tryLock()', function* (s) {
      const m = s.mutex('m');
      if (m.tryLock() as unknown) yield* m.unlock();
    });
    forgets('x.compareExchange(0, 1)', function* (s) {
      const x = s.atomic('x', 0);
      if (!x.compareExchange(0, 1)) yield* s.fence();
    });
  });

  it('is named inside a log, a choose and a fail', () => {
    forgets('x.load()', function* (s) {
      const x = s.atomic('x', 0);
      s.log(x.load() as never);
      yield* s.fence();
    });
    forgets('x.load()', function* (s) {
      const x = s.atomic('x', 0);
      s.choose(x.load() as never);
      yield* s.fence();
    });
    forgets('x.load()', function* (s) {
      const x = s.atomic('x', 0);
      x.load();
      s.fail('never said');
    });
  });

  it('is named in arithmetic, comparison and a template', () => {
    forgets('x.load()', function* (s) {
      const x = s.atomic('x', 0);
      yield* x.store((x.load() as unknown as number) + 1);
    });
    forgets('x.read()', function* (s) {
      const x = s.cell('x', 0);
      if ((x.read() as unknown as number) > 0) yield* s.fence();
    });
    forgets('x.read()', function* (s) {
      const x = s.cell('x', 0);
      s.log(`x is ${x.read() as unknown as string}`);
      yield* s.fence();
    });
  });

  it('is named when the operation is given to another', () => {
    forgets('x.load()', function* (s) {
      const x = s.atomic('x', 0);
      yield* x.store(x.load() as never);
    });
  });

  it('is named before an object, a thread or a join', () => {
    forgets('x.load()', function* (s) {
      const x = s.atomic('x', 0);
      x.load();
      s.cell('y', 0);
    });
    forgets('x.load()', function* (s) {
      const x = s.atomic('x', 0);
      x.load();
      yield* s.spawn('t', function* () {});
    });
    forgets('t.join()', function* (s) {
      const t = yield* s.spawn('t', function* () {});
      t.join();
    });
    forgets('spawn(t)', function* (s) {
      s.spawn('t', function* () {});
      yield* s.fence();
    });
  });

  it('is named when a peek follows', () => {
    forgets('x.store(1)', function* (s) {
      const x = s.atomic('x', 0);
      yield* s.fence();
      x.store(1);
      s.assert(x.peek() === 1, 'stored');
    });
  });

  it('is named also in a child that has not come to its first operation', () => {
    forgets('x.load()', function* (s) {
      const x = s.atomic('x', 0);
      yield* s.spawn('t', function* () {
        x.load();
      });
    });
  });
});

describe('yield without the star', () => {
  it('is named, with the star to add', () => {
    forgets('x.add(1)', function* (s) {
      const x = s.atomic('x', 0);
      yield x.add(1);
      yield* x.add(1);
    });
    forgets('x.add(1)', function* (s) {
      const x = s.atomic('x', 0);
      yield* s.fence();
      yield x.add(1);
    });
  });
});

describe('an operation', () => {
  it('cannot be kept for later', () => {
    forgets('x.load()', function* (s) {
      const x = s.atomic('x', 0);
      const later = x.load();
      yield* x.store(1);
      yield* later;
    });
  });

  it('cannot be used twice', () => {
    endsWith(
      'scenario-misuse',
      function* (s) {
        const x = s.atomic('x', 0);
        const load = x.load();
        yield* load;
        yield* load;
      },
      /second time/,
      /create it where it is yielded/,
    );
    endsWith(
      'scenario-misuse',
      function* (s) {
        const x = s.atomic('x', 0);
        const load = x.load();
        yield* load;
        yield* s.fence();
        yield* load;
      },
      /second time/,
    );
  });

  it('cannot be left to another thread', () => {
    endsWith(
      'scenario-misuse',
      function* (s) {
        const x = s.atomic('x', 0);
        const load = x.load();
        yield* load;
        yield* s.spawn('t', function* () {
          yield* load;
        });
      },
      /second time/,
    );
    endsWith(
      'scenario-misuse',
      function* (s) {
        const x = s.atomic('x', 0);
        let made: ReturnType<typeof x.load> | null = null;
        const turn = s.atomic('turn', 0);
        yield* s.spawn('t', function* () {
          yield* turn.load();
          made = x.load();
          yield* turn.store(1);
        });
        yield* s.waitUntil(() => turn.peek() === 1);
        yield* made!;
      },
      /yield\* x\.load\(\)/,
    );
  });

  it('cannot be driven by hand', () => {
    endsWith(
      'scenario-misuse',
      function* (s) {
        const x = s.atomic('x', 0);
        const iterator = x.load()[Symbol.iterator]();
        iterator.next();
        iterator.next();
      },
      /driven by hand/,
      /yield\* x\.load\(\)/,
    );
    endsWith(
      'scenario-misuse',
      function* (s) {
        const x = s.atomic('x', 0);
        s.log(`${[...x.load()].length}`);
      },
      /driven by hand/,
    );
  });

  it('cannot be taken apart', () => {
    endsWith(
      'scenario-misuse',
      function* (s) {
        const x = s.atomic('x', 0);
        const [value] = x.add(1);
        yield* x.store(value === undefined ? 1 : 2);
      },
      /yield\* x\.add\(1\)/,
    );
  });

  it('may be part of a compound expression', () => {
    const failure = runOnce(function* (s) {
      const [a, b] = [s.cell('a', 1), s.cell('b', 2)];
      s.assert((yield* a.read()) + (yield* b.read()) === 3, 'the sum');
      yield* a.write((yield* a.read()) * 2 + (yield* b.read()));
      s.assert(a.peek() === 4, 'nested');
    });
    assert.equal(failure, null);
  });

  it('may be made by a generator of the scenario', () => {
    const { verdicts } = exhaust(function* (s) {
      const x = s.atomic('x', 0);
      function* increment(): Generator<unknown, number> {
        return (yield* x.add(1)) + 1;
      }
      s.assert((yield* increment()) + (yield* increment()) === 3, 'twice');
    });
    assert.deepEqual(verdicts, { none: 1 });
  });

  it('is described as it is written', () => {
    const texts: string[] = [];
    runOnce(function* (s) {
      const [a, node] = [s.array('a', 2, 0), yield* s.alloc('node', { next: 0 })];
      for (const operation of [() => a.read(1), () => node.write('next', 3), () => s.mutex('m').lock()]) {
        const made = operation();
        texts.push((made as unknown as Operation).describe());
        yield* made as ReturnType<typeof a.write>;
      }
    });
    assert.deepEqual(texts, ['a[1].read()', 'node#1.next.write(3)', 'm.lock()']);
  });
});

describe('a kind of operation', () => {
  it('is found again by a code that depends on its name alone', () => {
    const kind = defineKind({
      name: 'test.nothing',
      access: 0,
      returns: RETURNS_NOTHING,
      perform: () => 0,
    });
    assert.equal(kind.code, stableCode('test.nothing'));
    assert.equal(kindOf(kind.code), kind);
    assert.equal(kind.label, 'nothing');
    assert.equal(kindOf(-1), undefined);
  });

  it('has a name of its own', () => {
    const define = (): unknown =>
      defineKind({ name: 'test.twice', access: 0, returns: RETURNS_NOTHING, perform: () => 0 });
    define();
    assert.throws(define, /test\.twice collides/);
  });
});
