/**
 * Owns S7: a thread that has announced a sleep is descheduled for another reason, and scheduled again.
 * DragonFlyBSD 7f5d7ed72f, sys/kern/lwkt_thread.c.
 */
import { EQUAL } from '@smplab/explore';
import { fixPair } from './fix-pair.ts';

export default fixPair(
  'schedule-tsleepq',
  {
    found: 'lost-wakeup',
    then:
      'The scheduler takes a thread on a sleep queue to be asleep and refuses it, ' +
      'though it is only interlocked.',
    now: 'A thread that is interlocked can be scheduled like any other.',
  },
  {
    threads: {
      parked: function* (k, item, isParked) {
        yield* k.tsleep_interlock(item);
        k.crit_enter();
        k.lwkt_deschedule_self();
        yield* k.atomic_store_rel_int(isParked, 1);
        yield* k.lwkt_switch();
        yield* k.crit_exit();
      },
    },
  },
  function* (k) {
    const item = yield* k.kmalloc('item', 4);
    const isParked = yield* k.kmalloc('parked', 4);
    const parked = yield* k.lwkt_create('parked', { cpu: 1, args: [item, isParked] });
    yield* k.until(isParked, EQUAL, 1);
    yield* k.lwkt_schedule(parked);
    yield* k.join(parked);
  },
);
