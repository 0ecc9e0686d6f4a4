/** Owns `rwlock-cache`: a pair of words that many read and one replaces; own program. */
import { scenario } from '@smplab/explore';

export default scenario(
  'rwlock-cache',
  function* (s) {
    const lock = s.rwlock('lock');
    const key = s.cell('key', 1);
    const value = s.cell('value', 10);
    const replace = function* () {
      yield* lock.writeLock();
      yield* key.write(2);
      yield* value.write(20);
      yield* lock.writeUnlock();
    };
    const look = function* () {
      yield* lock.readLock();
      const found = yield* key.read();
      s.assert((yield* value.read()) === found * 10, 'key and value belong together');
      yield* lock.readUnlock();
    };

    const threads = [
      yield* s.spawn('writer', replace),
      yield* s.spawn('reader 1', look),
      yield* s.spawn('reader 2', look),
    ];
    for (const thread of threads) yield* thread.join();
  },
  {
    source: 'own program',
    shows: 'Readers side by side never see half of a replacement.',
    expected: 'none',
  },
);
