/** Owns `once`: the first caller initialises, the others wait until it has; own program. */
import { scenario } from '@smplab/explore';

const NEW = 0;
const RUNNING = 1;
const DONE = 2;

export default scenario(
  'once',
  function* (s) {
    const state = s.atomic('state', NEW);
    const table = s.cell('table', 0);
    const initialise = function* () {
      if ((yield* state.load()) === DONE) return;
      if (yield* state.compareExchange(NEW, RUNNING)) {
        yield* table.write((yield* table.read()) + 1);
        yield* state.store(DONE);
      } else {
        yield* s.waitUntil(() => state.peek() === DONE);
      }
    };
    const use = function* () {
      yield* initialise();
      s.assert((yield* table.read()) === 1, 'the table is initialised once, and before it is used');
    };

    const threads = [];
    for (let i = 1; i <= 3; i++) threads.push(yield* s.spawn(`t${i}`, use));
    for (const thread of threads) yield* thread.join();
  },
  {
    source: 'own program after pthread_once',
    shows: 'One compare-and-exchange decides who initialises; everyone returns after it is done.',
    expected: 'none',
  },
);
