/**
 * Owns S4: a sleeper was woken while its timeout waits for the token of the lwp, and has to wait for that.
 * DragonFlyBSD a739e4f85f, sys/kern/kern_synch.c.
 */
import { EQUAL } from '@smplab/explore';
import { TDPRI_INT_SUPPORT } from '@smplab/lwkt';
import { fixPair } from './fix-pair.ts';
import { sleepWithToken } from './lwp-token.ts';

export default fixPair(
  'timeout-stat',
  {
    found: 'lost-wakeup',
    then:
      'A thread that waits for its own timeout to finish does not say that it ' +
      'sleeps: nobody starts it again.',
    now: 'It waits as a sleeper, and the timeout starts it.',
  },
  {
    threads: {
      sleeper: function* (k, token, begun) {
        sleepWithToken(k, token);
        yield* k.lwkt_gettoken(token);
        yield* k.atomic_store_rel_int(begun, 1);
        yield* k.tsleep(begun, 0, 'timed', 10);
        yield* k.lwkt_reltoken(token);
      },
    },
  },
  function* (k) {
    const token = k.lwkt_token_init('lwp');
    const begun = yield* k.kmalloc('begun', 4);
    const sleeper = yield* k.lwkt_create('sleeper', { cpu: 1, args: [token, begun], pri: TDPRI_INT_SUPPORT });
    yield* k.until(begun, EQUAL, 1);
    // Had as soon as the sleeper sleeps.
    yield* k.lwkt_gettoken(token);
    yield* k.wakeup(begun);
    yield* k.lwkt_reltoken(token);
    yield* k.join(sleeper);
  },
);
