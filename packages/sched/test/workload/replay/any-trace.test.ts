import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { eevdf } from '../../../src/policy/eevdf.ts';
import { Simulation } from '../../../src/simulation/simulation.ts';
import { symmetric } from '../../../src/topology/presets.ts';
import { replay } from '../../../src/workload/replay/replay.ts';
import { WorkloadError } from '../../../src/workload/workload.ts';

const tid = fc.integer({ min: 0, max: 5 });
const named = (id: number): string => `t${id}:${id} [120]`;

/** Lines that may contradict each other in every way. */
const line = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 2 }), tid, tid)
  .chain(([ms, cpu, actor, other]) => {
    const head = (flags: string): string =>
      `t${actor}-${actor} [00${cpu}] ${flags} 7.${String(ms).padStart(3, '0')}: `;
    return fc.oneof(
      {
        weight: 3,
        arbitrary: fc
          .constantFrom('R', 'R+', 'S', 'D', 'X')
          .map((state) => `${head('d..2.')}sched_switch: ${named(actor)} ${state} ==> ${named(other)}`),
      },
      {
        weight: 3,
        arbitrary: fc
          .constantFrom('d..2.', 'd.h2.')
          .map((flags) => `${head(flags)}sched_waking: ${named(other)}`),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom('CPU:0 [LOST 3 EVENTS]', '# comment', '', `${head('....')}irq: x`),
      },
    );
  });

const lines = fc.array(line, { minLength: 1, maxLength: 60 });

describe('any trace', () => {
  it('is replayed without anything that goes wrong, or refused', () => {
    fc.assert(
      fc.property(lines, fc.boolean(), (all, isInOrder) => {
        const time = (text: string): number => Number(/ 7\.(\d+):/.exec(text)?.[1] ?? 0);
        const text = (isInOrder ? all.toSorted((a, b) => time(a) - time(b)) : all).join('\n');
        if (!text.includes('sched_switch')) {
          assert.throws(() => replay(text), WorkloadError);
          return;
        }
        const sim = new Simulation<unknown>({ policy: eevdf(), topology: symmetric(2) });
        const workload = replay(text, { switchNs: 100_000 });
        workload.start(sim);
        sim.run(Infinity);
        const ran = [...sim.ended, ...sim.tasks].reduce((sum, { runNs }) => sum + runNs, 0);
        // Three CPUs, 40 ms.
        assert.ok(ran <= 3 * (workload.durationNs ?? 0), `${ran}`);
      }),
      { numRuns: 300 },
    );
  });

  it('with a line cut off is replayed, or refused with the number of that line', () => {
    fc.assert(
      fc.property(lines, fc.nat(), fc.nat(), (all, which, where) => {
        const at = which % all.length;
        const cut = all.with(at, all[at].slice(0, where % (all[at].length + 1)));
        try {
          replay(cut.join('\n'), { file: 'f' });
        } catch (error) {
          assert.ok(error instanceof WorkloadError, String(error));
          assert.match(error.message, new RegExp(String.raw`^f:(?:${at + 1}:| there is no sched_switch)`));
        }
      }),
      { numRuns: 300 },
    );
  });
});
