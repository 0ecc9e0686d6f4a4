/** Owns `michael-scott-queue`: a linked queue whose tail may lag and is helped along; own program. */
import { scenario, type ScenarioContext } from '@smplab/explore';

const NODES = 3;
const NONE = -1;

/** Nodes are numbers 0 (the dummy) to 2; node i carries the value i. They are never reused. */
function makeQueue(s: ScenarioContext) {
  const next = Array.from({ length: NODES }, (_, i) => s.atomic(`node ${i}.next`, NONE));
  const head = s.atomic('head', 0);
  const tail = s.atomic('tail', 0);

  const enqueue = function* (node: number) {
    while (true) {
      const last = yield* tail.load();
      const after = yield* next[last].load();
      if (after !== NONE) {
        yield* tail.compareExchange(last, after);
      } else if (yield* next[last].compareExchange(NONE, node)) {
        yield* tail.compareExchange(last, node);
        return;
      }
    }
  };
  const dequeue = function* () {
    while (true) {
      const first = yield* head.load();
      const last = yield* tail.load();
      const after = yield* next[first].load();
      if (after === NONE) return NONE;
      if (first === last) yield* tail.compareExchange(last, after);
      else if (yield* head.compareExchange(first, after)) return after;
    }
  };
  return { enqueue, dequeue };
}

export default scenario(
  'michael-scott-queue',
  function* (s) {
    const queue = makeQueue(s);
    const values = s.array('values', NODES, 0);
    const work = (node: number) =>
      function* () {
        yield* values.write(node, node);
        yield* queue.enqueue(node);
        const got = yield* queue.dequeue();
        s.assert(got !== NONE, 'whoever put something in finds something');
        return yield* values.read(got);
      };

    const one = yield* s.spawn('t1', work(1));
    const two = yield* s.spawn('t2', work(2));
    s.assert((yield* one.join()) + (yield* two.join()) === 3, 'each item comes out once');
  },
  {
    source: 'own program after Michael and Scott, Simple, fast, and practical queues (1996)',
    shows: 'A thread that finds the tail lagging moves it on instead of waiting.',
    expected: 'none',
  },
);
