/**
 * Owns the programs of the benchmark of the explorer (contracts.md, section 4), written as a user would write
 * them. They are the programs other explorers were measured on, so their shape is not to be changed.
 */
import { type Scenario, scenario, type ScenarioContext, type Step, type Thread } from '@smplab/explore';

/** One program and what is measured on it. */
export interface ExploreCase {
  readonly name: string;
  readonly scenario: Scenario;
  /** Small enough for every interleaving to be run. */
  readonly isExhaustive: boolean;
  /** Has a bug, and how soon it is found is measured too. */
  readonly hasBug: boolean;
}

type Body = () => Generator<unknown, void>;

/** Spawns the bodies in order and joins them in order. */
function* together(s: ScenarioContext, bodies: readonly Body[]): Generator<unknown, void> {
  const threads: Thread[] = [];
  for (const [i, body] of bodies.entries()) threads.push(yield* spawned(s, i, body));
  for (const thread of threads) yield* thread.join();
}

function spawned(s: ScenarioContext, index: number, body: Body): Step<Thread> {
  return s.spawn(`t${index + 1}`, body);
}

const times = (count: number, body: Body): Body[] => Array.from({ length: count }, () => body);

/** 3 threads x 10 x {lock; v++; unlock}, v no step. */
const a = scenario('a', function* (s) {
  let v = 0;
  const m = s.mutex('m');
  yield* together(
    s,
    times(3, function* () {
      for (let i = 0; i < 10; i++) {
        yield* m.lock();
        v++;
        yield* m.unlock();
      }
    }),
  );
  s.assert(v === 30, 'v must be 30');
});

/** As a, with v a cell read and written inside the lock. */
const a2 = scenario('a2', function* (s) {
  const v = s.cell('v', 0);
  const m = s.mutex('m');
  yield* together(
    s,
    times(3, function* () {
      for (let i = 0; i < 10; i++) {
        yield* m.lock();
        yield* v.write((yield* v.read()) + 1);
        yield* m.unlock();
      }
    }),
  );
  s.assert(v.peek() === 30, 'v must be 30');
});

/** 3 x 10 x {atomic load; atomic store}: lost updates. */
const b = scenario('b', function* (s) {
  const x = s.atomic('x', 0);
  yield* together(
    s,
    times(3, function* () {
      for (let i = 0; i < 10; i++) yield* x.store((yield* x.load()) + 1);
    }),
  );
  s.assert(x.peek() === 30, 'x must be 30');
});

/** A rare lost update: each thread's only update is at the far end of its ten dummy loads. */
const b2 = scenario('b2', function* (s) {
  const x = s.atomic('x', 0);
  const dummy = s.atomic('dummy', 0);
  yield* together(s, [
    function* () {
      for (let i = 0; i < 10; i++) yield* dummy.load();
      yield* x.store((yield* x.load()) + 1);
    },
    function* () {
      yield* x.store((yield* x.load()) + 1);
      for (let i = 0; i < 10; i++) yield* dummy.load();
    },
  ]);
  s.assert(x.peek() === 2, 'x must be 2');
});

/** Four dining philosophers, one meal: they deadlock. */
const c = scenario('c', function* (s) {
  const forks = [0, 1, 2, 3].map((i) => s.mutex(`fork${i}`));
  yield* together(
    s,
    forks.map((left, i) => {
      const right = forks[(i + 1) % forks.length];
      return function* (): Generator<unknown, void> {
        yield* left.lock();
        yield* right.lock();
        yield* right.unlock();
        yield* left.unlock();
      };
    }),
  );
});

/** 4 threads x 1000 atomic adds. */
const d = scenario('d', function* (s) {
  const x = s.atomic('x', 0);
  yield* together(
    s,
    times(4, function* () {
      for (let i = 0; i < 1000; i++) yield* x.add(1);
    }),
  );
});

/** 3 x 3 adds on one atomic, every interleaving. */
const e = scenario('e', function* (s) {
  const x = s.atomic('x', 0);
  yield* together(
    s,
    times(3, function* () {
      for (let i = 0; i < 3; i++) yield* x.add(1);
    }),
  );
});

/** 3 x 3 adds, each thread on its own atomic, every interleaving. */
const ei = scenario('ei', function* (s) {
  const own = [0, 1, 2].map((i) => s.atomic(`x${i}`, 0));
  yield* together(
    s,
    own.map(
      (x) =>
        function* (): Generator<unknown, void> {
          for (let i = 0; i < 3; i++) yield* x.add(1);
        },
    ),
  );
});

export const EXPLORE_CASES: readonly ExploreCase[] = [a, a2, b, b2, c, d, e, ei].map((program) => ({
  name: program.name,
  scenario: program,
  isExhaustive: program === e || program === ei,
  hasBug: program === b || program === b2 || program === c,
}));
