/**
 * Owns S3: a sleep is ended by a wakeup while its timeout waits for the token of the lwp; a second sleep
 * follows.
 * DragonFlyBSD 8d44685072, sys/kern/kern_synch.c.
 */
import { EQUAL } from '@smplab/explore';
import { EWOULDBLOCK, TDPRI_INT_SUPPORT } from '@smplab/lwkt';
import { PINTERLOCKED } from '@smplab/machine';
import { fixPair } from './fix-pair.ts';
import { sleepWithToken } from './lwp-token.ts';

export default fixPair(
  'endtsleep-order',
  {
    found: 'assertion',
    then: 'A timeout waits for a token before it says that it runs: it strikes when that sleep is long over.',
    now: 'The timeout says first that it runs, and the sleeper does not return before it is done.',
  },
  {
    threads: {
      sleeper: function* (k, token, begun, done) {
        sleepWithToken(k, token);
        yield* k.lwkt_gettoken(token);
        yield* k.atomic_store_rel_int(begun, 1);
        yield* k.tsleep(begun, 0, 'first', 10);
        yield* k.lwkt_reltoken(token);
        while ((yield* k.atomic_load_acq_int(done)) === 0) {
          yield* k.tsleep_interlock(done);
          if ((yield* k.atomic_load_acq_int(done)) !== 0) break;
          const error = yield* k.tsleep(done, PINTERLOCKED, 'second');
          k.assert(error !== EWOULDBLOCK, 'a sleep without a timeout does not time out');
        }
      },
    },
  },
  function* (k) {
    const token = k.lwkt_token_init('lwp');
    const begun = yield* k.kmalloc('begun', 4);
    const done = yield* k.kmalloc('done', 4);
    const sleeper = yield* k.lwkt_create('sleeper', {
      cpu: 1,
      args: [token, begun, done],
      pri: TDPRI_INT_SUPPORT,
    });
    yield* k.until(begun, EQUAL, 1);
    // Had as soon as the sleeper sleeps.
    yield* k.lwkt_gettoken(token);
    yield* k.wakeup(begun);
    yield* k.lwkt_reltoken(token);
    yield* k.atomic_store_rel_int(done, 1);
    yield* k.wakeup(done);
    yield* k.join(sleeper);
  },
);
