/**
 * What is covered of today's procfs where it was wrong: every schedule without preemptions, by which threads
 * change only where they block, or as many as there is time for; and that each of two defences is enough.
 */
import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import type { MachineScenario } from '@smplab/machine';
import { PROCFS_FIX_SWITCHES } from '@smplab/procfs';
import { findScenario } from '@smplab/scenarios';
import { procfsHistory } from '../../src/procfs-history/list.ts';

/** Short enough to be proved here. */
const PROVED: readonly string[] = [
  'procfs-hooks-unlocked',
  'procfs-no-hashinit',
  'procfs-init-order',
  'suspend-interruptible',
  'procfs-stale-node',
  'procfs-zombie-nodes',
  'procfs-writer-rights',
  'procfs-revoke-locked',
  'vfs-busy-sleeps',
];
const SCHEDULES = 200;

function scenarioOf(name: string): MachineScenario {
  const entry = findScenario(name);
  assert.ok(entry !== undefined && 'withSeed' in entry.scenario, name);
  return entry.scenario;
}

describe('a bug of procfs', () => {
  it('is in the catalogue for every fix switch, and can be found', () => {
    const shown = new Set(procfsHistory.flatMap(({ given }) => given.asSeed ?? []));
    for (const { id } of PROCFS_FIX_SWITCHES) assert.ok(shown.has(id), id);
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
    for (const id of ['suspend-interruptible', 'procfs-revoke-locked', 'vfs-busy-sleeps']) {
      const { verdict, message } = explore(scenarioOf(`${id}-fixed`).withSeed([id]), { shrink: false });
      assert.equal(verdict, findScenario(id)?.expected, `${id}: ${message}`);
    }
  });
});

describe('the memory of a set-id program', () => {
  for (const id of ['procfs-no-io-check', 'procfs-no-exec-hook']) {
    it(`is out of reach by the other defence alone: ${id}`, () => {
      const scenario = scenarioOf('procfs-no-io-check-fixed').withSeed([id]);
      const { verdict, message } = explore(scenario, { schedules: SCHEDULES, shrink: false });
      assert.equal(verdict, 'none', message);
    });
  }
});
