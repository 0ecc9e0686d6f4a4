import assert from 'node:assert/strict';
import { endsWith, exhaust } from '../exploration.ts';

describe('mutex', () => {
  it('lets one thread in at a time, and orders them', () => {
    const { verdicts, races } = exhaust(function* (s) {
      const m = s.mutex('m');
      const x = s.cell('x', 0);
      const inc = function* () {
        yield* m.lock();
        yield* x.write((yield* x.read()) + 1);
        yield* m.unlock();
      };
      const t1 = yield* s.spawn('t1', inc);
      const t2 = yield* s.spawn('t2', inc);
      yield* t1.join();
      yield* t2.join();
      s.assert((yield* x.read()) === 2, 'both count');
    });
    assert.deepEqual(Object.keys(verdicts), ['none']);
    assert.deepEqual(races, []);
  });

  it('does not order threads that lock different mutexes', () => {
    const { races } = exhaust(function* (s) {
      const [m, n] = [s.mutex('m'), s.mutex('n')];
      const x = s.cell('x', 0);
      yield* s.spawn('t', function* () {
        yield* m.lock();
        yield* x.write(1);
        yield* m.unlock();
      });
      yield* n.lock();
      yield* x.write(2);
      yield* n.unlock();
    });
    assert.deepEqual(races, ['main writes, t writes', 't writes, main writes']);
  });

  it('tells tryLock whether it was free, and orders only who got it', () => {
    const seen = new Set<boolean>();
    const { verdicts, races } = exhaust(function* (s) {
      const m = s.mutex('m');
      const x = s.cell('x', 0);
      yield* s.spawn('t', function* () {
        yield* m.lock();
        yield* x.write(1);
        yield* m.unlock();
      });
      const got = yield* m.tryLock();
      seen.add(got);
      if (!got) return;
      yield* x.read();
      yield* m.unlock();
    });
    assert.deepEqual(seen, new Set([true, false]));
    assert.deepEqual(Object.keys(verdicts), ['none']);
    assert.deepEqual(races, []);
  });

  it('is not recursive: tryLock by the owner fails, lock by the owner waits for itself', () => {
    endsWith(
      'deadlock',
      function* (s) {
        const m = s.mutex('m');
        yield* m.lock();
        s.assert(!(yield* m.tryLock()), 'held');
        yield* m.lock();
      },
      /main waits for itself/,
    );
  });

  it('may be unlocked by its owner only', () => {
    endsWith(
      'lock-misuse',
      function* (s) {
        yield* s.mutex('m').unlock();
      },
      /main unlocks mutex m, which nobody holds/,
    );
    const failure = endsWith(
      'lock-misuse',
      function* (s) {
        const m = s.mutex('m');
        yield* m.lock();
        yield* s.spawn('t', function* () {
          yield* m.unlock();
        });
        yield* s.spawn('idle', function* () {});
        yield* m.unlock();
        yield* m.unlock();
      },
      /unlocks mutex m, which (main|nobody) holds/,
    );
    assert.ok(failure.strand !== null);
  });

  it('leaves a lock that was not granted out of the count of steps', () => {
    const { runs } = exhaust(function* (s) {
      const m = s.mutex('m');
      const body = function* () {
        yield* m.lock();
        yield* m.unlock();
      };
      yield* s.spawn('t', body);
      yield* body();
    });
    assert.equal(runs, 2);
  });
});
