import assert from 'node:assert/strict';
import { NOT_EQUAL } from '@smplab/explore';
import { readCstring } from '@smplab/kmem';
import { describe, it } from 'mocha';
import {
  type Context,
  EINTR,
  ERESTART,
  EWOULDBLOCK,
  IP,
  isAsleep,
  lwkt_gettoken,
  lwkt_reltoken,
  lwkt_schedule,
  lwkt_token_held,
  PCATCH,
  PINTERLOCKED,
  type SignalPolicy,
  type Steps,
  TD,
  TDF_TIMEOUT_ARMED,
  TDF_TSLEEPQ,
  tsleep,
  tsleep_interlock,
  wakeup,
} from '../src/index.ts';
import { type Body, kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { passesOnce } from './fixtures/passes.ts';
import { joinAll, newToken, newWord, start } from './fixtures/tokens.ts';
import { watchAll } from './fixtures/watch.ts';

const ONE = { strategy: 'random', schedules: 1 };
const RANDOM = { strategy: 'random', schedules: 100 };
const MANY = { strategy: 'portfolio', schedules: 300 };

/** Waits in the standard way until the word is set. */
function* waitFor(k: Context, word: number): Steps {
  while ((yield* k.load(word)) === 0) {
    yield* tsleep_interlock(k, word);
    if ((yield* k.load(word)) !== 0) break;
    yield* tsleep(k, word, PINTERLOCKED, 'waitFor', 0);
  }
}

/** Every thread that asks has the signal pending. */
function policyOf(pending: number, isRestarted: boolean): SignalPolicy {
  return {
    *enter() {
      yield* [];
      return pending;
    },
    *leave() {
      yield* [];
      return pending;
    },
    asleep() {},
    awake() {},
    restarts: (_k, _td, signal) => isRestarted && signal === pending,
  };
}

/** Sets the word and wakes. */
const setter: Body = function* (k, word) {
  yield* k.store(word, 1);
  yield* wakeup(k, word);
};

/** main waits on cpu0 by `wait`, another thread sets the word on `cpu`. */
function waiting(
  wait: (k: Context, word: number) => Steps,
  cpu: number,
  asSeed: string[] = [],
): ReturnType<typeof kernelProgram> {
  return kernelProgram('waiting', { asSeed, threads: { setter } }, function* (k) {
    const word = yield* newWord(k);
    const td = yield* start(k, 'setter', [word], { cpu });
    yield* wait(k, word);
    assert.equal(k.peek(word), 1);
    yield* joinAll(k, td);
  });
}

describe('interlock, test again, sleep', () => {
  it('loses no wakeup, from the own CPU or another', () => {
    for (const cpu of [0, 1]) {
      verdictOf(waiting(waitFor, cpu), cpu === 0 ? 'proved' : 'none', MANY);
      watchAll(waiting(waitFor, cpu), {}, { preemptions: 2, schedules: 2500 });
    }
  });

  it('loses one without the interlock, and the report says who sleeps on what', () => {
    const careless = function* (k: Context, word: number): Steps {
      while ((yield* k.load(word)) === 0) yield* tsleep(k, word, 0, 'careless', 0);
    };
    const { message, finding } = verdictOf(waiting(careless, 1), 'lost-wakeup', MANY);
    assert.match(message, /cpu0\/main sleeps on "careless" for ever, though it would go on if it were woken/);
    assert.match((finding?.details ?? []).join('\n'), /cpu0\/main sleeps on "careless" \(ident \d+\)/);
  });

  it('loses one if the test comes before the interlock only', () => {
    const early = function* (k: Context, word: number): Steps {
      while ((yield* k.load(word)) === 0) {
        yield* tsleep_interlock(k, word);
        yield* tsleep(k, word, PINTERLOCKED, 'early', 0);
      }
    };
    verdictOf(waiting(early, 1), 'lost-wakeup', MANY);
  });

  it('as of old forgets a wakeup that came in between (asSeed wakeup-interlock)', () => {
    const slow = function* (k: Context, word: number): Steps {
      yield* tsleep_interlock(k, word);
      if ((yield* k.load(word)) !== 0) return;
      yield* k.fence();
      yield* tsleep(k, word, PINTERLOCKED, 'slow', 0);
    };
    verdictOf(waiting(slow, 1), 'none', MANY);
    verdictOf(waiting(slow, 1, ['wakeup-interlock']), 'lost-wakeup', MANY);
  });
});

describe('tsleep_interlock', () => {
  it('puts the thread on a sleep queue without descheduling it, and moves it between idents', () => {
    const program = kernelProgram('move', { cpus: 1 }, function* (k) {
      const { words, td } = k;
      const [one, two] = [yield* newWord(k), yield* newWord(k)];
      for (const ident of [one, two]) {
        yield* tsleep_interlock(k, ident, 0x30000 | PCATCH);
        assert.deepEqual([words[td + TD.td_wchan], words[td + TD.td_wdomain]], [ident, 0x30000]);
        assert.ok((words[td + TD.td_flags] & TDF_TSLEEPQ) !== 0 && !isAsleep(words, td));
      }
      yield* wakeup(k, one);
      assert.ok((words[td + TD.td_flags] & TDF_TSLEEPQ) !== 0, 'it waits for the second ident only');
      assert.equal(yield* tsleep(k, two, PINTERLOCKED, 'two', 1), EWOULDBLOCK);
    });
    passesOnce(program);
  });

  it('on another ident before the sleep makes it return at once; as of old it slept on the wrong one', () => {
    for (const asSeed of [[], ['tsleep-ident']]) {
      const mixed = function* (k: Context, word: number): Steps {
        while ((yield* k.load(word)) === 0) {
          yield* tsleep_interlock(k, word);
          if ((yield* k.load(word)) !== 0) break;
          yield* tsleep_interlock(k, word + 1);
          yield* tsleep(k, word, PINTERLOCKED, 'mixed', 0);
          yield* k.until(word, NOT_EQUAL, 0);
        }
      };
      verdictOf(waiting(mixed, 1, asSeed), asSeed.length === 0 ? 'none' : 'lost-wakeup', MANY);
    }
  });

  it('needs an ident, as do tsleep and wakeup', () => {
    for (const call of [tsleep_interlock, (k: Context) => tsleep(k, 0, 0, 'null', 0), wakeup]) {
      const program = kernelProgram('null', { cpus: 1 }, (k) => call(k, 0));
      assert.match(verdictOf(program, 'panic', ONE).message, /NULL ident/);
    }
  });

  it('lets a thread be scheduled that is merely interlocked; as of old not (asSeed schedule-tsleepq)', () => {
    for (const asSeed of [[], ['schedule-tsleepq']]) {
      const program = kernelProgram(
        'S7',
        {
          cpus: 1,
          asSeed,
          threads: {
            *sleeper(k, word) {
              const token = yield* newToken(k);
              k.words[k.td + TD.td_wmesg] = token;
              yield* tsleep_interlock(k, word);
              yield* lwkt_schedule(k, k.td);
            },
          },
        },
        function* (k) {
          const word = yield* newWord(k);
          const td = yield* start(k, 'sleeper', [word], { nostart: true });
          // It stands on a sleep queue, as if it had interlocked and been descheduled for another reason.
          k.words[td + TD.td_flags] |= asSeed.length === 0 ? 0 : TDF_TSLEEPQ;
          yield* lwkt_schedule(k, td);
          k.words[td + TD.td_flags] &= ~TDF_TSLEEPQ;
          const isQueued = (k.words[td + TD.td_flags] & 2) !== 0;
          assert.equal(isQueued, asSeed.length === 0);
          if (!isQueued) yield* lwkt_schedule(k, td);
          yield* joinAll(k, td);
        },
      );
      passesOnce(program);
    }
  });
});

describe('tsleep', () => {
  it('gives 0 when it was woken, and says meanwhile what it waits for', () => {
    const messages = new Set<string>();
    const program = kernelProgram(
      'woken',
      {
        threads: {
          *waker(k, main, word) {
            while (!isAsleep(k.words, main)) yield* k.fence();
            messages.add(readCstring(k.kernel.memory, main + TD.td_wmesg, 16));
            yield* wakeup(k, word);
          },
        },
      },
      function* (k) {
        const word = yield* newWord(k);
        yield* start(k, 'waker', [k.td, word], { cpu: 1 });
        assert.equal(yield* tsleep(k, word, 0, 'a nap', 0), 0);
        assert.equal(k.words[k.td + TD.td_flags] & (TDF_TSLEEPQ | TDF_TIMEOUT_ARMED), 0);
        assert.ok(!isAsleep(k.words, k.td));
      },
    );
    verdictOf(program, 'none', RANDOM);
    assert.deepEqual([...messages], ['a nap']);
  });

  it('may wake for nothing: callers test their condition again', () => {
    const program = kernelProgram(
      'spurious',
      {
        cpus: 1,
        threads: {
          *rouser(k, td) {
            yield* lwkt_schedule(k, td);
          },
        },
      },
      function* (k) {
        yield* start(k, 'rouser', [k.td]);
        assert.equal(yield* tsleep(k, 77, 0, 'spurious', 0), 0);
        yield* wakeup(k, 77);
      },
    );
    passesOnce(program);
  });

  it('with PCATCH ends for a signal: EINTR, before it sleeps or while it does', () => {
    const when = new Set<string>();
    const program = kernelProgram(
      'signal',
      {
        threads: {
          *killer(k, td) {
            when.add(isAsleep(k.words, td) ? 'asleep' : 'awake');
            yield* k.store(td + TD.td_sig, 2);
            yield* lwkt_schedule(k, td);
          },
        },
      },
      function* (k) {
        const td = yield* start(k, 'killer', [k.td], { cpu: 1 });
        while ((yield* tsleep(k, 99, PCATCH, 'signal', 0)) !== EINTR) yield* k.fence();
        yield* joinAll(k, td);
        // The message that schedules this thread must not come after its end.
        const ip = k.kernel.ipiqOf(1, 0);
        while (k.peek(ip + IP.ip_xindex) !== k.peek(ip + IP.ip_windex)) yield* k.fence();
      },
    );
    verdictOf(program, 'none', RANDOM);
    assert.deepEqual([...when].sort(), ['asleep', 'awake']);
  });

  it('with PCATCH asks whoever decides about signals, who may restart the call', () => {
    const program = kernelProgram('policy', { cpus: 1 }, function* (k) {
      for (const [restarts, error] of [
        [false, EINTR],
        [true, ERESTART],
      ] as const) {
        k.kernel.signals = policyOf(5, restarts);
        assert.equal(yield* tsleep(k, 99, PCATCH, 'signal', 0), error);
      }
      k.kernel.signals = null;
    });
    passesOnce(program);
  });

  it('without PCATCH minds no signal', () => {
    const program = kernelProgram('deaf', { cpus: 1 }, function* (k) {
      yield* k.store(k.td + TD.td_sig, 2);
      assert.equal(yield* tsleep(k, 99, 0, 'deaf', 1), EWOULDBLOCK);
    });
    passesOnce(program);
  });

  it('takes td_token around the sleep, and does not hold it while asleep', () => {
    let asleep = 0;
    const program = kernelProgram(
      'td_token',
      {
        threads: {
          *waker(k, token, main, word) {
            yield* lwkt_gettoken(k, token);
            if (isAsleep(k.words, main)) asleep++;
            yield* k.store(word, 1);
            yield* wakeup(k, word);
            yield* lwkt_reltoken(k, token);
          },
        },
      },
      function* (k) {
        const token = yield* newToken(k, 'lwp');
        const word = yield* newWord(k);
        k.words[k.td + TD.td_token] = token;
        const td = yield* start(k, 'waker', [token, k.td, word], { cpu: 1 });
        yield* waitFor(k, word);
        assert.ok(!lwkt_token_held(k, token));
        k.words[k.td + TD.td_token] = 0;
        yield* joinAll(k, td);
      },
    );
    verdictOf(program, 'none', MANY);
    assert.ok(asleep > 0);
  });
});
