/** Owns `bounded-buffer`: two producers and a consumer around one slot, with two conditions; own program. */
import { scenario } from '@smplab/explore';

export default scenario(
  'bounded-buffer',
  function* (s) {
    const m = s.mutex('m');
    const notFull = s.cond('not full');
    const notEmpty = s.cond('not empty');
    const slot = s.cell('slot', 0);
    const put = (value: number) =>
      function* () {
        yield* m.lock();
        while ((yield* slot.read()) !== 0) yield* notFull.wait(m);
        yield* slot.write(value);
        yield* notEmpty.signal();
        yield* m.unlock();
      };
    const takeTwo = function* () {
      let sum = 0;
      for (let i = 0; i < 2; i++) {
        yield* m.lock();
        while ((yield* slot.read()) === 0) yield* notEmpty.wait(m);
        sum += yield* slot.read();
        yield* slot.write(0);
        yield* notFull.signal();
        yield* m.unlock();
      }
      return sum;
    };

    const threads = [yield* s.spawn('producer 1', put(1)), yield* s.spawn('producer 2', put(2))];
    const consumer = yield* s.spawn('consumer', takeTwo);
    for (const thread of threads) yield* thread.join();
    s.assert((yield* consumer.join()) === 3, 'what goes in comes out');
  },
  {
    source: 'own program after the monitor of Hoare (1974)',
    shows: 'Waits in a loop and a condition per reason lose no wakeup.',
    expected: 'none',
  },
);
