/**
 * Owns `treiber-stack`: push and pop by compare-and-exchange of the top, nodes freed only at the end; own
 * program.
 */
import { scenario } from '@smplab/explore';

export default scenario(
  'treiber-stack',
  function* (s) {
    const top = s.atomic('top', 0);
    const push = function* (value: number) {
      const node = yield* s.alloc('node', { value, next: 0 });
      while (true) {
        const below = yield* top.load();
        yield* node.write('next', below);
        if (yield* top.compareExchange(below, node.id)) return;
      }
    };
    const pop = function* () {
      while (true) {
        const id = yield* top.load();
        if (id === 0) return 0;
        if (yield* top.compareExchange(id, yield* s.deref(id).read('next'))) return id;
      }
    };
    const work = (value: number) =>
      function* () {
        yield* push(value);
        return yield* pop();
      };

    const one = yield* s.spawn('t1', work(1));
    const two = yield* s.spawn('t2', work(2));
    let sum = 0;
    for (const id of [yield* one.join(), yield* two.join()]) {
      sum += yield* s.deref(id).read('value');
      yield* s.free(id);
    }
    s.assert(sum === 3 && top.peek() === 0, 'each node is popped once');
  },
  {
    source: 'own program after Treiber, Systems programming: coping with parallelism (1986)',
    shows: 'Without reuse of nodes there is no ABA, and a node popped by another may still be read.',
    expected: 'none',
  },
);
