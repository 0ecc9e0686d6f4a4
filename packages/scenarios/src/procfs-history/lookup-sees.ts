/**
 * Owns bug 18 of procfs: processes of others behind a curtain. NetBSD procfs_vnops.c before 1.229, PR 53299.
 */
import { visibilityProblems } from '@smplab/procfs';
import { procfsFixPair } from '../procfs-fix-pair.ts';

const INIT = '1';

export default procfsFixPair(
  'procfs-lookup-sees',
  {
    found: 'assertion',
    then: 'What is not listed is found by its number, and told about.',
    now: 'What is not listed is not found.',
  },
  { cpus: 1, uid: 7, curtain: true },
  {
    '/bin/looker': {
      *main(u) {
        const [problem] = yield* visibilityProblems(u, '/proc', [INIT]);
        u.assert(problem === undefined, problem ?? '');
      },
    },
  },
);
