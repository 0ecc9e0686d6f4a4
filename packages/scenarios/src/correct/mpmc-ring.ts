/**
 * Owns `mpmc-ring`: a bounded ring with a sequence number per slot, for many producers and consumers; own
 * program.
 */
import { scenario, type ScenarioContext } from '@smplab/explore';

const SIZE = 2;
const EMPTY = 0;

function makeRing(s: ScenarioContext) {
  const sequences = Array.from({ length: SIZE }, (_, i) => s.atomic(`sequence ${i}`, i));
  const slots = s.array('slots', SIZE, EMPTY);
  const enqueueAt = s.atomic('enqueue', 0);
  const dequeueAt = s.atomic('dequeue', 0);

  const enqueue = function* (item: number) {
    while (true) {
      const at = yield* enqueueAt.load();
      const ahead = (yield* sequences[at % SIZE].load()) - at;
      if (ahead < 0) return false;
      if (ahead > 0 || !(yield* enqueueAt.compareExchange(at, at + 1))) continue;
      yield* slots.write(at % SIZE, item);
      yield* sequences[at % SIZE].store(at + 1);
      return true;
    }
  };
  const dequeue = function* () {
    while (true) {
      const at = yield* dequeueAt.load();
      const ahead = (yield* sequences[at % SIZE].load()) - (at + 1);
      if (ahead < 0) return EMPTY;
      if (ahead > 0 || !(yield* dequeueAt.compareExchange(at, at + 1))) continue;
      const item = yield* slots.read(at % SIZE);
      yield* sequences[at % SIZE].store(at + SIZE);
      return item;
    }
  };
  return { enqueue, dequeue };
}

export default scenario(
  'mpmc-ring',
  function* (s) {
    const ring = makeRing(s);
    const produce = (item: number) =>
      function* () {
        s.assert(yield* ring.enqueue(item), 'there is room for both items');
      };
    const threads = [yield* s.spawn('producer 1', produce(1)), yield* s.spawn('producer 2', produce(2))];
    const consumers = [
      yield* s.spawn('consumer 1', ring.dequeue),
      yield* s.spawn('consumer 2', ring.dequeue),
    ];
    for (const thread of threads) yield* thread.join();
    let sum = 0;
    for (const consumer of consumers) sum += yield* consumer.join();
    for (let i = 0; i < SIZE; i++) sum += yield* ring.dequeue();
    s.assert(sum === 3, 'each item comes out once');
  },
  {
    source: "own program after Vyukov's bounded MPMC queue (1024cores.net)",
    shows: 'The sequence number of a slot says whose turn it is, so that slots are plain memory.',
    expected: 'none',
  },
);
