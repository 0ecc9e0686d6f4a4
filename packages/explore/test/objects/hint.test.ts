import assert from 'node:assert/strict';
import { endsWith, exhaust, runOnce } from '../exploration.ts';

describe('yield', () => {
  it('makes a spin loop end: it waits until another thread has stepped', () => {
    const { verdicts, runs } = exhaust(function* (s) {
      const flag = s.atomic('flag', 0);
      yield* s.spawn('t', function* () {
        yield* flag.store(1);
      });
      while ((yield* flag.load()) === 0) yield* s.yield();
    });
    assert.deepEqual(Object.keys(verdicts), ['none']);
    assert.equal(runs, 2);
  });

  it('does not hold a thread back that is the only one that could move', () => {
    const failure = runOnce(function* (s) {
      yield* s.yield();
      yield* s.spawn('waits', function* () {
        yield* s.semaphore('sem', 0).wait();
      });
      yield* s.yield();
      s.fail('got here');
    });
    assert.equal(failure?.message, 'got here');
  });

  it('lets any of them go on when all threads yield', () => {
    const firsts = new Set<string>();
    exhaust(function* (s) {
      const order = s.atomic('order', 0);
      const body = (me: number) =>
        function* () {
          yield* s.yield();
          if ((yield* order.exchange(me)) === 0) firsts.add(`t${me}`);
        };
      yield* s.spawn('t1', body(1));
      yield* s.spawn('t2', body(2));
    });
    assert.deepEqual(firsts, new Set(['t1', 't2']));
  });
});

describe('fence', () => {
  it('is a step that changes nothing', () => {
    const { runs, verdicts } = exhaust(function* (s) {
      yield* s.spawn('t', function* () {
        yield* s.fence();
      });
      yield* s.fence();
    });
    assert.equal(runs, 2);
    assert.deepEqual(verdicts, { none: 2 });
  });
});

describe('waitUntil', () => {
  it('blocks until its predicate holds, in one step, and reads what it peeked at', () => {
    const { verdicts, races, runs } = exhaust(function* (s) {
      const flag = s.atomic('flag', 0);
      const data = s.cell('data', 0);
      yield* s.spawn('t', function* () {
        yield* data.write(1);
        yield* flag.store(1);
      });
      yield* s.waitUntil(() => flag.peek() === 1);
      s.assert((yield* data.read()) === 1, 'data is there');
    });
    assert.deepEqual(verdicts, { none: 1 });
    assert.deepEqual(races, []);
    assert.equal(runs, 1);
  });

  it('checks the plain cells it peeks at for races', () => {
    const { races } = exhaust(function* (s) {
      const x = s.cell('x', 0);
      yield* s.spawn('t', function* () {
        yield* x.write(1);
      });
      yield* s.waitUntil(() => x.peek() === 1);
    });
    assert.deepEqual(races, ['t writes, main reads']);
  });

  it('is a deadlock when its predicate never comes to hold', () => {
    endsWith(
      'deadlock',
      function* (s) {
        const x = s.atomic('x', 0);
        yield* s.waitUntil(() => x.peek() === 1);
      },
      /main waits for ever/,
    );
  });

  it('reports an exception of the predicate as a panic of the waiting thread', () => {
    const failure = endsWith(
      'panic',
      function* (s) {
        yield* s.spawn('t', function* () {
          yield* s.waitUntil(() => {
            throw new RangeError('no');
          });
        });
      },
      /RangeError: no/,
    );
    assert.equal(failure.strand, 'main/t');
  });

  it('needs a predicate, and one that depends on shared objects alone', () => {
    endsWith(
      'scenario-misuse',
      function* (s) {
        yield* s.waitUntil(true as never);
      },
      /waitUntil needs a function/,
      /peek/,
    );
    let calls = 0;
    endsWith(
      'scenario-misuse',
      function* (s) {
        calls = 0;
        yield* s.waitUntil(() => calls++ === 0);
      },
      /two answers/,
      /peek\(\) alone/,
    );
  });
});
