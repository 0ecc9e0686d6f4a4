/** Owns `seqlock`: a reader that never blocks the writer and reads again if it was disturbed; own program. */
import { scenario } from '@smplab/explore';

const UPDATES = 2;

export default scenario(
  'seqlock',
  function* (s) {
    const sequence = s.atomic('sequence', 0);
    const low = s.atomic('low', 0);
    const high = s.atomic('high', 0);
    const update = function* () {
      for (let value = 1; value <= UPDATES; value++) {
        yield* sequence.add(1);
        yield* low.store(value);
        yield* high.store(value);
        yield* sequence.add(1);
      }
    };
    const look = function* () {
      while (true) {
        const before = yield* sequence.load();
        if (before % 2 !== 0) {
          yield* s.yield();
          continue;
        }
        const pair = [yield* low.load(), yield* high.load()];
        if ((yield* sequence.load()) !== before) continue;
        s.assert(pair[0] === pair[1], 'both words are of one update');
        return;
      }
    };

    const writer = yield* s.spawn('writer', update);
    const reader = yield* s.spawn('reader', look);
    yield* writer.join();
    yield* reader.join();
  },
  {
    source: 'own program after the sequence lock of Linux',
    shows: 'An even and unchanged sequence number means that the words read belong together.',
    expected: 'none',
  },
);
