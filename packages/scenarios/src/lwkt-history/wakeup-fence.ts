/**
 * Owns S2: the producer stores the item without ordering and looks who sleeps; the consumer says that it
 * sleeps and looks for the item. Nothing can go wrong where memory is sequentially consistent: the bug
 * needs store buffers.
 * DragonFlyBSD e676ebdaf2 and 9b302485d4, sys/kern/kern_synch.c.
 */
import { PINTERLOCKED } from '@smplab/machine';
import { fixPair } from './fix-pair.ts';

export default fixPair(
  'wakeup-fence',
  {
    found: 'none',
    then:
      'The store of the item may pass the look for sleepers: lost where CPUs have ' +
      'store buffers (model to come).',
    now: 'A fence in wakeup makes the item visible before the CPU looks for sleepers.',
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
    const item = yield* k.kmalloc('item', 4);
    const consumer = yield* k.lwkt_create('consumer', { cpu: 1, args: [item] });
    yield* k.atomic_store_int(item, 1);
    yield* k.wakeup(item);
    yield* k.join(consumer);
  },
);
