import assert from 'node:assert/strict';
import { NOT_EQUAL } from '@smplab/explore';
import { describe, it } from 'mocha';
import {
  type Context,
  crit_enter,
  crit_exit,
  lwkt_deschedule_self,
  lwkt_gettoken,
  lwkt_reltoken,
  lwkt_switch,
  type Steps,
  tsleep,
} from '../../src/index.ts';
import { kernelProgram, verdictOf } from '../fixtures/kernel-program.ts';
import { joinAll, newToken, newWord, start } from '../fixtures/tokens.ts';

const FEW = { strategy: 'random', schedules: 20 };

/** A run that ends with nobody able to move: verdict, message and details. */
function stuck(verdict: string, main: (k: Context) => Steps): { message: string; details: string } {
  const program = kernelProgram('stuck', { threads: { joiner } }, main);
  const { message, finding } = verdictOf(program, verdict, FEW);
  return { message, details: (finding?.details ?? []).join('\n') };
}

function* joiner(k: Context, td: number): Steps {
  yield* joinAll(k, td);
}

describe('a machine in which nothing moves', () => {
  it('has lost a wakeup if a sleeper would go on', () => {
    const { message, details } = stuck('lost-wakeup', function* (k) {
      yield* tsleep(k, 77, 0, 'nobody', 0);
    });
    assert.match(message, /cpu0\/main sleeps on "nobody" for ever, though it would go on if it were woken/);
    assert.match(details, /cpu0\/main sleeps on "nobody" \(ident 77\)/);
  });

  it('is deadlocked if sleepers would only sleep again', () => {
    const { message, details } = stuck('deadlock', function* (k) {
      yield* joinAll(k, yield* start(k, 'joiner', [k.td], { cpu: 1 }));
    });
    assert.equal(message, 'cpu0/main, cpu1/joiner wait for ever');
    assert.match(details, /cpu0\/main sleeps on "tdjoin".*\n.*cpu1\/joiner sleeps on "tdjoin"/);
  });

  it('is deadlocked where a thread waits for a word that nobody changes', () => {
    const { message, details } = stuck('deadlock', function* (k) {
      yield* k.until(yield* newWord(k), NOT_EQUAL, 0);
    });
    assert.equal(message, 'cpu0/main waits for ever');
    assert.match(details, /cpu0\/main waits in word\.until/);
  });

  it('is deadlocked where a thread wants a token that is not given back, and says who has it', () => {
    const program = kernelProgram(
      'token',
      {
        threads: {
          *holder(k, token, flag) {
            yield* lwkt_gettoken(k, token);
            yield* k.store(flag, 1);
            yield* k.until(flag, NOT_EQUAL, 1);
            yield* lwkt_reltoken(k, token);
          },
        },
      },
      function* (k) {
        const token = yield* newToken(k, 'p_token');
        const flag = yield* newWord(k);
        yield* start(k, 'holder', [token, flag], { cpu: 1 });
        yield* k.until(flag, NOT_EQUAL, 0);
        yield* lwkt_gettoken(k, token);
        yield* k.store(flag, 2);
      },
    );
    const { finding } = verdictOf(program, 'deadlock', FEW);
    assert.match((finding?.details ?? []).join('\n'), /cpu0\/main wants token p_token \(held by holder\)/);
  });

  it('has forgotten a thread that took itself off the run queue', () => {
    const { message } = stuck('lost-wakeup', function* (k) {
      crit_enter(k);
      lwkt_deschedule_self(k);
      yield* lwkt_switch(k);
      yield* crit_exit(k);
    });
    assert.match(message, /cpu0\/main is not scheduled any more, though it would go on if it were scheduled/);
  });

  it('is at its end when all threads are: idle CPUs and armed ticks do not count', () => {
    verdictOf(
      kernelProgram('end', { limits: { ticks: 2 } }, function* (k) {
        yield* tsleep(k, 77, 0, 'timeout', 5);
      }),
      'none',
      { strategy: 'random', schedules: 50 },
    );
  });
});
