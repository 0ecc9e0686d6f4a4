/**
 * Owns T4: an interrupt thread preempts a holder of the token it needs, blocks for another one, and goes on.
 * DragonFlyBSD 3933a3ab60, sys/kern/lwkt_token.c.
 */
import { type Steps, TDPRI_INT_LOW } from '@smplab/lwkt';
import type { KernelApi } from '@smplab/machine';
import { fixPair } from './fix-pair.ts';

const VECTOR = 3;

/** What the token `device` is for: one at a time. */
function* section(k: KernelApi, inside: number): Steps {
  k.assert((yield* k.atomic_fetchadd_int(inside, 1)) === 0, 'one thread at a time works on the device');
  yield* k.atomic_fetchadd_int(inside, -1);
}

export default fixPair(
  'preempt-token-ref',
  {
    found: 'assertion',
    then:
      'An interrupt thread takes the token of the thread it preempted as its own, ' +
      'and loses it at a switch unseen.',
    now: 'A preempting thread waits for the token like any other, and has it when it runs again.',
  },
  {
    threads: {
      ithread: function* (k, device, log, inside) {
        yield* k.lwkt_gettoken(device);
        yield* k.lwkt_gettoken(log);
        yield* section(k, inside);
        yield* k.lwkt_reltoken(log);
        yield* k.lwkt_reltoken(device);
      },
      other: function* (k, device, log, inside) {
        yield* k.lwkt_gettoken(log);
        yield* k.raise_int(0, VECTOR);
        yield* k.lwkt_reltoken(log);
        yield* k.lwkt_gettoken(device);
        yield* section(k, inside);
        yield* k.lwkt_reltoken(device);
      },
    },
  },
  function* (k) {
    const device = k.lwkt_token_init('device');
    const log = k.lwkt_token_init('log');
    const inside = yield* k.kmalloc('inside', 4);
    const args = [device, log, inside];
    const ithread = yield* k.lwkt_create('ithread', { pri: TDPRI_INT_LOW, nostart: true, args });
    k.register_int(VECTOR, ithread);
    const other = yield* k.lwkt_create('other', { cpu: 1, args });
    yield* k.lwkt_gettoken(device);
    yield* section(k, inside);
    yield* k.lwkt_reltoken(device);
    yield* k.join(other);
    yield* k.join(ithread);
  },
);
