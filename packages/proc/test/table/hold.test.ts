import assert from 'node:assert/strict';
import { EQUAL } from '@smplab/explore';
import { type Context, lwkt_join, PINTERLOCKED, type Steps, tsleep, tsleep_interlock } from '@smplab/lwkt';
import { describe, it } from 'mocha';
import {
  lwphold,
  lwprele,
  phold,
  pholdzomb,
  prele,
  prelezomb,
  pstall,
  PSTALL,
} from '../../src/table/hold.ts';
import { L } from '../../src/table/lwp.ts';
import { P, P_INEXEC, P_POSTEXIT, PLOCK_MASK, PLOCK_ZOMB } from '../../src/table/proc.ts';
import {
  all,
  check,
  passes,
  ROOT,
  runs,
  some,
  start,
  tableProgram,
  together,
  verdictOf,
} from './fixtures/by-hand.ts';

const TARGET = { rows: [...ROOT, { pid: 5, lwps: 1 }] };

/** Runs the bodies at the same time, each with process 5; at the end nobody holds it. */
function shared(name: string, bodies: readonly ((k: Context, p: number) => Steps)[]) {
  const threads = Object.fromEntries(bodies.map((body, at) => [`t${at}`, body]));
  return tableProgram(name, { ...TARGET, cpus: bodies.length, threads }, function* (k, table) {
    const p = table.p(5);
    yield* together(k, Object.keys(threads), p);
    check(k, k.peek(p + P.p_lock) === 0, `p_lock is ${k.peek(p + P.p_lock)} when nobody holds the process`);
  });
}

function* holder(k: Context, p: number): Steps {
  yield* phold(k, p);
  yield* prele(k, p);
}

function* staller(k: Context, p: number): Steps {
  yield* PSTALL(k, p, 'test', 0);
}

describe('holds of a process', () => {
  it('counts holds and never loses one', () => {
    passes(shared('two holders', [holder, holder]), all(2));
  });

  it('wakes who waits for the holds to end, whatever comes in between', () => {
    passes(shared('holder and staller', [holder, staller]), all(2));
    passes(shared('holders and staller', [holder, holder, staller]), some(1500));
  });

  it('wakes all who wait', () => {
    passes(shared('stallers', [holder, staller, staller]), some(1500));
  });

  it('waits for as many holds to go as are too many', () => {
    const program = shared('keeps one', [
      function* (k, p) {
        yield* phold(k, p);
        yield* pstall(k, p, 'one', 1);
        check(k, (k.peek(p + P.p_lock) & PLOCK_MASK) >= 1, 'its own hold counts');
        yield* prele(k, p);
      },
      holder,
    ]);
    passes(program, all(2));
  });

  it('refuses one hold too many by name, and carries into PLOCK_ZOMB as the seed does', () => {
    const body = function* (k: Context, p: number): Steps {
      yield* k.store(p + P.p_lock, PLOCK_MASK);
      yield* phold(k, p);
      check(k, k.peek(p + P.p_lock) === PLOCK_ZOMB, 'the count has become the bit');
    };
    const program = (asSeed: string[]) =>
      tableProgram('overflow', { ...TARGET, asSeed }, (k, table) => body(k, table.p(5)));
    const { message } = verdictOf(program([]), 'panic', { strategy: 'random', schedules: 1 });
    assert.match(message, /one more would read as PLOCK_ZOMB/);
    runs(program(['hold-overflow']));
  });

  it('refuses to give back what nobody holds', () => {
    const give = (body: (k: Context, p: number) => Steps) =>
      tableProgram('unheld', TARGET, (k, table) => body(k, table.p(5)));
    for (const body of [prele, prelezomb]) {
      verdictOf(give(body), 'panic', { strategy: 'random', schedules: 1 });
    }
  });
});

describe('holds of reapers', () => {
  /** Takes the zombie for itself, as often as it has to look again. */
  function* reaper(k: Context, p: number): Steps {
    while ((yield* pholdzomb(k, p)) !== 0);
    k.set(p + P.p_xstat, k.get(p + P.p_xstat) + 1);
    yield* prelezomb(k, p);
  }

  it('lets one reaper have a zombie at a time', () => {
    passes(shared('two reapers', [reaper, reaper]), all(2));
    passes(shared('three reapers', [reaper, reaper, reaper]), some(1500));
  });

  it('does not keep others from holding', () => {
    passes(shared('reaper and holder', [reaper, holder]), all(2));
  });

  it('finds a reaper that has given its hold back and kept the bit', () => {
    const program = tableProgram('seed reaper', TARGET, function* (k, table) {
      const p = table.p(5);
      check(k, (yield* pholdzomb(k, p)) === 0, 'the first reaper has it');
      yield* prele(k, p);
      yield* pholdzomb(k, p);
    });
    verdictOf(program, 'panic', { strategy: 'random', schedules: 1 });
  });
});

describe('a process that is single-stepped', () => {
  /** The tracer sleeps with the process held until it is told. */
  const stepped = (flag: number) =>
    tableProgram(
      'stepped',
      {
        ...TARGET,
        threads: {
          *tracer(k, p) {
            yield* phold(k, p);
            yield* tsleep_interlock(k, p + P.p_stype);
            yield* k.storeRelaxed(p + P.p_stops, 1);
            yield* tsleep(k, p + P.p_stype, PINTERLOCKED, 'piocwait');
            yield* prele(k, p);
          },
        },
      },
      function* (k, table) {
        const p = table.p(5);
        const tracer = yield* start(k, 'tracer', 1, p);
        yield* k.until(p + P.p_stops, EQUAL, 1);
        yield* k.or(p + P.p_flags, flag);
        yield* PSTALL(k, p, 'stepped', 0);
        check(k, k.peek(p + P.p_stops) === (flag === P_POSTEXIT ? 0 : 1), 'who exits has no stops any more');
        yield* lwkt_join(k, tracer);
      },
    );

  it('wakes its tracer when it calls exec or exits, and waits for it to let go', () => {
    passes(stepped(P_INEXEC), all(2));
    passes(stepped(P_POSTEXIT), all(2));
  });
});

describe('holds of an lwp', () => {
  it('are counted', () => {
    const program = tableProgram('lwp', TARGET, function* (k, table) {
      const lp = k.peek(table.p(5) + P.p_lwp_tree);
      yield* lwphold(k, lp);
      check(k, k.peek(lp + L.lwp_lock) === 1, 'held once');
      yield* lwprele(k, lp);
      yield* lwprele(k, lp);
    });
    const { message } = verdictOf(program, 'panic', { strategy: 'random', schedules: 1 });
    assert.match(message, /lwprele: lwp \d+ is not held/);
  });
});
