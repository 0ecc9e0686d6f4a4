/**
 * Owns T14: messages that are answered by messages, while the queue for the answers is full.
 * DragonFlyBSD ddec9f484d and 5d920ec6b9, sys/kern/lwkt_ipiq.c.
 */
import { EQUAL } from '@smplab/explore';
import { MAXCPUFIFO } from '@smplab/lwkt';
import { fixPair } from './fix-pair.ts';

const PINGS = 8;
/** Handlers that may run within each other; each takes a frame of the one kernel stack of the CPU. */
const DEPTH = 4;
const READY = 0;
const NESTED = 1;

export default fixPair(
  'nested-levels',
  {
    found: 'assertion',
    then:
      'A handler that waits for room runs further messages, whose handlers wait ' +
      'for room: the stack overflows.',
    now: 'A sender that is a handler waits as late as it can, and then runs only what others wait for.',
  },
  {
    threads: {
      chatter: function* (k, state) {
        for (let count = 0; count < MAXCPUFIFO / 2; count++) yield* k.lwkt_send_ipiq_passive(0, 'pong');
        yield* k.atomic_store_rel_int(state + READY, 1);
      },
      ping: function* (k, state) {
        const nested = k.get(state + NESTED) + 1;
        k.set(state + NESTED, nested);
        k.assert(nested <= DEPTH, `${nested} handlers run within each other on cpu${k.cpuid}`);
        yield* k.lwkt_send_ipiq(0, 'pong');
        k.set(state + NESTED, nested - 1);
      },
      pong: function* () {
        // That it fills the queue is all it is for.
      },
    },
  },
  function* (k) {
    const state = yield* k.kmalloc('state', 8);
    const chatter = yield* k.lwkt_create('chatter', { cpu: 1, args: [state] });
    k.crit_enter();
    yield* k.until(state + READY, EQUAL, 1);
    for (let count = 0; count < PINGS; count++) yield* k.lwkt_send_ipiq(1, 'ping', state);
    yield* k.crit_exit();
    yield* k.join(chatter);
  },
);
