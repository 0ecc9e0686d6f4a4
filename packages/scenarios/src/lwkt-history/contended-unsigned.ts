/**
 * Owns T7: a thread has waited for a token for so long that the count of its attempts runs over.
 * DragonFlyBSD 7fb451cb3c, sys/kern/lwkt_thread.c.
 */
import { TD, TDPRI_KERN_USER } from '@smplab/lwkt';
import { fixPair } from './fix-pair.ts';

const LARGEST = 0x7fffffff;

export default fixPair(
  'contended-unsigned',
  {
    found: 'deadlock',
    then:
      'The count of attempts becomes negative, which reads as few: the CPU tries ' +
      'for ever and takes no messages.',
    now: 'The count stays where it is: after some attempts other threads run, and messages are taken.',
  },
  {
    threads: {
      holder: function* (k, tok) {
        yield* k.lwkt_gettoken(tok);
        yield* k.lwkt_wait_ipiq(0, yield* k.lwkt_send_ipiq(0, 'message'));
        yield* k.lwkt_reltoken(tok);
      },
      waiter: function* (k, tok) {
        yield* k.lwkt_gettoken(tok);
        yield* k.lwkt_reltoken(tok);
      },
      message: function* () {
        // That it is taken is what the holder waits for.
      },
      /** Runs while the waiter cannot, and stands for the 2^31 attempts that nobody wants to watch. */
      years: function* (k, waiter) {
        k.context.words[waiter + TD.td_contended] = LARGEST;
        yield* k.lwkt_yield();
      },
    },
  },
  function* (k) {
    const tok = k.lwkt_token_init('device');
    const holder = yield* k.lwkt_create('holder', { cpu: 1, args: [tok] });
    const waiter = yield* k.lwkt_create('waiter', { args: [tok] });
    const years = yield* k.lwkt_create('years', { args: [waiter], pri: TDPRI_KERN_USER });
    for (const td of [holder, waiter, years]) yield* k.join(td);
  },
);
