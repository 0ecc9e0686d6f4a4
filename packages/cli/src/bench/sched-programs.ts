/**
 * Owns the programs that the area `sched` runs in virtual time: they never end, so that any time can be
 * measured.
 */
import { machineScenario } from '@smplab/machine';
import { processScenario } from '@smplab/proc';

/** Two CPUs with one token: each takes it, changes a word, and gives it back. */
export const TOKEN_PAIR = machineScenario(
  'a token and two CPUs',
  {
    cpus: 2,
    threads: {
      *writer(k, token, word) {
        for (;;) {
          yield* k.lwkt_gettoken(token);
          k.set(word, (k.get(word) + 1) | 0);
          yield* k.lwkt_reltoken(token);
        }
      },
    },
  },
  function* (k) {
    const token = k.lwkt_token_init('pair');
    const word = yield* k.kmalloc('word', 16);
    for (const cpu of [0, 1]) yield* k.lwkt_create('writer', { cpu, args: [token, word] });
  },
);

const FAMILY = 8;

/** Processes that make children, compute, and wait for them. */
export const FAMILIES = processScenario(
  'families',
  {},
  {
    '/bin/families': {
      *main(u) {
        for (let at = 0; at < FAMILY; at++) yield* u.fork('parent');
        yield* u.wait();
      },
      *parent(u) {
        for (;;) {
          const pid = yield* u.fork('child');
          yield* u.compute(20_000);
          yield* u.wait4(pid);
        }
      },
      *child(u) {
        yield* u.compute(10_000);
      },
    },
  },
);
