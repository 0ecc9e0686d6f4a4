/**
 * Owns the sleep on the wrong ident: between interlock and sleep a thread calls something that interlocks
 * as well.
 * DragonFlyBSD afd7f1247c, sys/kern/kern_synch.c.
 */
import type { Steps } from '@smplab/lwkt';
import { type KernelApi, PINTERLOCKED } from '@smplab/machine';
import { fixPair } from './fix-pair.ts';

/** Gets a buffer with the standard pattern; there is one, so it does not sleep. */
function* getBuffer(k: KernelApi, buffers: number): Steps {
  yield* k.tsleep_interlock(buffers);
  if ((yield* k.atomic_load_acq_int(buffers)) === 0) yield* k.tsleep(buffers, PINTERLOCKED, 'buffer');
}

export default fixPair(
  'tsleep-ident',
  {
    found: 'lost-wakeup',
    then:
      'An interlock on one ident is moved by a call that interlocks on another: ' +
      'the sleep waits for the wrong one.',
    now: 'A sleep that finds itself interlocked on another ident does not sleep: the caller looks again.',
  },
  {
    threads: {
      consumer: function* (k, item, buffers) {
        let hasBuffer = false;
        while ((yield* k.atomic_load_acq_int(item)) === 0) {
          yield* k.tsleep_interlock(item);
          if ((yield* k.atomic_load_acq_int(item)) !== 0) break;
          if (!hasBuffer) yield* getBuffer(k, buffers);
          hasBuffer = true;
          yield* k.tsleep(item, PINTERLOCKED, 'item');
        }
      },
    },
  },
  function* (k) {
    const item = yield* k.kmalloc('item', 4);
    const buffers = yield* k.kmalloc('buffers', 4);
    yield* k.atomic_store_rel_int(buffers, 1);
    const consumer = yield* k.lwkt_create('consumer', { cpu: 1, args: [item, buffers] });
    yield* k.atomic_store_rel_int(item, 1);
    yield* k.wakeup(item);
    yield* k.join(consumer);
  },
);
