/**
 * Owns the program that `smplab boot` runs when it is given none: every CPU takes a contended token, wakes
 * and is woken by its neighbour, sends messages, sleeps with timeouts, allocates and frees, until a time in
 * ticks is over. Each kind counts what it did, and what it did is checked.
 */
import { M_NOWAIT } from '@smplab/kmem';
import { PINTERLOCKED, type Steps, TDPRI_SOFT_NORM } from '@smplab/lwkt';
import type { ImageSource } from './live/task.ts';
import type { KernelApi } from './kernel-api.ts';
import { machineScenario } from './machine-scenario.ts';

const EWOULDBLOCK = 35;
const DEFAULT_TICKS = 300;

/** Words all threads share; the first argument of each points at them. */
const STOP = 0;
const TOKEN = 1;
const COUNTER = 2;
const TAKEN = 3;
const WOKEN = 4;
const ANSWERED = 5;
const SLEPT = 6;
const ALLOCATED = 7;
const SHARED_WORDS = 8;

const isOver = (k: KernelApi, shared: number): boolean => k.context.peek(shared + STOP) !== 0;

/** Takes the token again and again; the counter is written under it and nowhere else. */
function* writer(k: KernelApi, shared: number): Steps {
  const token = k.get(shared + TOKEN);
  let taken = 0;
  while (!isOver(k, shared)) {
    for (let round = 0; round < 50; round++) {
      yield* k.lwkt_gettoken(token);
      k.set(shared + COUNTER, k.get(shared + COUNTER) + 1);
      yield* k.lwkt_reltoken(token);
      taken++;
    }
    yield* k.lwkt_yield();
  }
  yield* k.atomic_fetchadd_int(shared + TAKEN, taken);
}

/** One of two that wake each other in turn. */
function* partner(k: KernelApi, shared: number, turn: number, mine: number): Steps {
  let woken = 0;
  for (;;) {
    yield* k.tsleep_interlock(turn);
    const isMine = (yield* k.atomic_load_acq_int(turn)) === mine;
    if (!isMine && !isOver(k, shared)) {
      yield* k.tsleep(turn, PINTERLOCKED, 'turn');
      continue;
    }
    woken++;
    yield* k.atomic_store_rel_int(turn, 1 - mine);
    yield* k.wakeup(turn);
    if (isOver(k, shared)) break;
  }
  yield* k.atomic_fetchadd_int(shared + WOKEN, woken);
}

/** Runs on the other CPU, as a message. */
function* answer(k: KernelApi, word: number): Steps {
  yield* k.atomic_fetchadd_int(word, 1);
}

/** Sends messages to the next CPU and waits for each. */
function* sender(k: KernelApi, shared: number): Steps {
  const target = (k.cpuid + 1) % k.ncpus;
  while (!isOver(k, shared)) {
    for (let round = 0; round < 20; round++) {
      const sequence = yield* k.lwkt_send_ipiq(target, 'stress answer', shared + ANSWERED);
      yield* k.lwkt_wait_ipiq(target, sequence);
    }
    yield* k.lwkt_yield();
  }
}

/** Sleeps on an ident nobody wakes. */
function* sleeper(k: KernelApi, shared: number, ident: number): Steps {
  while (!isOver(k, shared)) {
    const error = yield* k.tsleep(ident, 0, 'nap', 1 + k.choose(3));
    k.assert(error === EWOULDBLOCK, `a sleep that nobody ends gave ${error}`);
    yield* k.atomic_fetchadd_int(shared + SLEPT, 1);
  }
}

/** Takes blocks, fills them, finds them as they were, gives them back. */
function* allocator(k: KernelApi, shared: number, mark: number): Steps {
  let count = 0;
  while (!isOver(k, shared)) {
    for (let round = 0; round < 20; round++) {
      const words = 1 + k.choose(60);
      const block = yield* k.kmalloc('stress', words * 4, M_NOWAIT);
      if (block === 0) continue;
      for (let at = 0; at < words; at++) k.set(block + at, mark);
      for (let at = 0; at < words; at++)
        k.assert(k.get(block + at) === mark, 'a block belongs to one thread');
      yield* k.kfree(block, 'stress');
      count++;
    }
    yield* k.lwkt_yield();
  }
  yield* k.atomic_fetchadd_int(shared + ALLOCATED, count);
}

/** Starts all that on every CPU, waits, stops it, and looks at the sums. */
function* main(k: KernelApi, ticks = DEFAULT_TICKS): Steps {
  const shared = yield* k.kmalloc('stress', SHARED_WORDS * 4);
  k.set(shared + TOKEN, k.lwkt_token_init('stress'));
  const threads: number[] = [];
  for (let cpu = 0; cpu < k.ncpus; cpu++) {
    const turn = yield* k.kmalloc('turn', 4);
    const ident = yield* k.kmalloc('nap', 4);
    const next = (cpu + 1) % k.ncpus;
    threads.push(yield* k.lwkt_create('stress writer', { cpu, args: [shared] }));
    threads.push(
      yield* k.lwkt_create('stress partner', { cpu, pri: TDPRI_SOFT_NORM, args: [shared, turn, 0] }),
    );
    threads.push(
      yield* k.lwkt_create('stress partner', { cpu: next, pri: TDPRI_SOFT_NORM, args: [shared, turn, 1] }),
    );
    threads.push(yield* k.lwkt_create('stress sleeper', { cpu, args: [shared, ident] }));
    threads.push(yield* k.lwkt_create('stress allocator', { cpu, args: [shared, cpu + 1] }));
    if (k.ncpus > 1) threads.push(yield* k.lwkt_create('stress sender', { cpu, args: [shared] }));
  }
  yield* k.tsleep(shared, 0, 'stress', Math.max(1, ticks));
  yield* k.atomic_store_rel_int(shared + STOP, 1);
  for (const thread of threads) yield* k.join(thread);
  k.assert(k.get(shared + COUNTER) === k.get(shared + TAKEN), 'the token kept every two writers apart');
  k.log(`${k.get(shared + TAKEN)} times the token, ${k.get(shared + WOKEN)} wakeups across CPUs`);
  k.log(
    `${k.get(shared + ANSWERED)} messages answered, ${k.get(shared + SLEPT)} timeouts, ` +
      `${k.get(shared + ALLOCATED)} blocks`,
  );
}

/** The program. */
export const stress = machineScenario(
  'stress',
  {
    threads: {
      'stress writer': writer,
      'stress partner': partner,
      'stress answer': answer,
      'stress sender': sender,
      'stress sleeper': sleeper,
      'stress allocator': allocator,
    },
  },
  main,
);

/** Where workers find it. */
export function stressImage(): ImageSource {
  const built = import.meta.url.endsWith('.ts') ? '../dist/stress.js' : './stress.js';
  return { module: new URL(built, import.meta.url).href, scenario: 'stress', file: 'stress (built in)' };
}
