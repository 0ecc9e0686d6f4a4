import assert from 'node:assert/strict';
import { endsWith, exhaust, runOnce } from '../exploration.ts';

describe('semaphore', () => {
  it('lets as many in as it counts', () => {
    let most = 0;
    const { verdicts } = exhaust(function* (s) {
      const sem = s.semaphore('sem', 2);
      const inside = s.atomic('inside', 0);
      const body = function* () {
        yield* sem.wait();
        most = Math.max(most, (yield* inside.add(1)) + 1);
        yield* inside.sub(1);
        yield* sem.post();
      };
      yield* s.spawn('t1', body);
      yield* s.spawn('t2', body);
      yield* body();
    });
    assert.deepEqual(Object.keys(verdicts), ['none']);
    assert.equal(most, 2);
  });

  it('orders a post before the wait that takes it', () => {
    const { races } = exhaust(function* (s) {
      const sem = s.semaphore('sem', 0);
      const x = s.cell('x', 0);
      yield* s.spawn('t', function* () {
        yield* x.write(1);
        yield* sem.post();
      });
      yield* sem.wait();
      yield* x.read();
    });
    assert.deepEqual(races, []);
  });

  it('orders all posts before who has taken as many', () => {
    const { races } = exhaust(function* (s) {
      const sem = s.semaphore('sem', 0);
      const a = s.array('a', 2, 0);
      for (const me of [0, 1]) {
        yield* s.spawn(`t${me}`, function* () {
          yield* a.write(me, 1);
          yield* sem.post();
        });
      }
      yield* sem.wait();
      yield* sem.wait();
      yield* a.read(0);
      yield* a.read(1);
    });
    assert.deepEqual(races, []);
  });

  it('does not order what comes after a post', () => {
    const { races } = exhaust(function* (s) {
      const sem = s.semaphore('sem', 0);
      const x = s.cell('x', 0);
      yield* s.spawn('t', function* () {
        yield* sem.post();
        yield* x.write(1);
      });
      yield* sem.wait();
      yield* x.read();
    });
    assert.deepEqual(races, ['main reads, t writes', 't writes, main reads']);
  });

  it('tells tryWait whether there was one to take', () => {
    const failure = runOnce(function* (s) {
      const sem = s.semaphore('sem', 1);
      s.assert(yield* sem.tryWait(), 'one');
      s.assert(!(yield* sem.tryWait()), 'none left');
      yield* sem.post();
      s.assert(yield* sem.tryWait(), 'one again');
    });
    assert.equal(failure, null);
  });

  it('leaves a thread that nobody posts for in a deadlock', () => {
    endsWith(
      'deadlock',
      function* (s) {
        yield* s.semaphore('sem', 0).wait();
      },
      /main waits for ever/,
    );
  });

  it('starts at a whole number from 0', () => {
    for (const count of [-1, 0.5, NaN, 2 ** 31]) {
      endsWith(
        'scenario-misuse',
        function* (s) {
          s.semaphore('sem', count);
        },
        /sem/,
      );
    }
  });
});
