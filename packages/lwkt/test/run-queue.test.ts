import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type Context,
  dequeue,
  enqueue,
  GD,
  lwkt_resched_wanted,
  lwkt_schedulerclock,
  lwkt_setpri,
  lwkt_yield,
  need_lwkt_resched,
  RQF_AST_LWKT_RESCHED,
  TD,
  TDF_BLOCKQ,
  TDF_MIGRATING,
  TDF_RUNQ,
} from '../src/index.ts';
import { runHead, runNext } from '../src/run-queue.ts';
import { kernelProgram, verdictOf } from './fixtures/kernel-program.ts';
import { joinAll, newWord, start } from './fixtures/tokens.ts';
import { watchAll } from './fixtures/watch.ts';

const ONE = { strategy: 'random', schedules: 1 };

/** Numbers of the threads of the run queue, in its order; main is 0. */
function queueOf(k: Context): number[] {
  const serials: number[] = [];
  for (let td = runHead(k); td !== 0; td = runNext(k, td)) serials.push(k.words[td + TD.td_args]);
  return serials;
}

/** A machine of one CPU with threads of these priorities, numbered from 1, that have not run yet. */
function withThreads(pris: readonly number[], body: (k: Context, threads: number[]) => void): void {
  const program = kernelProgram('queue', { cpus: 1, threads: { *idler() {} } }, function* (k) {
    const threads: number[] = [];
    for (const [at, pri] of pris.entries()) threads.push(yield* start(k, 'idler', [at + 1], { pri }));
    body(k, threads);
  });
  verdictOf(program, 'nothing-concurrent', ONE);
}

describe('the run queue', () => {
  it('is sorted by priority, first in first out among equals, and the running thread stays on it', () => {
    withThreads([12, 20, 10, 20, 12], (k) => assert.deepEqual(queueOf(k), [2, 4, 0, 1, 5, 3]));
  });

  it('asks for a reschedule when the new thread is its head only', () => {
    withThreads([10], (k, [td]) => {
      const { gd } = k.cpu;
      dequeue(k.cpu, td);
      k.words[gd + GD.gd_reqflags] &= ~RQF_AST_LWKT_RESCHED;
      enqueue(k.cpu, td);
      assert.ok(!lwkt_resched_wanted(k));
      lwkt_setpri(k, td, 30);
      assert.ok(lwkt_resched_wanted(k));
      assert.deepEqual(queueOf(k), [1, 0]);
    });
  });

  it('does not take a thread twice, nor one that migrates or stands on another queue', () => {
    withThreads([10, 10], (k, [one, two]) => {
      enqueue(k.cpu, one);
      assert.deepEqual(queueOf(k), [0, 1, 2]);
      dequeue(k.cpu, two);
      dequeue(k.cpu, two);
      for (const flag of [TDF_MIGRATING, TDF_BLOCKQ]) {
        k.words[two + TD.td_flags] |= flag;
        enqueue(k.cpu, two);
        k.words[two + TD.td_flags] &= ~flag;
      }
      assert.deepEqual(queueOf(k), [0, 1]);
      assert.equal(k.words[two + TD.td_flags] & TDF_RUNQ, 0);
    });
  });
});

describe('lwkt_schedulerclock', () => {
  it('puts the running head behind its equals, not behind those below', () => {
    withThreads([12, 12, 10], (k) => {
      k.words[k.cpu.gd + GD.gd_reqflags] &= ~RQF_AST_LWKT_RESCHED;
      lwkt_schedulerclock(k.cpu);
      assert.deepEqual(queueOf(k), [1, 2, 0, 3]);
      assert.ok(lwkt_resched_wanted(k));
    });
  });

  it('leaves a head alone that has no equal, or does not run', () => {
    withThreads([10], (k) => {
      k.words[k.cpu.gd + GD.gd_reqflags] &= ~RQF_AST_LWKT_RESCHED;
      lwkt_schedulerclock(k.cpu);
      assert.deepEqual(queueOf(k), [0, 1]);
      assert.ok(!lwkt_resched_wanted(k));
    });
    withThreads([20, 20], (k) => {
      lwkt_schedulerclock(k.cpu);
      assert.deepEqual(queueOf(k), [1, 2, 0]);
    });
  });

  it('asks for a switch when a thread runs that is not the head', () => {
    // A switch may have passed the head over, because its tokens were not to be had at that moment.
    for (const priorities of [[20], [20, 12]]) {
      withThreads(priorities, (k) => {
        k.words[k.cpu.gd + GD.gd_reqflags] &= ~RQF_AST_LWKT_RESCHED;
        const before = queueOf(k);
        lwkt_schedulerclock(k.cpu);
        assert.deepEqual(queueOf(k), before);
        assert.ok(lwkt_resched_wanted(k));
      });
    }
  });

  it('makes equals take turns at the clock ticks of the machine', () => {
    let turns = '';
    const orders = new Set<string>();
    const program = kernelProgram(
      'round robin',
      {
        cpus: 1,
        limits: { ticks: 4 },
        threads: {
          *worker(k, me, word) {
            for (let round = 0; round < 6; round++) {
              yield* k.fetchadd(word, 1);
              turns += String(me);
              yield* lwkt_yield(k);
            }
          },
        },
      },
      function* (k) {
        const word = yield* newWord(k);
        const one = yield* start(k, 'worker', [1, word]);
        const two = yield* start(k, 'worker', [2, word]);
        yield* joinAll(k, one, two);
      },
    );
    const onRun = (): void => {
      if (turns !== '') orders.add(turns);
      turns = '';
    };
    watchAll(program, { onRun }, { strategy: 'random', schedules: 200 });
    onRun();
    assert.ok(orders.has('111111222222'), 'without a tick in between nobody gives way');
    assert.ok(
      [...orders].some((order) => /^1+2+1+2+$/.test(order)),
      [...orders].join(' '),
    );
  });
});

describe('need_lwkt_resched', () => {
  it('is what lwkt_yield looks at', () => {
    withThreads([], (k) => {
      assert.equal(lwkt_resched_wanted(k), (k.words[k.cpu.gd + GD.gd_reqflags] & RQF_AST_LWKT_RESCHED) !== 0);
      need_lwkt_resched(k.cpu);
      assert.ok(lwkt_resched_wanted(k));
    });
  });
});
