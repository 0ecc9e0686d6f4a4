import assert from 'node:assert/strict';
import { endsWith, exhaust, runOnce } from '../exploration.ts';

describe('rwlock', () => {
  it('lets readers in together and a writer alone', () => {
    let most = 0;
    const { verdicts } = exhaust(function* (s) {
      const rw = s.rwlock('rw');
      const inside = s.atomic('inside', 0);
      const writing = s.atomic('writing', 0);
      const reader = function* () {
        yield* rw.readLock();
        most = Math.max(most, (yield* inside.add(1)) + 1);
        s.assert(writing.peek() === 0, 'no writer');
        yield* inside.sub(1);
        yield* rw.readUnlock();
      };
      yield* s.spawn('r1', reader);
      yield* s.spawn('r2', reader);
      yield* rw.writeLock();
      s.assert(inside.peek() === 0, 'no reader');
      yield* writing.store(1);
      yield* writing.store(0);
      yield* rw.writeUnlock();
    });
    assert.deepEqual(Object.keys(verdicts), ['none']);
    assert.equal(most, 2);
  });

  it('orders readers after writers and writers after all readers', () => {
    const { races } = exhaust(function* (s) {
      const rw = s.rwlock('rw');
      const x = s.cell('x', 0);
      const reader = function* () {
        yield* rw.readLock();
        yield* x.read();
        yield* rw.readUnlock();
      };
      yield* s.spawn('r1', reader);
      yield* s.spawn('r2', reader);
      yield* rw.writeLock();
      yield* x.write(1);
      yield* rw.writeUnlock();
    });
    assert.deepEqual(races, []);
  });

  it('does not order a writer that only read-locks', () => {
    const { races } = exhaust(function* (s) {
      const rw = s.rwlock('rw');
      const x = s.cell('x', 0);
      const wrong = function* () {
        yield* rw.readLock();
        yield* x.write(1);
        yield* rw.readUnlock();
      };
      yield* s.spawn('t', wrong);
      yield* wrong();
    });
    assert.deepEqual(races, ['main writes, t writes', 't writes, main writes']);
  });

  it('lets a reader in again, also while a writer waits', () => {
    const { verdicts } = exhaust(function* (s) {
      const rw = s.rwlock('rw');
      yield* s.spawn('w', function* () {
        yield* rw.writeLock();
        yield* rw.writeUnlock();
      });
      yield* rw.readLock();
      yield* rw.readLock();
      yield* rw.readUnlock();
      yield* rw.readUnlock();
    });
    assert.deepEqual(Object.keys(verdicts), ['none']);
  });

  it('reports an upgrade from read to write as a deadlock with itself', () => {
    endsWith(
      'deadlock',
      function* (s) {
        const rw = s.rwlock('rw');
        yield* rw.readLock();
        yield* rw.writeLock();
      },
      /main waits for itself/,
    );
  });

  it('tells the try forms whether they got it', () => {
    const failure = runOnce(function* (s) {
      const rw = s.rwlock('rw');
      s.assert(yield* rw.tryReadLock(), 'free: a reader gets in');
      s.assert(yield* rw.tryReadLock(), 'read-held: another reader gets in');
      s.assert(!(yield* rw.tryWriteLock()), 'read-held: no writer');
      yield* rw.readUnlock();
      yield* rw.readUnlock();
      s.assert(yield* rw.tryWriteLock(), 'free: a writer gets in');
      s.assert(!(yield* rw.tryReadLock()), 'write-held: no reader');
      s.assert(!(yield* rw.tryWriteLock()), 'write-held: no writer');
      yield* rw.writeUnlock();
    });
    assert.equal(failure, null);
  });

  it('may be unlocked by its holders only, each in its own way', () => {
    endsWith(
      'lock-misuse',
      function* (s) {
        yield* s.rwlock('rw').readUnlock();
      },
      /main read-unlocks rwlock rw, which nobody holds/,
    );
    endsWith(
      'lock-misuse',
      function* (s) {
        const rw = s.rwlock('rw');
        yield* rw.readLock();
        yield* rw.writeUnlock();
      },
      /main write-unlocks rwlock rw, which main holds/,
    );
    endsWith(
      'lock-misuse',
      function* (s) {
        const rw = s.rwlock('rw');
        yield* rw.writeLock();
        yield* rw.readUnlock();
      },
      /main read-unlocks rwlock rw, which main holds/,
    );
  });

  it('keeps count of more readers than it first made room for', () => {
    const failure = runOnce(function* (s) {
      const rw = s.rwlock('rw');
      const gate = s.barrier('gate', 20);
      for (let i = 0; i < 20; i++) {
        yield* s.spawn(`r${i}`, function* () {
          yield* rw.readLock();
          yield* gate.wait();
          yield* rw.readUnlock();
        });
      }
      yield* rw.writeLock();
      yield* rw.writeUnlock();
    });
    assert.equal(failure, null);
  });
});
