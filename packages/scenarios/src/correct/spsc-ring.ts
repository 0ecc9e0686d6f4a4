/** Owns `spsc-ring`: a ring of two slots between one producer and one consumer; own program. */
import { scenario } from '@smplab/explore';

const SIZE = 2;
const ITEMS = 3;

export default scenario(
  'spsc-ring',
  function* (s) {
    const slots = s.array('slots', SIZE, 0);
    const head = s.atomic('head', 0);
    const tail = s.atomic('tail', 0);
    const produce = function* () {
      for (let item = 1; item <= ITEMS; item++) {
        const at = item - 1;
        while (at - (yield* head.load()) === SIZE) yield* s.yield();
        yield* slots.write(at % SIZE, item);
        yield* tail.store(at + 1);
      }
    };
    const consume = function* () {
      for (let item = 1; item <= ITEMS; item++) {
        const at = item - 1;
        while ((yield* tail.load()) === at) yield* s.yield();
        s.assert((yield* slots.read(at % SIZE)) === item, 'items come out in order');
        yield* head.store(at + 1);
      }
    };

    const producer = yield* s.spawn('producer', produce);
    const consumer = yield* s.spawn('consumer', consume);
    yield* producer.join();
    yield* consumer.join();
  },
  {
    source: 'own program after Lamport, Proving the correctness of multiprocess programs (1977)',
    shows: 'Two counters, each written by one side, hand plain slots over without a lock.',
    expected: 'none',
  },
);
