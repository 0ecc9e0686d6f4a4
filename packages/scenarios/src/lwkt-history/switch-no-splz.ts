/**
 * Owns T5: a message counts for the thread it interrupts, under the token that this thread holds.
 * DragonFlyBSD 5411d8f15e, sys/kern/lwkt_thread.c.
 */
import type { Steps } from '@smplab/lwkt';
import type { KernelApi } from '@smplab/machine';
import { fixPair } from './fix-pair.ts';

const HITS = 0;
const OWNER = 1;
const LATE = 2;

/** Counts a hit; the token `device` keeps others away. */
function* hit(k: KernelApi, device: number): Steps {
  const hits = yield* k.atomic_load_acq_int(device + HITS);
  yield* k.atomic_store_rel_int(device + HITS, hits + 1);
}

export default fixPair(
  'switch-no-splz',
  {
    found: 'assertion',
    then:
      'Messages run on a thread that is about to switch and has dropped its ' +
      'tokens already: an update is lost.',
    now:
      'No message runs between the release of the tokens and the switch: the ' +
      'current thread holds what it took.',
  },
  {
    threads: {
      owner: function* (k, tok, log, device) {
        k.crit_enter();
        yield* k.lwkt_gettoken(tok);
        yield* k.atomic_store_rel_int(device + OWNER, k.curthread);
        // May wait: `tok` is lost meanwhile, but then the thread is not the current one.
        yield* k.lwkt_gettoken(log);
        yield* k.lwkt_reltoken(log);
        yield* k.atomic_store_rel_int(device + OWNER, 0);
        yield* k.lwkt_reltoken(tok);
        yield* k.crit_exit();
      },
      message: function* (k, device) {
        const owner = yield* k.atomic_load_acq_int(device + OWNER);
        if (owner === k.curthread) yield* hit(k, device);
        else yield* k.atomic_fetchadd_int(device + LATE, 1);
      },
    },
  },
  function* (k) {
    const tok = k.lwkt_token_init('device');
    const log = k.lwkt_token_init('log');
    const device = yield* k.kmalloc('device', 12);
    yield* k.lwkt_gettoken(log);
    const owner = yield* k.lwkt_create('owner', { cpu: 1, args: [tok, log, device] });
    const seq = yield* k.lwkt_send_ipiq(1, 'message', device);
    yield* k.lwkt_gettoken(tok);
    yield* hit(k, device);
    yield* k.lwkt_reltoken(tok);
    yield* k.lwkt_reltoken(log);
    yield* k.join(owner);
    yield* k.lwkt_wait_ipiq(1, seq);
    const hits =
      (yield* k.atomic_load_acq_int(device + HITS)) + (yield* k.atomic_load_acq_int(device + LATE));
    k.assert(hits === 2, `both hits count, not ${hits}`);
  },
);
