/**
 * What is covered of today's code: every schedule with so many preemptions, or as many as there is time
 * for.
 */
import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import { FIX_SWITCHES } from '@smplab/lwkt';
import { findScenario } from '@smplab/scenarios';

/** Preemptions up to which every schedule is run in a second; Infinity: all there are. */
const PROVED: Readonly<Record<string, number>> = {
  'swap-bounds': 2,
  'preempt-token-ref': 1,
  'switch-no-splz': 2,
  'switch-fixation': 1,
  'contended-unsigned': 1,
  'exit-snapshot': Infinity,
  'passive-signal': 1,
  'nested-levels': 0,
  'trytoken-critexit': 2,
  'wakeup-interlock': 3,
  'wakeup-fence': 3,
  'endtsleep-order': 1,
  'timeout-stat': 1,
  'delayed-wakeup': 1,
  'schedule-tsleepq': 3,
  'tsleep-ident': 3,
};
const SCHEDULES = 10_000;

describe("today's kernel", () => {
  for (const [id, preemptions] of Object.entries(PROVED)) {
    const extent = preemptions === Infinity ? 'all schedules' : `at most ${preemptions} preemptions`;
    it(`does not have the bug ${id}: proved for ${extent}`, () => {
      const entry = findScenario(`${id}-fixed`);
      assert.ok(entry !== undefined);
      const bound = preemptions === Infinity ? {} : { preemptions };
      const result = explore(entry.scenario, { strategy: 'dfs', schedules: SCHEDULES, ...bound });
      assert.equal(result.verdict, 'proved', result.message);
      assert.deepEqual(result.races, []);
    });
  }

  it('leaves one scenario to sampling, which has three CPUs', () => {
    const sampled = FIX_SWITCHES.map(({ id }) => id as string).filter((id) => !(id in PROVED));
    assert.deepEqual(sampled, ['exclreq-fair']);
  });

  it('is found out by the same search as soon as the old code is back', () => {
    for (const { id } of FIX_SWITCHES) {
      const entry = findScenario(`${id}-fixed`);
      const expected = findScenario(id)?.expected;
      assert.ok(entry !== undefined && 'withSeed' in entry.scenario);
      const { verdict, message } = explore(entry.scenario.withSeed([id]), { shrink: false });
      assert.equal(verdict, expected, `${id}: ${message}`);
    }
  });
});
