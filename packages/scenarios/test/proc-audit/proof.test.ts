/**
 * What is covered of today's process table where the seed is wrong: every schedule without preemptions, by
 * which threads change only where they block, or as many as there is time for.
 */
import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import type { MachineScenario } from '@smplab/machine';
import { PROC_FIX_SWITCHES } from '@smplab/proc';
import { findScenario } from '@smplab/scenarios';

/** The last switch of the audit; those after it are of the history. */
const LAST = 'hooks-unlocked';
const LAST_AT = PROC_FIX_SWITCHES.findIndex(({ id }) => id === LAST);
const IDS: readonly string[] = PROC_FIX_SWITCHES.slice(0, LAST_AT + 1).map(({ id }) => id);
/** Some need more schedules than there is time for; `npm run campaign:history` runs those. */
const LONG: readonly string[] = [
  'enterpgrp-revalidate',
  'inferior-embryo',
  'kern-proc-embryo',
  'reap-keeps-hold',
  'orphanpg-walk',
  'lwp-exit-recheck',
];
const SCHEDULES = 100;

function scenarioOf(name: string): MachineScenario {
  const entry = findScenario(name);
  assert.ok(entry !== undefined && 'withSeed' in entry.scenario, name);
  return entry.scenario;
}

describe('a wrong place of the seed', () => {
  it('is in the catalogue for every fix switch of the audit, and can be found', () => {
    for (const id of IDS) assert.equal(findScenario(id)?.variant, 'buggy', id);
  });

  for (const id of IDS) {
    if (id === 'hold-overflow' || LONG.includes(id)) continue;
    it(`is right today: ${id} is proved for schedules without preemptions`, () => {
      const options = { strategy: 'dfs', preemptions: 0, schedules: SCHEDULES };
      const { verdict, message, races } = explore(scenarioOf(`${id}-fixed`), options);
      assert.equal(verdict, 'proved', message);
      assert.deepEqual(races, []);
    });
  }

  it('stops the kernel where it is a count that has run over: hold-overflow', () => {
    const { verdict, message } = explore(scenarioOf('hold-overflow-fixed'), { shrink: false });
    assert.equal(verdict, 'panic');
    assert.match(message, /^phold: .*one more would read as PLOCK_ZOMB/);
  });

  it('is found out by the same search as soon as the old code is back', () => {
    for (const id of ['fixjobc-unlocked', 'usermap-postexit', 'cwd-fdfree']) {
      const { verdict, message } = explore(scenarioOf(`${id}-fixed`).withSeed([id]), { shrink: false });
      assert.equal(verdict, findScenario(id)?.expected, `${id}: ${message}`);
    }
  });
});
