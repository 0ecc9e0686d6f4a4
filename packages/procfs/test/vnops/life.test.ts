import { kern } from '@smplab/proc';
import { vrele } from '@smplab/vfs';
import { procfsVnodes } from '../../src/oracle/nodes.ts';
import { kernelOf, nodeAt } from '../fixtures/kernel-code.ts';
import { contents, runs } from '../fixtures/procfs-program.ts';

describe('the end of vnodes of procfs', () => {
  it(
    'comes when the process is gone, and not while it execs',
    runs('inactive', {
      *main(u) {
        const k = kernelOf(u);
        const pid = yield* u.getpid();
        const own = kern.curproc(k);
        const kept = yield* nodeAt(k, 'status', pid);
        yield* kern.reflock_enter(k, own);
        yield* vrele(k, kept);
        u.assert(procfsVnodes(k.kernel).includes(kept), 'it is kept while the process execs');
        yield* kern.reflock_exit(k, own);
        const nobody = yield* nodeAt(k, 'status', 999);
        yield* vrele(k, nobody);
        u.assert(!procfsVnodes(k.kernel).includes(nobody), 'it goes where there is no process');
        const status = yield* contents(u, `/proc/${pid}/status`);
        u.assert(status.startsWith(`test ${pid} `), status);
      },
    }),
  );

  it(
    'leaves nothing of a child, whoever reads of it while it exits',
    runs('reclaim', {
      *main(u) {
        const pid = yield* u.fork('dies');
        const status = yield* contents(u, `/proc/${pid}/status`);
        u.assert(/^(test \d|errno (2|3|5|9|16)$)/.test(status), status);
        yield* u.wait();
        u.assert((yield* contents(u, `/proc/${pid}/status`)) === 'errno 2', 'it is gone');
      },
      *dies(u) {
        yield* u.exit(0);
      },
    }),
  );
});
