/**
 * What is covered of today's process table where it was wrong in its history: every schedule without
 * preemptions, by which threads change only where they block, or as many as there is time for.
 */
import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import type { MachineScenario } from '@smplab/machine';
import { PROC_FIX_SWITCHES } from '@smplab/proc';
import { findScenario } from '@smplab/scenarios';

/** The first switch of the history; those before it are of the audit. */
const FIRST = 'reap-running';
const FIRST_AT = PROC_FIX_SWITCHES.findIndex(({ id }) => id === FIRST);
const IDS: readonly string[] = PROC_FIX_SWITCHES.slice(FIRST_AT).map(({ id }) => id);
/** Short enough to be proved here; the README says how far the others are. */
const PROVED: readonly string[] = [
  'reap-running',
  'exit-no-nthreads-wakeup',
  'exec-ignores-holds',
  'fork-misses-signal',
  'scan-chases-forks',
  'kthread-scan-return',
  'ucred-replaced',
];
const SCHEDULES = 200;

function scenarioOf(name: string): MachineScenario {
  const entry = findScenario(name);
  assert.ok(entry !== undefined && 'withSeed' in entry.scenario, name);
  return entry.scenario;
}

describe('a bug in the history of processes', () => {
  it('is in the catalogue for every fix switch of the history, and can be found', () => {
    for (const id of IDS) assert.equal(findScenario(id)?.variant, 'buggy', id);
  });

  for (const id of PROVED) {
    it(`is not there today: ${id} is proved for schedules without preemptions`, () => {
      const options = { strategy: 'dfs', preemptions: 0, schedules: SCHEDULES };
      const { verdict, message, races } = explore(scenarioOf(`${id}-fixed`), options);
      assert.equal(verdict, 'proved', message);
      assert.deepEqual(races, []);
    });
  }

  it('is found out by the same search as soon as the old code is back', () => {
    for (const id of ['wait-holds-child', 'invfork-flag', 'detach-hold-leak']) {
      const { verdict, message } = explore(scenarioOf(`${id}-fixed`).withSeed([id]), { shrink: false });
      assert.equal(verdict, findScenario(id)?.expected, `${id}: ${message}`);
    }
  });
});
