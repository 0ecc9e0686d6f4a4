/**
 * Owns the programs of the benchmark area `lwkt`. Each runs a number of rounds several times on a live
 * machine, takes the time around them, and logs the nanoseconds of one operation in the best of them; other
 * users of the machine only ever make a span longer. The clock is read between spans, never within.
 */
import { type KernelApi, type MachineScenario, machineScenario, PINTERLOCKED } from '@smplab/machine';

type Thread = Generator<unknown, void, unknown>;

/** What a program logs, after which comes the number. */
export const LOGGED = 'nanoseconds: ';
const SPANS = 48;

/** Runs `span` some times; logs the least time of one of its operations. */
function* measured(k: KernelApi, operations: number, span: () => Thread): Thread {
  let best = Infinity;
  for (let i = 0; i < SPANS; i++) {
    const start = performance.now();
    yield* span();
    best = Math.min(best, ((performance.now() - start) * 1e6) / operations);
  }
  k.log(`${LOGGED}${best.toFixed(2)}`);
}

/** The floor: what a lock costs that is two atomic operations, without tokens or threads. */
const floor = machineScenario('floor: two atomic operations', { cpus: 2 }, function* (k) {
  const words = new Int32Array(new SharedArrayBuffer(64));
  const rounds = 100_000;
  yield* measured(k, rounds, function* () {
    for (let i = 0; i < rounds; i++) {
      Atomics.compareExchange(words, 0, 0, 1);
      Atomics.compareExchange(words, 0, 1, 0);
    }
  });
});

const uncontended = machineScenario('acquire and release', { cpus: 2 }, function* (k) {
  const token = k.lwkt_token_init('bench');
  const rounds = 25_000;
  yield* measured(k, rounds, function* () {
    for (let i = 0; i < rounds; i++) {
      yield* k.lwkt_gettoken(token);
      yield* k.lwkt_reltoken(token);
    }
  });
});

const recursive = machineScenario('recursive acquire and release', { cpus: 2 }, function* (k) {
  const token = k.lwkt_token_init('bench');
  const rounds = 25_000;
  yield* k.lwkt_gettoken(token);
  yield* measured(k, rounds, function* () {
    for (let i = 0; i < rounds; i++) {
      yield* k.lwkt_gettoken(token);
      yield* k.lwkt_reltoken(token);
    }
  });
  yield* k.lwkt_reltoken(token);
});

const steps = machineScenario('acquire and release, word by word', { cpus: 2 }, function* (k) {
  const token = k.lwkt_token_init('bench');
  const rounds = 12_500;
  yield* measured(k, rounds, function* () {
    for (let i = 0; i < rounds; i++) {
      yield* k.lwkt_gettoken_shared(token);
      yield* k.lwkt_reltoken(token);
    }
  });
});

const contended = machineScenario(
  'acquire and release by 2 CPUs',
  {
    cpus: 2,
    threads: {
      rival: function* (k, token, stop) {
        while ((yield* k.atomic_load_acq_int(stop)) === 0) {
          yield* k.lwkt_gettoken(token);
          yield* k.lwkt_reltoken(token);
        }
      },
    },
  },
  function* (k) {
    const token = k.lwkt_token_init('bench');
    const stop = yield* k.kmalloc('stop', 4);
    const rival = yield* k.lwkt_create('rival', { cpu: 1, args: [token, stop] });
    const rounds = 5000;
    yield* measured(k, rounds, function* () {
      for (let i = 0; i < rounds; i++) {
        yield* k.lwkt_gettoken(token);
        yield* k.lwkt_reltoken(token);
      }
    });
    yield* k.atomic_store_rel_int(stop, 1);
    yield* k.join(rival);
  },
);

/** A thread that gives the CPU straight back whenever it gets it. */
const switching = machineScenario(
  'context switch',
  {
    cpus: 2,
    threads: {
      back: function* (k, main, stop) {
        while (k.get(stop) === 0) {
          yield* k.lwkt_schedule(main);
          k.lwkt_deschedule_self();
          yield* k.lwkt_switch();
        }
      },
    },
  },
  function* (k) {
    const stop = yield* k.kmalloc('stop', 4);
    const back = yield* k.lwkt_create('back', { args: [k.curthread, stop] });
    const rounds = 2500;
    yield* measured(k, 2 * rounds, function* () {
      for (let i = 0; i < rounds; i++) {
        yield* k.lwkt_schedule(back);
        k.lwkt_deschedule_self();
        yield* k.lwkt_switch();
      }
    });
    k.set(stop, 1);
    yield* k.lwkt_schedule(back);
    yield* k.join(back);
  },
);

/** Sleeps until the word is `mine`. */
function* turn(k: KernelApi, word: number, mine: number): Thread {
  for (;;) {
    if ((yield* k.atomic_load_acq_int(word)) === mine) return;
    yield* k.tsleep_interlock(word);
    if ((yield* k.atomic_load_acq_int(word)) === mine) return;
    yield* k.tsleep(word, PINTERLOCKED, 'turn');
  }
}

function* pass(k: KernelApi, word: number, to: number): Thread {
  yield* k.atomic_store_rel_int(word, to);
  yield* k.wakeup(word);
}

/** Two threads wake each other in turn; one operation is a wakeup and the sleep it ends. */
function pingPong(name: string, cpu: number, rounds: number): MachineScenario {
  const threads = {
    pong: function* (k: KernelApi, word: number, count: number) {
      for (let i = 0; i < count; i++) {
        yield* turn(k, word, 1);
        yield* pass(k, word, 0);
      }
    },
  };
  return machineScenario(name, { cpus: 2, threads }, function* (k) {
    const word = yield* k.kmalloc('turn', 4);
    const pong = yield* k.lwkt_create('pong', { cpu, args: [word, rounds * SPANS] });
    yield* measured(k, 2 * rounds, function* () {
      for (let i = 0; i < rounds; i++) {
        yield* pass(k, word, 1);
        yield* turn(k, word, 0);
      }
    });
    yield* k.join(pong);
  });
}

const message = machineScenario(
  'message round trip',
  { cpus: 2, threads: { nothing: function* () {} } },
  function* (k) {
    const rounds = 250;
    yield* measured(k, rounds, function* () {
      for (let i = 0; i < rounds; i++) yield* k.lwkt_wait_ipiq(1, yield* k.lwkt_send_ipiq(1, 'nothing'));
    });
  },
);

/** In the order of the table. */
export const LWKT_PROGRAMS: readonly MachineScenario[] = [
  floor,
  uncontended,
  recursive,
  steps,
  contended,
  switching,
  pingPong('sleep and wakeup on one CPU', 0, 1250),
  pingPong('sleep and wakeup across two', 1, 125),
  message,
];

/** What the explorer is measured on: two CPUs, each taking a token twice, in about 30 steps. */
function* increment(k: KernelApi, token: number, word: number): Thread {
  for (let i = 0; i < 2; i++) {
    yield* k.lwkt_gettoken(token);
    k.set(word, k.get(word) + 1);
    yield* k.lwkt_reltoken(token);
  }
}

export const EXPLORED_TOKENS = machineScenario(
  'tokens on 2 CPUs',
  { cpus: 2, threads: { increment } },
  function* (k) {
    const token = k.lwkt_token_init('count');
    const word = k.context.allocateNow('word', 1);
    yield* k.lwkt_create('increment', { cpu: 1, args: [token, word] });
    yield* increment(k, token, word);
  },
);
