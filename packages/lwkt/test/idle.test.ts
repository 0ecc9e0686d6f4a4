import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  GD,
  IDLE_WAKE_MASK,
  RQF_AST_LWKT_RESCHED,
  RQF_IPIQ,
  RQF_WAKEUP,
  TD,
  TDF_IDLE,
} from '../src/index.ts';
import { kernelProgram } from './fixtures/kernel-program.ts';
import { joinAll, start } from './fixtures/tokens.ts';
import { watchAll } from './fixtures/watch.ts';

describe('the idle thread', () => {
  it('runs when nobody else can, rests in one step, and looks again when it is asked to', () => {
    const rests = new Set<string>();
    const program = kernelProgram(
      'idle',
      {
        threads: {
          *worker(k) {
            yield* k.fence();
          },
        },
      },
      function* (k) {
        const idle = k.words[k.kernel.gdOf(1) + GD.gd_idlethread];
        assert.ok((k.words[idle + TD.td_flags] & TDF_IDLE) !== 0);
        assert.equal(k.words[idle + TD.td_pri], 0);
        yield* joinAll(k, yield* start(k, 'worker', [], { cpu: 1 }));
        assert.ok(k.words[k.kernel.gdOf(1) + GD.gd_cnt_switch] >= 2);
      },
    );
    watchAll(
      program,
      {
        onStep(operation, kind) {
          if (kind.name === 'kernel.rest') rests.add(operation.strand.path);
        },
      },
      { strategy: 'random', schedules: 30 },
    );
    assert.ok(rests.has('cpu1/idle'));
  });

  it('is woken by a thread that becomes runnable and by pending messages', () => {
    for (const flag of [RQF_IPIQ, RQF_WAKEUP, RQF_AST_LWKT_RESCHED]) assert.ok((IDLE_WAKE_MASK & flag) !== 0);
  });
});
