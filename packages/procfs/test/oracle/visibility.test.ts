import { kern } from '@smplab/proc';
import { namesOf, visibilityProblems } from '../../src/oracle/visibility.ts';
import { PROFILE_NETBSD } from '../../src/procfs-layout.ts';
import { kernelOf } from '../fixtures/kernel-code.ts';
import { runs } from '../fixtures/procfs-program.ts';

const USER = 7;
const INIT = '1';
const ONCE = { cpus: 1, search: { schedules: 1 } };

describe('the oracle of visibility', () => {
  for (const asSeed of [[], ['procfs-lookup-sees']] as const)
    it(
      asSeed.length === 0
        ? 'is content where what is not listed is not found'
        : 'names what is found and not listed',
      runs(
        `visibility ${asSeed.length}`,
        {
          *main(u) {
            const problems = (yield* visibilityProblems(u, '/proc', [INIT])).join('; ');
            const expected = asSeed.length === 0 ? '' : '/proc does not list 1, which is found';
            u.assert(problems === expected, problems);
            const own = yield* visibilityProblems(u, '/proc/curproc', namesOf(PROFILE_NETBSD));
            // Names of the root, and those of Linux, are neither listed nor found.
            u.assert(own.length === 0, own.join('; '));
          },
        },
        { ...ONCE, uid: USER, curtain: true, asSeed },
      ),
    );

  it(
    'names what is listed and cannot be found',
    runs(
      'visibility listed',
      {
        *main(u) {
          const k = kernelOf(u);
          const own = kern.curproc(k);
          yield* kern.reflock_enter(k, own);
          const problems = (yield* visibilityProblems(u, '/proc', [])).join('; ');
          yield* kern.reflock_exit(k, own);
          u.assert(/\/proc lists 2, which cannot be found \(errno 2\)/.test(problems), problems);
        },
      },
      ONCE,
    ),
  );
});
