import assert from 'node:assert/strict';
import {
  type Decision,
  decideSet,
  decideSetEffective,
  decideSetres,
  decideSetreuid,
  type Ids,
} from '../../src/cred/ids.ts';
import { EPERM } from '../../src/errno.ts';

/** Real 1, effective 2, saved 3. */
const MIXED: Ids = { real: 1, effective: 2, saved: 3 };

/** Real, effective, saved; or EPERM. */
type Row = readonly [string, (root: boolean) => Decision, user: string, root: string];

const ROWS: readonly Row[] = [
  ['set to the real id', (root) => decideSet(MIXED, root, 1), '1 1 1', '1 1 1'],
  ['set to the effective id', (root) => decideSet(MIXED, root, 2), '2 2 2', '2 2 2'],
  ['set to the saved id', (root) => decideSet(MIXED, root, 3), 'EPERM', '3 3 3'],
  ['set to another id', (root) => decideSet(MIXED, root, 9), 'EPERM', '9 9 9'],
  ['effective to the real id', (root) => decideSetEffective(MIXED, root, 1), '1 1 3', '1 1 3'],
  ['effective to the saved id', (root) => decideSetEffective(MIXED, root, 3), '1 3 3', '1 3 3'],
  ['effective to itself', (root) => decideSetEffective(MIXED, root, 2), 'EPERM', '1 2 3'],
  ['effective to another', (root) => decideSetEffective(MIXED, root, 9), 'EPERM', '1 9 3'],
  ['reuid -1 -1', (root) => decideSetreuid(MIXED, root, -1, -1), '1 2 2', '1 2 2'],
  ['reuid real saved', (root) => decideSetreuid(MIXED, root, 1, 3), '1 3 3', '1 3 3'],
  ['reuid saved -1', (root) => decideSetreuid(MIXED, root, 3, -1), '3 2 2', '3 2 2'],
  ['reuid effective -1', (root) => decideSetreuid(MIXED, root, 2, -1), 'EPERM', '2 2 2'],
  ['reuid -1 real', (root) => decideSetreuid(MIXED, root, -1, 1), '1 1 3', '1 1 3'],
  ['reuid -1 another', (root) => decideSetreuid(MIXED, root, -1, 9), 'EPERM', '1 9 9'],
  ['reuid another -1', (root) => decideSetreuid(MIXED, root, 9, -1), 'EPERM', '9 2 2'],
  ['resuid any of the three', (root) => decideSetres(MIXED, root, 3, 1, 2), '3 1 2', '3 1 2'],
  ['resuid -1 -1 -1', (root) => decideSetres(MIXED, root, -1, -1, -1), '1 2 3', '1 2 3'],
  ['resuid another saved', (root) => decideSetres(MIXED, root, -1, -1, 9), 'EPERM', '1 2 9'],
  ['resuid another real', (root) => decideSetres(MIXED, root, 9, -1, -1), 'EPERM', '9 2 3'],
  ['resuid another effective', (root) => decideSetres(MIXED, root, -1, 9, -1), 'EPERM', '1 9 3'],
];

const shown = (decision: Decision): string =>
  typeof decision === 'number'
    ? decision === EPERM
      ? 'EPERM'
      : String(decision)
    : `${decision.real} ${decision.effective} ${decision.saved}`;

describe('set-id rules', () => {
  for (const [title, decide, user, root] of ROWS) {
    it(`${title}: ${user} for a user, ${root} for root`, () => {
      assert.equal(shown(decide(false)), user);
      assert.equal(shown(decide(true)), root);
    });
  }

  it('never give a user an id that it did not have', () => {
    const ids = [-1, 1, 2, 3, 4];
    for (const real of ids) {
      for (const effective of ids) {
        for (const decision of [
          decideSetreuid(MIXED, false, real, effective),
          decideSetres(MIXED, false, real, effective, -1),
          decideSet(MIXED, false, effective),
          decideSetEffective(MIXED, false, effective),
        ]) {
          if (typeof decision === 'number') continue;
          for (const id of [decision.real, decision.effective, decision.saved])
            assert.ok([1, 2, 3].includes(id), shown(decision));
        }
      }
    }
  });
});
