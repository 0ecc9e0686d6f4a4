import assert from 'node:assert/strict';
import { EQUAL, NOT_EQUAL } from '@smplab/explore';
import { T_REF } from '@smplab/token';
import { describe, it } from 'mocha';
import {
  type Context,
  crit_enter,
  crit_enter_hard,
  crit_exit,
  GD,
  hasTokens,
  lwkt_gettoken,
  lwkt_gettoken_shared,
  lwkt_reltoken,
  lwkt_switch,
  lwkt_yield,
  need_lwkt_resched,
  type Steps,
  TD,
  TDF_RUNNING,
  TDF_RUNQ,
  TDPRI_KERN_DAEMON,
  TDPRI_KERN_USER,
  TDPRI_USER_NORM,
  tsleep,
  wakeup,
} from '../src/index.ts';
import { lwkt_getalltokens, lwkt_relalltokens } from '../src/switch.ts';
import { kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { TokenJudge } from './fixtures/token-judge.ts';
import { collisionsOf, countOf, joinAll, newToken, newWord, start } from './fixtures/tokens.ts';
import { watchAll } from './fixtures/watch.ts';

const ONE = { strategy: 'random', schedules: 1 };
const MANY = { strategy: 'random', schedules: 150 };

describe('a thread that gives the CPU away', () => {
  it('drops every token, in reverse order, and keeps its references', () => {
    const program = kernelProgram('drop', { cpus: 1 }, function* (k) {
      const a = yield* newToken(k, 'a');
      const b = yield* newToken(k, 'b');
      yield* lwkt_gettoken(k, a);
      yield* lwkt_gettoken_shared(k, b);
      yield* lwkt_gettoken(k, a);
      yield* lwkt_relalltokens(k, k.td);
      assert.deepEqual([countOf(k, a), countOf(k, b), k.peek(a + T_REF)], [0, 0, 0]);
      assert.ok(hasTokens(k, k.td));
      assert.ok(yield* lwkt_getalltokens(k, k.td, false));
      assert.deepEqual([countOf(k, a), countOf(k, b)], [5, 4]);
      yield* lwkt_relalltokens(k, k.td);
      assert.ok(yield* lwkt_getalltokens(k, k.td, true));
      assert.deepEqual([countOf(k, a), countOf(k, b)], [5, 4]);
      for (const token of [a, b, a]) yield* lwkt_reltoken(k, token);
    });
    verdictOf(program, 'nothing-concurrent', ONE);
  });

  it('loses its tokens at every sleep and has all of them when it returns', () => {
    let wasFree = 0;
    const program = kernelProgram(
      'sleep with tokens',
      {
        cpus: 1,
        threads: {
          *other(k, a, b) {
            if (countOf(k, a) === 0 && countOf(k, b) === 0) wasFree++;
            yield* lwkt_gettoken(k, b);
            yield* wakeup(k, a);
            yield* lwkt_reltoken(k, b);
          },
        },
      },
      function* (k) {
        const a = yield* newToken(k, 'a');
        const b = yield* newToken(k, 'b');
        const td = yield* start(k, 'other', [a, b]);
        yield* lwkt_gettoken(k, a);
        yield* lwkt_gettoken_shared(k, b);
        yield* tsleep(k, a, 0, 'wait', 0);
        assert.deepEqual([countOf(k, a) & 1, countOf(k, b)], [1, 4]);
        yield* lwkt_reltoken(k, b);
        yield* lwkt_reltoken(k, a);
        yield* joinAll(k, td);
      },
    );
    verdictOf(program, 'none', MANY);
    assert.ok(wasFree > 0);
  });

  it('goes on by itself when it is still the best, with its tokens dropped and taken again', () => {
    const program = kernelProgram('again', { cpus: 1 }, function* (k) {
      const a = yield* newToken(k, 'a');
      yield* lwkt_gettoken(k, a);
      const switches = k.words[k.cpu.gd + GD.gd_cnt_switch];
      yield* lwkt_switch(k);
      assert.equal(k.words[k.cpu.gd + GD.gd_cnt_switch], switches);
      assert.equal(countOf(k, a), 1);
      yield* lwkt_reltoken(k, a);
    });
    verdictOf(program, 'nothing-concurrent', ONE);
  });

  it('must not be in a hard critical section', () => {
    const program = kernelProgram('hard', { cpus: 1 }, function* (k) {
      crit_enter_hard(k);
      yield* tsleep(k, 1, 0, 'never', 1);
    });
    assert.match(
      verdictOf(program, 'panic', ONE).message,
      /main blocks in a hard critical section \(nesting level 1\)/,
    );
  });

  it('may be in a critical section, which protects nothing meanwhile', () => {
    const program = kernelProgram(
      'critical',
      {
        cpus: 1,
        threads: {
          *other(k, word) {
            yield* k.store(word, 1);
            yield* wakeup(k, word);
          },
        },
      },
      function* (k) {
        const word = yield* newWord(k);
        yield* start(k, 'other', [word]);
        crit_enter(k);
        assert.equal(k.peek(word), 0);
        yield* tsleep(k, word, 0, 'wait', 0);
        assert.equal(k.peek(word), 1);
        assert.equal(k.words[k.td + TD.td_critcount], 1);
        yield* crit_exit(k);
      },
    );
    verdictOf(program, 'none', MANY);
  });
});

describe('lwkt_getalltokens', () => {
  it('takes all or nothing, and counts a collision for the token that was refused', () => {
    for (const sorted of [false, true]) {
      const program = kernelProgram('all or nothing', { cpus: 1 }, function* (k) {
        const a = yield* newToken(k, 'a');
        const b = yield* newToken(k, 'b');
        yield* lwkt_gettoken(k, a);
        yield* lwkt_gettoken(k, b);
        yield* lwkt_relalltokens(k, k.td);
        yield* k.store(b, 1);
        assert.equal(yield* lwkt_getalltokens(k, k.td, sorted), false);
        assert.deepEqual([countOf(k, a), k.peek(a + T_REF), collisionsOf(k, b)], [0, 0, 1]);
        yield* k.store(b, 0);
        assert.equal(yield* lwkt_getalltokens(k, k.td, sorted), true);
        yield* lwkt_reltoken(k, b);
        yield* lwkt_reltoken(k, a);
      });
      verdictOf(program, 'nothing-concurrent', ONE);
    }
  });

  it('goes through the stack in its order, or by address, recursive references after their first', () => {
    const orders: string[] = [];
    const judge = new TokenJudge(null as never, 0);
    const program = kernelProgram('order', { cpus: 1 }, function* (k) {
      const low = yield* newToken(k, 'low');
      const high = yield* newToken(k, 'high');
      for (const token of [high, low, high]) yield* lwkt_gettoken(k, token);
      for (const sorted of [false, true]) {
        yield* lwkt_relalltokens(k, k.td);
        orders.push('');
        yield* lwkt_getalltokens(k, k.td, sorted);
      }
      for (const token of [high, low, high]) yield* lwkt_reltoken(k, token);
    });
    judge.machine = program;
    const names = new Map<number, string>();
    watchAll(
      program,
      {
        onStep(operation, kind) {
          if (kind.name !== 'token.change' || orders.length === 0) return;
          const { location } = operation;
          if (!names.has(location)) names.set(location, operation.target?.describe(location) ?? '');
          orders[orders.length - 1] += `${names.get(location)} `;
        },
      },
      { strategy: 'random', schedules: 1 },
    );
    assert.deepEqual(orders, ['high low high ', 'low high high ']);
  });
});

describe('the choice of the next thread', () => {
  /** Blocks `a` on cpu1 with main, and lets threads of cpu0 want it; gives the orders in which they ran. */
  function ordersOf(
    asSeed: string[],
    second: { pri: number; upri: number },
    pri = TDPRI_KERN_USER,
    upri = 0,
  ): string[] {
    const order: string[] = [];
    const orders = new Set<string>();
    const program = kernelProgram(
      'choice',
      {
        asSeed,
        threads: {
          *wants(k, token) {
            yield* lwkt_gettoken(k, token);
            order.push('first');
            yield* lwkt_reltoken(k, token);
          },
          *free() {
            order.push('second');
          },
          *holder(k, token, flag) {
            yield* lwkt_gettoken(k, token);
            yield* k.store(flag, 1);
            yield* k.until(flag, EQUAL, 2);
            for (let wait = 0; wait < 30; wait++) yield* k.fence();
            yield* lwkt_reltoken(k, token);
          },
        },
      },
      function* (k) {
        const token = yield* newToken(k, 'a');
        const flag = yield* newWord(k);
        yield* start(k, 'holder', [token, flag], { cpu: 1 });
        yield* k.until(flag, NOT_EQUAL, 0);
        k.words[(yield* start(k, 'wants', [token], { pri })) + TD.td_upri] = upri;
        const td = yield* start(k, 'free', [], { pri: second.pri });
        k.words[td + TD.td_upri] = second.upri;
        yield* k.store(flag, 2);
      },
    );
    const onRun = (): void => {
      if (order.length > 0) orders.add(order.splice(0).join());
    };
    watchAll(program, { onRun }, { strategy: 'random', schedules: 60 });
    onRun();
    return [...orders].sort();
  }

  it('passes over a thread whose tokens are refused, for the next that can run', () => {
    assert.deepEqual(ordersOf([], { pri: TDPRI_KERN_USER - 1, upri: 0 }), ['second,first']);
  });

  it('does not pass over it for a user thread of lower user priority', () => {
    assert.deepEqual(ordersOf([], { pri: TDPRI_USER_NORM, upri: -1 }), ['first,second']);
    assert.deepEqual(ordersOf([], { pri: TDPRI_USER_NORM, upri: 0 }), ['second,first']);
  });

  it('as of old waits for the first thread whatever else could run (asSeed switch-fixation)', () => {
    assert.deepEqual(ordersOf(['switch-fixation'], { pri: TDPRI_KERN_USER - 1, upri: 0 }), ['first,second']);
  });

  it('counts failures in td_contended, and forgets them when the thread is scheduled', () => {
    let most = 0;
    const program = kernelProgram(
      'contended',
      {
        threads: {
          *wants(k, token) {
            yield* lwkt_gettoken(k, token);
            assert.equal(k.words[k.td + TD.td_contended], 0);
            yield* lwkt_reltoken(k, token);
          },
        },
      },
      function* (k) {
        const token = yield* newToken(k);
        yield* lwkt_gettoken(k, token);
        const td = yield* start(k, 'wants', [token], { cpu: 1 });
        for (let wait = 0; wait < 12; wait++) {
          yield* k.fence();
          most = Math.max(most, k.words[td + TD.td_contended]);
        }
        yield* lwkt_reltoken(k, token);
        yield* joinAll(k, td);
      },
    );
    verdictOf(program, 'none', MANY);
    assert.ok(most > 0);
  });

  it('lets the idle thread rest until one of the refused token words changes: nothing polls', () => {
    const program = kernelProgram(
      'rest',
      {
        threads: {
          *wants(k, token) {
            yield* lwkt_gettoken(k, token);
            yield* lwkt_reltoken(k, token);
          },
        },
      },
      function* (k) {
        const token = yield* newToken(k, 'held');
        yield* lwkt_gettoken(k, token);
        const td = yield* start(k, 'wants', [token], { cpu: 1 });
        yield* tsleep(k, td + 1, 0, 'never', 0);
        yield* lwkt_reltoken(k, token);
      },
    );
    // main drops the token when it sleeps, so the other gets it; only main sleeps for ever.
    const { finding } = verdictOf(program, 'lost-wakeup', MANY);
    assert.match(finding?.message ?? '', /cpu0\/main sleeps on "never" for ever/);
  });
});

describe('the thread that gets the CPU', () => {
  it('finds itself running and the one before it not, on a run queue sorted by priority', () => {
    let seen = 0;
    const program = kernelProgram(
      'flags',
      {
        cpus: 2,
        threads: {
          *other(k, main) {
            assert.equal(k.words[main + TD.td_flags] & TDF_RUNNING, 0);
            assert.equal(k.words[k.td + TD.td_flags] & (TDF_RUNNING | TDF_RUNQ), TDF_RUNNING | TDF_RUNQ);
            seen++;
            yield* wakeup(k, main);
          },
        },
      },
      function* (k) {
        yield* start(k, 'other', [k.td], { cpu: 0, pri: TDPRI_KERN_DAEMON });
        yield* tsleep(k, k.td, 0, 'wait', 0);
        assert.equal(k.words[k.cpu.gd + GD.gd_curthread], k.td);
      },
    );
    verdictOf(program, 'none', { strategy: 'random', schedules: 20 });
    assert.ok(seen > 0);
  });
});

describe('threads with many tokens and blocks', () => {
  /** Takes both tokens in some mode and order, blocks with them, gives them back. */
  function* worker(
    judge: TokenJudge,
    k: Context,
    first: number,
    second: number,
    word: number,
    gate: number,
  ): Steps {
    if (gate !== 0) yield* judge.meet(k, gate);
    judge.enter(k);
    for (let round = 0; round < 2; round++) {
      yield* judge.call(k, lwkt_gettoken(k, first));
      yield* judge.call(k, round === 0 ? lwkt_gettoken_shared(k, second) : lwkt_gettoken(k, second));
      k.set(word, k.get(word) + 1);
      yield* k.fence();
      if (round === 0) yield* judge.call(k, tsleep(k, k.td, 0, 'block', 1));
      else {
        need_lwkt_resched(k.cpu);
        yield* judge.call(k, lwkt_yield(k));
      }
      yield* judge.call(k, lwkt_reltoken(k, second));
      yield* judge.call(k, lwkt_reltoken(k, first));
    }
    judge.leave(k);
  }

  it('never run with a part of their tokens, whatever blocks (I1 to I4 after every step)', () => {
    const judge = new TokenJudge(null as never, 3, 5);
    judge.machine = kernelProgram(
      'judged',
      { cpus: 3, threads: { worker: (k, a, b, word, gate) => worker(judge, k, a, b, word, gate) } },
      function* (k) {
        const a = yield* judge.token(k, 'a');
        const b = yield* judge.token(k, 'b');
        const words = [yield* newWord(k), yield* newWord(k)];
        const gate = yield* newWord(k);
        const threads: number[] = [];
        for (let at = 0; at < 5; at++) {
          const args = at % 2 === 0 ? [a, b, words[0]] : [b, a, words[1]];
          threads.push(yield* start(k, 'worker', [...args, at < 3 ? gate : 0], { cpu: at % 3 }));
        }
        yield* joinAll(k, ...threads);
      },
    );
    watchAll(judge.machine, judge, { strategy: 'random', schedules: 150 });
    watchAll(judge.machine, judge, { strategy: 'pct', schedules: 100, seed: 7 });
  });
});
