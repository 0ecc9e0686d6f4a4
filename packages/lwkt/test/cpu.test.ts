import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  EV_SLEEP,
  EV_THREAD_CREATED,
  EV_THREAD_EXITED,
  EV_WAKEUP,
  EVENT_KINDS,
  GD,
  tsleep,
  wakeup,
} from '../src/index.ts';
import { kernelProgram } from './fixtures/kernel-program.ts';
import { passesOnce } from './fixtures/passes.ts';
import { joinAll, start } from './fixtures/tokens.ts';

describe('the CPU as kernel code sees it', () => {
  it('knows its globaldata and its current thread', () => {
    const program = kernelProgram('cpu', { cpus: 2 }, function* (k) {
      yield* k.fence();
      assert.equal(k.cpu.gd, k.kernel.gdOf(0));
      assert.equal(k.cpu.curthread, k.td);
      assert.equal(k.words[k.cpu.gd + GD.gd_cpuid], 0);
    });
    passesOnce(program);
  });

  it('tells whoever listens what happened on it', () => {
    const kinds: string[] = [];
    const program = kernelProgram(
      'events',
      {
        cpus: 1,
        threads: {
          *worker(k, ident) {
            yield* wakeup(k, ident);
          },
        },
      },
      function* (k) {
        k.cpu.events = { emit: (kind) => void kinds.push(EVENT_KINDS[kind]) };
        const td = yield* start(k, 'worker', [k.td]);
        yield* tsleep(k, k.td, 0, 'wait', 0);
        yield* joinAll(k, td);
        k.cpu.events = null;
      },
    );
    passesOnce(program);
    for (const kind of [EV_THREAD_CREATED, EV_SLEEP, EV_WAKEUP, EV_THREAD_EXITED]) {
      assert.ok(kinds.includes(EVENT_KINDS[kind]), `${EVENT_KINDS[kind]} in ${kinds.join()}`);
    }
  });
});
