/**
 * Owns T15: a thread tries to get a token, does without it, and computes on; its CPU is asked something
 * meanwhile.
 * DragonFlyBSD a015262c6b, sys/kern/lwkt_token.c.
 */
import { EQUAL } from '@smplab/explore';
import { fixPair } from './fix-pair.ts';

export default fixPair(
  'trytoken-critexit',
  {
    found: 'deadlock',
    then:
      'A lwkt_trytoken that fails leaves its critical section entered: the CPU ' +
      'takes no messages any more.',
    now: 'The thread is in as many critical sections after the attempt as before.',
  },
  {
    threads: {
      poller: function* (k, tok, stop) {
        if (yield* k.lwkt_trytoken(tok)) yield* k.lwkt_reltoken(tok);
        yield* k.until(stop, EQUAL, 1);
      },
      message: function* () {
        // That it is taken is what main waits for.
      },
    },
  },
  function* (k) {
    const tok = k.lwkt_token_init('device');
    const stop = yield* k.kmalloc('stop', 4);
    const poller = yield* k.lwkt_create('poller', { cpu: 1, args: [tok, stop] });
    yield* k.lwkt_gettoken(tok);
    yield* k.lwkt_reltoken(tok);
    yield* k.lwkt_wait_ipiq(1, yield* k.lwkt_send_ipiq(1, 'message'));
    yield* k.atomic_store_rel_int(stop, 1);
    yield* k.join(poller);
  },
);
