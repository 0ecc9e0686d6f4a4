import assert from 'node:assert/strict';
import { scenario } from '../../src/scenario.ts';
import { adders, abba, lostUpdate, parallel, sharedAtomic } from '../campaign/programs.ts';
import { chiSquare, strategyFor, tally, upTo, walk } from './walk.ts';

const ORDERS_3_3 = 20;
/** Exceeded by chance once in a thousand, with 19 degrees of freedom. */
const LIMIT = 43.8;

/** The order in which the threads t1 and t2 made their adds, whatever else happened. */
function ordersOf(program: Parameters<typeof walk>[0], strategy: Parameters<typeof walk>[1]): string[] {
  return walk(program, strategy, upTo(4000)).map(({ order }) => order);
}

describe('SURW', () => {
  it('samples the interleavings of the accesses to one location uniformly', () => {
    const program = adders(3, 3);
    const orders = tally(ordersOf(program, strategyFor(program, 'surw')));
    assert.equal(orders.size, ORDERS_3_3);
    assert.ok(chiSquare(orders.values(), ORDERS_3_3) < LIMIT);
  });

  it('does so where a random walk does not', () => {
    const orders = tally(ordersOf(adders(3, 3), strategyFor(adders(3, 3), 'random')));
    assert.ok(chiSquare(orders.values(), ORDERS_3_3) > 2 * LIMIT);
  });

  it('counts the children that a strand has still to spawn for it', () => {
    const orders: string[] = [];
    const program = scenario('spawned', function* (s) {
      let order = '';
      const x = s.atomic('x', 0);
      const adds = (name: string) =>
        function* (): Generator<unknown, void> {
          for (let i = 0; i < 3; i++) {
            yield* x.add(1);
            order += name;
          }
        };
      const a = yield* s.spawn('a', adds('a'));
      const b = yield* s.spawn('b', adds('b'));
      yield* a.join();
      yield* b.join();
      orders.push(order);
    });
    const strategy = strategyFor(program, 'surw');
    orders.length = 0;
    walk(program, strategy, upTo(4000));
    const counts = tally(orders);
    assert.equal(counts.size, ORDERS_3_3);
    assert.ok(chiSquare(counts.values(), ORDERS_3_3) < LIMIT);
  });

  it('is not led astray by what else the threads do', () => {
    const body = (mine: string) =>
      function* (s: Parameters<Parameters<typeof scenario>[1]>[0]): Generator<unknown, void> {
        const x = sharedAtomic(s);
        const own = s.atomic(mine, 0);
        for (let i = 0; i < 3; i++) {
          for (let j = 0; j < (mine === 'p' ? 4 : 1); j++) yield* own.add(1);
          yield* x.add(1);
        }
      };
    const program = parallel('busy', body('p'), body('q'));
    const orders = ordersOf(program, strategyFor(program, 'surw')).map((order) => {
      // Of the steps of t1 every fifth is an add to x, of those of t2 every second.
      const every = { t1: 5, t2: 2 };
      const made = { t1: 0, t2: 0 };
      return order
        .split(' ')
        .filter((name) => ++made[name as 't1' | 't2'] % every[name as 't1' | 't2'] === 0)
        .join(' ');
    });
    const counts = tally(orders);
    assert.equal(counts.size, ORDERS_3_3);
    assert.ok(chiSquare(counts.values(), ORDERS_3_3) < LIMIT);
  });

  it('finds small bugs soon', () => {
    for (const program of [lostUpdate, abba]) {
      const verdicts = walk(program, strategyFor(program, 'surw'), upTo(40)).map(({ verdict }) => verdict);
      assert.ok(
        verdicts.some((verdict) => verdict !== 'none'),
        program.name,
      );
    }
  });

  it('runs programs in which no location is shared', () => {
    const program = parallel('single', function* (s) {
      yield* s.fence();
    });
    assert.equal(walk(program, strategyFor(program, 'surw'), upTo(3)).length, 3);
  });

  it('ends when threads do more or less than the profile saw', () => {
    const program = parallel(
      'varying',
      function* (s) {
        const x = sharedAtomic(s);
        for (let i = s.choose(8); i > 0; i--) yield* x.add(1);
        yield* x.add(1);
      },
      function* (s) {
        const x = sharedAtomic(s);
        while ((yield* x.load()) === 0) yield* s.yield();
        for (let i = s.choose(8); i > 0; i--) yield* x.add(1);
      },
    );
    const walked = walk(program, strategyFor(program, 'surw'), upTo(500));
    assert.ok(walked.every(({ verdict }) => verdict === 'none'));
  });
});
