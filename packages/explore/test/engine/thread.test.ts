import assert from 'node:assert/strict';
import type { ThreadBody } from '../../src/engine/thread.ts';
import { type Thread } from '../../src/engine/thread.ts';
import type { ScenarioBody } from '../../src/scenario.ts';
import { endsWith, exhaust, runOnce } from '../exploration.ts';

describe('a thread', () => {
  it('returns an int32 to whoever joins it, 0 if it returns nothing', () => {
    const failure = runOnce(function* (s) {
      const t = yield* s.spawn('t', function* () {
        yield* s.fence();
        return -7;
      });
      const u = yield* s.spawn('u', function* () {});
      s.assert((yield* t.join()) === -7 && (yield* t.join()) === -7 && (yield* u.join()) === 0, 'results');
      s.assert(t.name === 't', 'its name');
    });
    assert.equal(failure, null);
  });

  it('runs up to its first operation within the step of its parent', () => {
    const logs = new Set<string>();
    const { runs } = exhaust(function* (s) {
      let order = '';
      const t = yield* s.spawn('t', function* () {
        order += 'child ';
        yield* s.fence();
      });
      order += 'parent';
      yield* t.join();
      logs.add(order);
    });
    assert.deepEqual(logs, new Set(['child parent']));
    assert.equal(runs, 1);
  });

  it('is ordered after its parent, and its parent after the join', () => {
    const { races } = exhaust(function* (s) {
      const x = s.cell('x', 0);
      yield* x.write(1);
      const t = yield* s.spawn('t', function* () {
        yield* x.write((yield* x.read()) + 1);
      });
      yield* t.join();
      yield* x.write(3);
    });
    assert.deepEqual(races, []);
  });

  it('is not ordered with its parent in between', () => {
    const { races } = exhaust(function* (s) {
      const x = s.cell('x', 0);
      const t = yield* s.spawn('t', function* () {
        yield* x.read();
      });
      yield* x.write(3);
      yield* t.join();
    });
    assert.deepEqual(races, ['main writes, t reads', 't reads, main writes']);
  });

  it('goes on after main has ended: the run ends with the last thread', () => {
    endsWith(
      'assertion',
      function* (s) {
        yield* s.spawn('t', function* () {
          yield* s.fence();
          yield* s.fence();
          s.fail('still there');
        });
      },
      /still there/,
    );
  });

  it('may spawn threads itself, and is known by its path', () => {
    const failure = endsWith('assertion', function* (s) {
      yield* s.spawn('t', function* () {
        yield* s.spawn('u', function* () {
          yield* s.fence();
          s.fail('here');
        });
      });
    });
    assert.equal(failure.strand, 'main/t/u');
  });

  it('returns an int32 or nothing', () => {
    for (const value of [0.5, 'text', true, {}, 2 ** 31, NaN]) {
      endsWith(
        'scenario-misuse',
        function* (s) {
          yield* s.spawn('t', function* () {
            return value;
          });
        },
        /thread t returned/,
        /int32/,
      );
    }
  });

  it('panics by an exception nobody catches, and fails by one of node:assert', () => {
    const failure = endsWith(
      'panic',
      function* (s) {
        yield* s.spawn('t', function* () {
          yield* s.fence();
          throw new RangeError('too far');
        });
      },
      /uncaught RangeError: too far/,
    );
    assert.equal(failure.strand, 'main/t');
    endsWith(
      'panic',
      function* () {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- what is thrown need not be an error
        throw 'a text';
      },
      /a text/,
    );
    endsWith(
      'assertion',
      function* (s) {
        const x = s.atomic('x', 1);
        assert.equal(yield* x.load(), 2, 'x is two');
      },
      /x is two/,
    );
  });

  it('may catch its own exceptions', () => {
    const failure = runOnce(function* (s) {
      try {
        yield* s.fence();
        throw new RangeError('too far');
      } catch {
        yield* s.fence();
      }
    });
    assert.equal(failure, null);
  });
});

describe('the body of a thread', () => {
  const wrong: [string, unknown, RegExp][] = [
    ['an async function', async () => Promise.resolve(), /async.*function\*/],
    ['an async generator function', async function* () {}, /async.*function\*/],
    ['a plain function', () => 5, /generator function.*function\*/],
    ['a number', 5, /generator function.*function\*/],
    ['nothing', undefined, /generator function.*function\*/],
  ];
  for (const [what, body, message] of wrong) {
    it(`must be a generator function, not ${what}`, () => {
      endsWith(
        'scenario-misuse',
        function* (s) {
          yield* s.spawn('t', body as ThreadBody);
        },
        message,
      );
      if (typeof body === 'function') endsWith('scenario-misuse', body as ScenarioBody, message);
    });
  }

  it('yields operations only', () => {
    endsWith(
      'scenario-misuse',
      function* () {
        yield 5;
      },
      /yielded 5/,
      /yield\*/,
    );
    endsWith(
      'scenario-misuse',
      function* () {
        yield;
      },
      /yielded undefined/,
      /yield\*/,
    );
    endsWith(
      'scenario-misuse',
      function* () {
        yield Promise.resolve();
      },
      /yielded a promise/,
      /cannot be explored/,
    );
    endsWith(
      'scenario-misuse',
      function* () {
        yield { done: false, value: undefined };
      },
      /yielded an object/,
    );
  });
});

describe('a failure of a thread', () => {
  it('cannot be hidden by a catch', () => {
    endsWith('lock-misuse', function* (s) {
      const [m, x] = [s.mutex('m'), s.atomic('x', 0)];
      try {
        yield* m.unlock();
      } catch {
        yield* x.store(1);
      }
    });
    endsWith(
      'assertion',
      function* (s) {
        try {
          s.fail('first');
        } catch {
          s.log('caught');
        }
        yield* s.fence();
      },
      /first/,
    );
    endsWith(
      'assertion',
      function* (s) {
        try {
          s.fail('at the very end');
        } catch {
          // hidden, one might think
        }
      },
      /at the very end/,
    );
  });

  it('cannot be replaced by a later one', () => {
    endsWith(
      'assertion',
      function* (s) {
        try {
          s.fail('first');
        } finally {
          // eslint-disable-next-line no-unsafe-finally -- the abuse this is about
          throw new RangeError('second');
        }
      },
      /first/,
    );
    endsWith(
      'assertion',
      function* (s) {
        try {
          s.fail('first');
        } catch {
          s.fail('second');
        }
      },
      /first/,
    );
    endsWith(
      'assertion',
      function* (s) {
        try {
          yield* s.spawn('t', function* () {
            s.fail('in the child');
          });
        } catch {
          return 5.5;
        }
        return 0;
      },
      /in the child/,
    );
  });

  it('ends the run: nobody is resumed, and abandoned generators are not returned', () => {
    const log: string[] = [];
    endsWith('assertion', function* (s) {
      const t = yield* s.spawn('t', function* () {
        try {
          yield* s.semaphore('never', 0).wait();
          log.push('resumed');
        } finally {
          log.push('returned');
        }
      });
      try {
        yield* s.fence();
        s.fail('over');
      } catch {
        yield* t.join();
        log.push('main resumed');
      } finally {
        log.push('main left');
      }
    });
    assert.deepEqual(log, []);
  });

  it('is not confused with an exception of an earlier run', () => {
    let kept: unknown = null;
    runOnce(function* (s) {
      try {
        s.fail('old');
      } catch (error) {
        kept = error;
      }
    });
    endsWith(
      'scenario-misuse',
      function* () {
        throw kept;
      },
      /earlier run/,
    );
  });
});

describe('join', () => {
  it('blocks until the thread has ended', () => {
    const { verdicts } = exhaust(function* (s) {
      let ended = false;
      const t = yield* s.spawn('t', function* () {
        yield* s.fence();
        yield* s.fence();
        ended = true;
      });
      yield* t.join();
      s.assert(ended, 'it has ended');
    });
    assert.deepEqual(verdicts, { none: 1 });
  });

  it('refuses a thread of another run', () => {
    let kept: Thread | null = null;
    runOnce(function* (s) {
      kept = yield* s.spawn('t', function* () {});
    });
    endsWith(
      'scenario-misuse',
      function* () {
        yield* kept!.join();
      },
      /another run/,
    );
  });
});
