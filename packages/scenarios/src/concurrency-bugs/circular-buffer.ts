/**
 * Owns `circular_buffer`: a consumer that counts its rounds, not its items. Rebuilt from SCTBench,
 * CS/circular_buffer_bad.
 */
import { scenario, type ScenarioBody } from '@smplab/explore';
import type { Variant } from '../variant.ts';

const ROUNDS = 7;
const SIZE = 10;

/**
 * Producer and consumer take turns by two flags; a round without one's turn is skipped, yet counted (fixed:
 * not).
 */
function circularBufferBody({ fixed = false }: Variant = {}): ScenarioBody {
  return function* (s) {
    const m = s.mutex('m');
    const buffer = s.array('buffer', SIZE, 0);
    const first = s.cell('first', 0);
    const next = s.cell('next', 0);
    const send = s.cell('send', 1);
    const receive = s.cell('receive', 0);

    const insert = function* (value: number) {
      const at = yield* next.read();
      yield* buffer.write(at, value);
      yield* next.write((at + 1) % SIZE);
    };
    const remove = function* () {
      if ((yield* next.read()) <= 0) return -1;
      const at = yield* first.read();
      if (at >= SIZE) return -1;
      yield* first.write(at + 1);
      return yield* buffer.read(at);
    };

    const producer = yield* s.spawn('producer', function* () {
      for (let round = 0, sent = 0; round < ROUNDS; round++) {
        yield* m.lock();
        if ((yield* send.read()) !== 0) {
          yield* insert(fixed ? sent++ : round);
          yield* send.write(0);
          yield* receive.write(1);
        }
        yield* m.unlock();
      }
    });
    const consumer = yield* s.spawn('consumer', function* () {
      for (let round = 0, received = 0; round < ROUNDS; round++) {
        yield* m.lock();
        if ((yield* receive.read()) !== 0) {
          const value = yield* remove();
          const expected = fixed ? received++ : round;
          s.assert(value === expected, 'items must come out in the order they went in');
          yield* receive.write(0);
          yield* send.write(1);
        }
        yield* m.unlock();
      }
    });
    yield* producer.join();
    yield* consumer.join();
  };
}

const source = 'SCTBench (mc-imperial/sctbench), CS/circular_buffer_bad';

export default [
  scenario('circular_buffer', circularBufferBody(), {
    source,
    shows: 'The round number of the consumer runs ahead of the items it has got.',
    expected: 'assertion',
  }),
  scenario('circular_buffer-fixed', circularBufferBody({ fixed: true }), {
    source,
    shows: 'Both sides number what they really sent and received.',
    expected: 'none',
  }),
];
