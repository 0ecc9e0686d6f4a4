import { kern } from '@smplab/proc';
import { checkReferences } from '../../src/oracle/references.ts';
import { procfs } from '../../src/procfs-kernel.ts';
import { PG } from '../../src/procfs-layout.ts';
import { kernelOf } from '../fixtures/kernel-code.ts';
import { runs } from '../fixtures/procfs-program.ts';

describe('the oracle of references', () => {
  it(
    'is content with a machine at rest, and names each thing that is left',
    runs(
      'references',
      {
        *main(u) {
          const k = kernelOf(u);
          const { words } = k;
          const { g } = procfs(k);
          const finds = (word: number, value: number, expected: RegExp): void => {
            const before = words[word];
            words[word] = value;
            const problems = checkReferences(k.kernel).join('; ');
            words[word] = before;
            u.assert(expected.test(problems), `${expected}: ${problems}`);
          };
          yield* u.open('/proc/curproc/status');
          const found = checkReferences(k.kernel);
          u.assert(found.length === 0, found.join());
          finds(g + PG.pg_listener, 0, /^the listener of procfs and its module do not agree$/);
          const unloaded =
            /has a table of nodes; a hook of procfs is left; procfs is mounted without its module$/;
          finds(g + PG.pg_isloaded, 0, unloaded);
          finds(g + PG.pg_hashlock, 1, /^pg_hashlock is held$/);
          finds(kern.curproc(k) + kern.P.p_reflock, 3, /^p_reflock of process 2 is 3 at rest$/);
        },
      },
      { cpus: 1, search: { schedules: 1 } },
    ),
  );
});
