/**
 * Owns T6: a thread waits for a token whose holder, on another CPU, waits for a less urgent thread of the
 * same CPU.
 * DragonFlyBSD 844cfcd65d, sys/kern/lwkt_thread.c.
 */
import { EQUAL } from '@smplab/explore';
import { TDPRI_KERN_USER, TDPRI_SOFT_NORM } from '@smplab/lwkt';
import { fixPair } from './fix-pair.ts';

export default fixPair(
  'switch-fixation',
  {
    found: 'deadlock',
    then: 'The scheduler tries the most urgent thread again and again, and nobody else on its CPU ever runs.',
    now: 'While a thread cannot have its tokens, the next one on the queue runs.',
  },
  {
    threads: {
      holder: function* (k, tok, ready) {
        yield* k.lwkt_gettoken(tok);
        yield* k.until(ready, EQUAL, 1);
        yield* k.lwkt_reltoken(tok);
      },
      urgent: function* (k, tok) {
        yield* k.lwkt_gettoken(tok);
        yield* k.lwkt_reltoken(tok);
      },
      modest: function* (k, ready) {
        yield* k.atomic_store_rel_int(ready, 1);
      },
    },
  },
  function* (k) {
    const tok = k.lwkt_token_init('device');
    const ready = yield* k.kmalloc('ready', 4);
    const holder = yield* k.lwkt_create('holder', { cpu: 1, args: [tok, ready] });
    const urgent = yield* k.lwkt_create('urgent', { args: [tok], pri: TDPRI_SOFT_NORM });
    const modest = yield* k.lwkt_create('modest', { args: [ready], pri: TDPRI_KERN_USER });
    for (const td of [holder, urgent, modest]) yield* k.join(td);
  },
);
