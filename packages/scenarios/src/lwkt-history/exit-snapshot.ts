/**
 * Owns T11: a thread moves to another CPU, ends there at once, and is freed by whoever joined it.
 * DragonFlyBSD 3a06728ed5, sys/kern/lwkt_thread.c.
 */
import { EQUAL } from '@smplab/explore';
import { TD, TDF_EXITING, TDF_RUNNING } from '@smplab/lwkt';
import { fixPair } from './fix-pair.ts';

export default fixPair(
  'exit-snapshot',
  {
    found: 'use-after-free',
    then:
      'The CPU a thread came from sees that it exits elsewhere and says so too ' +
      'early: it is freed while it ends.',
    now: 'Only the switch that retired the thread says that it has exited.',
  },
  {
    threads: {
      traveller: function* (k) {
        yield* k.lwkt_setcpu_self(1);
        return k.cpuid;
      },
    },
  },
  function* (k) {
    const traveller = yield* k.lwkt_create('traveller');
    const arrived = yield* k.join(traveller);
    k.assert(arrived === 1, 'the traveller ends on cpu1');
    // As lwp_wait does: its CPU must have switched away from it.
    yield* k.until(traveller + TD.td_flags, EQUAL, TDF_EXITING, TDF_EXITING | TDF_RUNNING);
    yield* k.lwkt_free_thread(traveller);
  },
);
