/** Owns `bounded-buffer`: a producer and two consumers around one slot, with two conditions; own program. */
import { scenario } from '@smplab/explore';

export default scenario(
  'bounded-buffer',
  function* (s) {
    const m = s.mutex('m');
    const notFull = s.cond('not full');
    const notEmpty = s.cond('not empty');
    const slot = s.cell('slot', 0);
    const put = function* () {
      for (let value = 1; value <= 2; value++) {
        yield* m.lock();
        while ((yield* slot.read()) !== 0) yield* notFull.wait(m);
        yield* slot.write(value);
        yield* notEmpty.signal();
        yield* m.unlock();
      }
    };
    const take = function* () {
      yield* m.lock();
      while ((yield* slot.read()) === 0) yield* notEmpty.wait(m);
      const value = yield* slot.read();
      yield* slot.write(0);
      yield* notFull.signal();
      yield* m.unlock();
      return value;
    };

    const producer = yield* s.spawn('producer', put);
    const one = yield* s.spawn('consumer 1', take);
    const two = yield* s.spawn('consumer 2', take);
    yield* producer.join();
    s.assert((yield* one.join()) + (yield* two.join()) === 3, 'what goes in comes out');
  },
  {
    source: 'own program after the monitor of Hoare (1974)',
    shows:
      'Waits in a loop, with a condition for each reason to wait, take nothing twice and miss no wakeup.',
    expected: 'none',
  },
);
