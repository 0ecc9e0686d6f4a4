/**
 * Owns S6: three wakeups are put off, and a CPU has room for two.
 * DragonFlyBSD 2e90abac59, sys/kern/kern_synch.c.
 */
import { PINTERLOCKED } from '@smplab/machine';
import { fixPair } from './fix-pair.ts';

const ITEMS = 3;

export default fixPair(
  'delayed-wakeup',
  {
    found: 'lost-wakeup',
    then: 'A third wakeup that is put off takes the place of the first, whose sleeper waits on.',
    now: 'The oldest wakeup is issued to make room for the new one.',
  },
  {
    threads: {
      consumer: function* (k, item) {
        while ((yield* k.atomic_load_acq_int(item)) === 0) {
          yield* k.tsleep_interlock(item);
          if ((yield* k.atomic_load_acq_int(item)) !== 0) break;
          yield* k.tsleep(item, PINTERLOCKED, 'item');
        }
      },
    },
  },
  function* (k) {
    const items = yield* k.kmalloc('items', 4 * ITEMS);
    const consumers: number[] = [];
    for (let at = 0; at < ITEMS; at++) {
      consumers.push(
        yield* k.lwkt_create('consumer', { cpu: 1, name: `consumer${at + 1}`, args: [items + at] }),
      );
    }
    k.wakeup_start_delayed();
    for (let at = 0; at < ITEMS; at++) {
      yield* k.atomic_store_rel_int(items + at, 1);
      yield* k.wakeup(items + at);
    }
    yield* k.wakeup_end_delayed();
    for (const consumer of consumers) yield* k.join(consumer);
  },
);
