import assert from 'node:assert/strict';
import { EQUAL } from '@smplab/explore';
import { TDPRI_INT_MED } from '@smplab/lwkt';
import type { KernelApi } from '../src/index.ts';
import { outcome } from './fixtures/kernel-run.ts';

type Body = (k: KernelApi) => Generator<unknown, void>;
type Threads = Record<string, (k: KernelApi, ...args: number[]) => Generator<unknown, unknown>>;

const together = (threads: Threads, body: Body, cpus = 2): string => outcome(body, { threads, cpus }, 60);

describe('messages, interrupts and critical sections of kernel code', () => {
  const add: Threads = {
    *add(k, word, value) {
      yield* k.atomic_fetchadd_int(word, value + 10 * k.cpuid);
    },
  };

  it('run a function on another CPU before the sender has waited for it', () => {
    const body: Body = function* (k) {
      const word = yield* k.kmalloc('word', 4);
      yield* k.lwkt_wait_ipiq(1, yield* k.lwkt_send_ipiq(1, 'add', word, 1));
      k.assert((yield* k.atomic_load_acq_int(word)) === 11, 'it ran on cpu1');
      yield* k.lwkt_wait_ipiq(1, yield* k.lwkt_send_ipiq_passive(1, 'add', word, 2));
      k.assert((yield* k.atomic_load_acq_int(word)) === 23, 'so did the passive one');
    };
    assert.equal(together(add, body), 'ok');
  });

  it('go to every CPU of a mask', () => {
    const body: Body = function* (k) {
      const word = yield* k.kmalloc('word', 4);
      k.assert((yield* k.lwkt_send_ipiq_mask(0b111, 'add', word, 1)) === 3, 'to three CPUs');
      yield* k.until(word, EQUAL, 33);
    };
    assert.equal(together(add, body, 3), 'ok');
  });

  it('wait for the end of a critical section', () => {
    const body: Body = function* (k) {
      const word = yield* k.kmalloc('word', 4);
      yield* k.lwkt_create('poker', { cpu: 1, args: [word] });
      k.crit_enter();
      const before = yield* k.atomic_load_acq_int(word);
      yield* k.cpu_mfence();
      k.assert((yield* k.atomic_load_acq_int(word)) === before, 'nothing ran in between');
      yield* k.crit_exit();
      k.crit_enter_hard();
      yield* k.crit_exit_hard();
    };
    const poker: Threads = {
      ...add,
      *poker(k, word) {
        yield* k.lwkt_send_ipiq(0, 'add', word, 1);
      },
    };
    assert.equal(together(poker, body), 'ok');
    const open: Body = function* (k) {
      const word = yield* k.kmalloc('word', 4);
      yield* k.lwkt_create('poker', { cpu: 1, args: [word] });
      const before = yield* k.atomic_load_acq_int(word);
      yield* k.cpu_mfence();
      k.assert((yield* k.atomic_load_acq_int(word)) === before, 'nothing ran in between');
    };
    assert.equal(together(poker, open), 'assertion: nothing ran in between');
  });

  it('let an interrupt thread run when its vector is raised', () => {
    const threads: Threads = {
      *handler(k, word) {
        k.crit_enter();
        while ((yield* k.atomic_load_acq_int(word)) === 0) {
          k.lwkt_deschedule_self();
          yield* k.lwkt_switch();
        }
        yield* k.crit_exit();
        k.register_int(3, 0);
        yield* k.atomic_store_rel_int(word, 2);
      },
    };
    const body: Body = function* (k) {
      const word = yield* k.kmalloc('word', 4);
      const handler = yield* k.lwkt_create('handler', { pri: TDPRI_INT_MED, nostart: true, args: [word] });
      k.register_int(3, handler);
      yield* k.atomic_store_rel_int(word, 1);
      yield* k.raise_int(0, 3);
      yield* k.join(handler);
      k.assert((yield* k.atomic_load_acq_int(word)) === 2, 'handled');
    };
    assert.equal(together(threads, body), 'ok');
  });

  it('make other CPUs stand still, and run a function on each before they go on', () => {
    const threads: Threads = {
      *report(k, sum) {
        yield* k.atomic_fetchadd_int(sum, 1 + k.cpuid);
      },
      *ticker(k, word) {
        for (let i = 0; i < 3; i++) yield* k.atomic_fetchadd_int(word, 1);
      },
    };
    const body: Body = function* (k) {
      const [word, sum] = [yield* k.kmalloc('word', 4), yield* k.kmalloc('sum', 4)];
      const ticker = yield* k.lwkt_create('ticker', { cpu: 1, args: [word] });
      const sync = yield* k.lwkt_cpusync_init(0b11, 'report', sum);
      yield* k.lwkt_cpusync_interlock(sync);
      const before = yield* k.atomic_load_acq_int(word);
      yield* k.cpu_mfence();
      k.assert((yield* k.atomic_load_acq_int(word)) === before, 'cpu1 stands still');
      yield* k.lwkt_cpusync_deinterlock(sync);
      k.assert((yield* k.atomic_load_acq_int(sum)) === 3, 'each CPU ran the function');
      yield* k.lwkt_cpusync_simple(0b10, 'report', sum);
      k.assert((yield* k.atomic_load_acq_int(sum)) === 5, 'and again, cpu1 alone');
      yield* k.kfree(sync, 'cpusync');
      yield* k.join(ticker);
    };
    assert.equal(together(threads, body), 'ok');
  });

  it('stand still without a function as well', () => {
    const body: Body = function* (k) {
      const sync = yield* k.lwkt_cpusync_init(-1);
      yield* k.lwkt_cpusync_interlock(sync);
      yield* k.lwkt_cpusync_deinterlock(sync);
    };
    assert.equal(together({}, body, 3), 'ok');
  });
});
