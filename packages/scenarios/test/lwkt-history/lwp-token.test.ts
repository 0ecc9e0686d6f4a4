import assert from 'node:assert/strict';
import { EQUAL, explore } from '@smplab/explore';
import { machineScenario } from '@smplab/machine';
import { sleepWithToken } from '../../src/lwkt-history/lwp-token.ts';

/** Main holds the token from a step on until `held`; the sleeper's tsleep comes after that. */
const waits = (isGiven: boolean): string => {
  const threads = {
    sleeper: function* (k, token, started) {
      if (isGiven) sleepWithToken(k, token);
      yield* k.tsleep(started, 0, 'sleep', 1);
      yield* k.atomic_store_rel_int(started, 1);
    },
  } satisfies NonNullable<Parameters<typeof machineScenario>[1]['threads']>;
  const program = machineScenario('sleep with a token', { threads }, function* (k) {
    const token = k.lwkt_token_init('lwp');
    const started = yield* k.kmalloc('started', 4);
    yield* k.lwkt_gettoken(token);
    yield* k.lwkt_create('sleeper', { cpu: 1, args: [token, started] });
    // Only a sleep that does not need the token is over while main keeps it.
    yield* k.until(started, EQUAL, 1);
    yield* k.lwkt_reltoken(token);
  });
  return explore(program, { schedules: 20 }).verdict;
};

describe('a thread that was given the token of an lwp', () => {
  it('needs it to sleep', () => {
    assert.equal(waits(true), 'deadlock');
  });

  it('does not without being given it', () => {
    assert.equal(waits(false), 'none');
  });
});
