/** Owns `chase-lev-deque`: a work-stealing deque without a lock; own program. */
import { scenario, type ScenarioContext } from '@smplab/explore';

const SIZE = 4;
const NOTHING = 0;

function makeDeque(s: ScenarioContext) {
  const top = s.atomic('top', 0);
  const bottom = s.atomic('bottom', 0);
  const slots = Array.from({ length: SIZE }, (_, i) => s.atomic(`slot ${i}`, NOTHING));

  const push = function* (item: number) {
    const at = yield* bottom.load();
    yield* slots[at % SIZE].store(item);
    yield* bottom.store(at + 1);
  };
  const steal = function* () {
    const at = yield* top.load();
    if (at >= (yield* bottom.load())) return NOTHING;
    const item = yield* slots[at % SIZE].load();
    return (yield* top.compareExchange(at, at + 1)) ? item : NOTHING;
  };
  const pop = function* () {
    const at = (yield* bottom.load()) - 1;
    yield* bottom.store(at);
    const first = yield* top.load();
    if (at > first) return yield* slots[at % SIZE].load();
    let item = NOTHING;
    if (at === first) {
      item = yield* slots[at % SIZE].load();
      if (!(yield* top.compareExchange(first, first + 1))) item = NOTHING;
    }
    yield* bottom.store(first + 1);
    return item;
  };
  return { push, pop, steal };
}

export default scenario(
  'chase-lev-deque',
  function* (s) {
    const deque = makeDeque(s);
    yield* deque.push(1);
    yield* deque.push(2);
    const thief = yield* s.spawn('thief', deque.steal);
    let sum = yield* deque.pop();
    sum += yield* deque.pop();
    sum += yield* thief.join();
    s.assert(sum === 3, 'each item is taken once');
  },
  {
    source: 'own program after Chase and Lev, Dynamic circular work-stealing deque (2005)',
    shows: 'Owner and thief settle who gets the last item by one compare-and-exchange.',
    expected: 'none',
  },
);
