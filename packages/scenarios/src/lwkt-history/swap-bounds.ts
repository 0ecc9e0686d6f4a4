/**
 * Owns T3: two threads walk a list hand over hand, so each holds two tokens and gives the first one back
 * first.
 * DragonFlyBSD 84ecccb4cf, sys/kern/lwkt_token.c.
 */
import { fixPair } from './fix-pair.ts';

export default fixPair(
  'swap-bounds',
  {
    found: 'panic',
    then:
      'An assertion of lwkt_token_swap is off by one: a thread with exactly two ' +
      'tokens brings the kernel down.',
    now: 'Two tokens can be swapped, and given back in either order.',
  },
  {
    threads: {
      walker: function* (k, head, next, count) {
        yield* k.lwkt_gettoken(head);
        yield* k.lwkt_gettoken(next);
        k.lwkt_token_swap();
        yield* k.lwkt_reltoken(head);
        k.set(count, k.get(count) + 1);
        yield* k.lwkt_reltoken(next);
      },
    },
  },
  function* (k) {
    const head = k.lwkt_token_init('head');
    const next = k.lwkt_token_init('next');
    const count = yield* k.kmalloc('count', 4);
    const walker = yield* k.lwkt_create('walker', { cpu: 1, args: [head, next, count] });
    yield* k.lwkt_gettoken(head);
    yield* k.lwkt_gettoken(next);
    k.lwkt_token_swap();
    yield* k.lwkt_reltoken(head);
    k.set(count, k.get(count) + 1);
    yield* k.lwkt_reltoken(next);
    yield* k.join(walker);
    k.assert(k.get(count) === 2, 'both walkers have counted the last node');
  },
);
