/**
 * Owns `WorkStealQueue`: the deque of Cilk's THE protocol with a mutex between thieves and owner, whose push
 * is off by one. Rebuilt from SCTBench, Chess/WSQ (the queue of the CHESS examples).
 */
import { scenario, type ScenarioBody, type ScenarioContext } from '@smplab/explore';
import type { Variant } from '../variant.ts';

const ITEMS = 4;
const STEAL_ATTEMPTS = 2;
const NOTHING = -1;

/** The queue: owner pushes and pops at `tail`, thieves take at `head`; it starts as a ring of two. */
function makeQueue(s: ScenarioContext, fixed: boolean) {
  const foreign = s.mutex('foreign');
  const head = s.atomic('head', 0);
  const tail = s.atomic('tail', 0);
  const mask = s.cell('mask', 1);
  const rings = new Map([2, 4, 8].map((size) => [size - 1, s.array(`ring of ${size}`, size, NOTHING)]));
  const ring = (m: number) => rings.get(m)!;

  const steal = function* () {
    yield* foreign.lock();
    const h = yield* head.load();
    yield* head.store(h + 1);
    let item = NOTHING;
    if (h < (yield* tail.load())) {
      const m = yield* mask.read();
      item = yield* ring(m).read(h & m);
    } else {
      yield* head.store(h);
    }
    yield* foreign.unlock();
    return item;
  };
  const take = function* (t: number) {
    const m = yield* mask.read();
    return yield* ring(m).read(t & m);
  };
  const popAgainstThieves = function* () {
    yield* foreign.lock();
    let item = NOTHING;
    const t = (yield* tail.load()) - 1;
    yield* tail.store(t);
    if ((yield* head.load()) <= t) {
      item = yield* take(t);
    } else {
      yield* head.store(0);
      yield* tail.store(0);
    }
    yield* foreign.unlock();
    return item;
  };
  const pop = function* () {
    const t = (yield* tail.load()) - 1;
    yield* tail.store(t);
    if ((yield* head.load()) <= t) return yield* take(t);
    yield* tail.store(t + 1);
    return yield* popAgainstThieves();
  };
  const pushAndGrow = function* (item: number) {
    yield* foreign.lock();
    const old = yield* mask.read();
    const h = yield* head.load();
    const count = (yield* tail.load()) - h;
    const wide = old * 2 + 1;
    for (let i = 0; i < count; i++) yield* ring(wide).write(i, yield* ring(old).read((h + i) & old));
    yield* mask.write(wide);
    yield* head.store(0);
    yield* ring(wide).write(count, item);
    yield* tail.store(count + 1);
    yield* foreign.unlock();
  };
  const push = function* (item: number) {
    const t = yield* tail.load();
    const m = yield* mask.read();
    const room = (yield* head.load()) + m + (fixed ? 0 : 1);
    if (t >= room) return yield* pushAndGrow(item);
    yield* ring(m).write(t & m, item);
    yield* tail.store(t + 1);
  };
  return { steal, pop, push };
}

/**
 * `main` owns the queue: twice push, push, pop, then two pops; a thief steals twice. Each item is taken once.
 */
function workStealQueueBody({ fixed = false }: Variant = {}): ScenarioBody {
  return function* (s) {
    const queue = makeQueue(s, fixed);
    const taken = s.array('taken', ITEMS, 0);
    const use = function* (item: number) {
      if (item !== NOTHING) yield* taken.write(item, (yield* taken.read(item)) + 1);
    };

    const thief = yield* s.spawn('thief', function* () {
      for (let attempt = 0; attempt < STEAL_ATTEMPTS; attempt++) yield* use(yield* queue.steal());
    });
    for (let item = 0; item < ITEMS; item += 2) {
      yield* queue.push(item);
      yield* queue.push(item + 1);
      yield* use(yield* queue.pop());
    }
    for (let i = 0; i < ITEMS / 2; i++) yield* use(yield* queue.pop());
    yield* thief.join();
    for (let item = 0; item < ITEMS; item++) {
      s.assert(taken.peek(item) === 1, `item ${item} must be taken exactly once`);
    }
  };
}

const source = 'SCTBench (mc-imperial/sctbench), Chess/WSQ: the CHESS WorkStealQueue with a mutex';

export default [
  scenario('WorkStealQueue', workStealQueueBody(), {
    source,
    shows: 'A push that is off by one overwrites the slot that a thief reads: one item is lost, one doubled.',
    expected: 'assertion',
  }),
  scenario('WorkStealQueue-fixed', workStealQueueBody({ fixed: true }), {
    source,
    shows: 'The push leaves one slot free, for the thief that has already moved the head.',
    expected: 'none',
  }),
];
