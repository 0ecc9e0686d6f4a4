/**
 * Owns T8: readers on two CPUs, whose holds overlap, and a writer on a third.
 * DragonFlyBSD 83c891d5d2 and 5042f74dda, sys/kern/lwkt_token.c.
 */
import { TDPRI_KERN_USER } from '@smplab/lwkt';
import { fixPair } from './fix-pair.ts';

const ROUNDS = 3;
/** Readers that may pass a writer that waits. */
const PATIENCE = 2;
const WAITS = 0;
const PASSED = 1;
const DONE = 2;

export default fixPair(
  'exclreq-fair',
  {
    found: 'assertion',
    then:
      'Shared holders ignore a pending exclusive request: as long as their holds ' +
      'overlap, the writer starves.',
    now: 'A thread that asks for a token shared, and holds no other, lets a waiting writer go first.',
  },
  {
    cpus: 3,
    threads: {
      reader: function* (k, tok, state) {
        for (let round = 0; round < ROUNDS; round++) {
          const before = yield* k.atomic_load_acq_int(state + WAITS);
          yield* k.lwkt_gettoken_shared(tok);
          const still = yield* k.atomic_load_acq_int(state + WAITS);
          if (before !== 0 && still !== 0) {
            const passed = (yield* k.atomic_fetchadd_int(state + PASSED, 1)) + 1;
            k.assert(passed <= PATIENCE, `${passed} readers have passed the writer that waits`);
          }
          yield* k.lwkt_reltoken(tok);
        }
      },
      writer: function* (k, tok, state) {
        yield* k.lwkt_gettoken(tok);
        k.set(state + DONE, 1);
        yield* k.atomic_store_rel_int(state + WAITS, 0);
        yield* k.lwkt_reltoken(tok);
      },
      /** Less urgent than the writer, on its CPU: when it runs, the writer has asked and waits. */
      witness: function* (k, state) {
        if (k.get(state + DONE) === 0) yield* k.atomic_store_rel_int(state + WAITS, 1);
      },
    },
  },
  function* (k) {
    const tok = k.lwkt_token_init('table');
    const state = yield* k.kmalloc('state', 12);
    const args = [tok, state];
    const threads = [yield* k.lwkt_create('reader', { cpu: 1, name: 'reader1', args })];
    threads.push(yield* k.lwkt_create('reader', { cpu: 2, name: 'reader2', args }));
    threads.push(yield* k.lwkt_create('writer', { args }));
    threads.push(yield* k.lwkt_create('witness', { args: [state], pri: TDPRI_KERN_USER }));
    for (const td of threads) yield* k.join(td);
  },
);
