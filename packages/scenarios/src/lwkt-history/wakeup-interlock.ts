/**
 * Owns S1: a consumer announces its sleep, tells the producer that there is room, and sleeps; it is woken
 * in between.
 * DragonFlyBSD d9345d3a15 and 4ecd8190c7, sys/kern/kern_synch.c.
 */
import { PINTERLOCKED } from '@smplab/machine';
import { fixPair } from './fix-pair.ts';

export default fixPair(
  'wakeup-interlock',
  {
    found: 'lost-wakeup',
    then:
      'A wakeup that comes between tsleep_interlock and tsleep is forgotten: the ' +
      'consumer sleeps for ever.',
    now: 'The wakeup takes the thread off its sleep queue, and tsleep sees that and does not sleep.',
  },
  {
    threads: {
      consumer: function* (k, queue, item) {
        yield* k.lwkt_gettoken(queue);
        while (k.get(item) === 0) {
          yield* k.tsleep_interlock(item);
          yield* k.lwkt_reltoken(queue);
          yield* k.wakeup(queue);
          yield* k.tsleep(item, PINTERLOCKED, 'item');
          yield* k.lwkt_gettoken(queue);
        }
        yield* k.lwkt_reltoken(queue);
      },
    },
  },
  function* (k) {
    const queue = k.lwkt_token_init('queue');
    const item = yield* k.kmalloc('item', 4);
    const consumer = yield* k.lwkt_create('consumer', { cpu: 1, args: [queue, item] });
    yield* k.lwkt_gettoken(queue);
    k.set(item, 1);
    yield* k.lwkt_reltoken(queue);
    yield* k.wakeup(item);
    yield* k.join(consumer);
  },
);
