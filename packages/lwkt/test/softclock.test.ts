import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type Context,
  EWOULDBLOCK,
  GD,
  lwkt_gettoken,
  lwkt_reltoken,
  type Steps,
  TD,
  TDF_TIMEOUT_ARMED,
  TDF_TIMEOUT_RUNNING,
  tsleep,
  wakeup,
} from '../src/index.ts';
import { kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { joinAll, newToken, newWord, start } from './fixtures/tokens.ts';

const MANY = { strategy: 'portfolio', schedules: 400 };

/** The timeout of main races with a wakeup by a thread that holds main's own token meanwhile. */
function expiring(asSeed: string[], seen: Set<string>): ReturnType<typeof kernelProgram> {
  return kernelProgram(
    'expiring',
    {
      asSeed,
      threads: {
        *holder(k: Context, token: number, word: number): Steps {
          yield* lwkt_gettoken(k, token);
          yield* k.fence();
          yield* wakeup(k, word);
          yield* k.fence();
          yield* lwkt_reltoken(k, token);
        },
      },
    },
    function* (k) {
      const token = yield* newToken(k, 'lwp');
      const word = yield* newWord(k);
      const td = yield* start(k, 'holder', [token, word], { cpu: 1 });
      k.words[k.td + TD.td_token] = token;
      const error = yield* tsleep(k, word, 0, 'expiring', 1);
      const flags = k.words[k.td + TD.td_flags];
      seen.add(`${error}`);
      assert.equal(
        flags & (TDF_TIMEOUT_ARMED | TDF_TIMEOUT_RUNNING),
        0,
        'the timeout is over when tsleep returns',
      );
      const begun = k.kernel.ticks;
      const second = yield* tsleep(k, word + 1, 0, 'second', 50);
      assert.ok(second === 0 || k.kernel.ticks - begun >= 50, 'the next sleep has a timeout of its own');
      k.words[k.td + TD.td_token] = 0;
      yield* joinAll(k, td);
    },
  );
}

describe('softclock', () => {
  it('ends a sleep though it has to wait for the token of the sleeper, who waits for it to be over', () => {
    const seen = new Set<string>();
    verdictOf(expiring([], seen), 'none', MANY);
    assert.deepEqual([...seen].sort(), ['0', `${EWOULDBLOCK}`]);
  });

  it('as of old set the flags late: the timeout ends the next (asSeed endtsleep-order)', () => {
    const result = verdictOf(expiring(['endtsleep-order'], new Set()), 'assertion', MANY);
    assert.match(result.message, /the next sleep has a timeout of its own/);
  });

  it('is one thread for each CPU that needs it, and rests when nothing is due', () => {
    const program = kernelProgram(
      'each',
      {
        threads: {
          *sleeper(k) {
            assert.equal(yield* tsleep(k, k.td, 0, 'sleeper', 2), EWOULDBLOCK);
            assert.equal(yield* tsleep(k, k.td, 0, 'sleeper', 3), EWOULDBLOCK);
          },
        },
      },
      function* (k) {
        const threads = [
          yield* start(k, 'sleeper', [], { cpu: 0 }),
          yield* start(k, 'sleeper', [], { cpu: 1 }),
        ];
        yield* joinAll(k, ...threads);
        const [one, two] = [0, 1].map((cpu) => k.words[k.kernel.gdOf(cpu) + GD.gd_softclock]);
        assert.ok(one !== 0 && two !== 0 && one !== two);
      },
    );
    verdictOf(program, 'none', { strategy: 'random', schedules: 200 });
  });
});
