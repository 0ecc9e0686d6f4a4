/**
 * Owns P23: somebody asks for the arguments of a process that exits.
 * DragonFlyBSD 46fb7ae4e6, sys/kern/kern_proc.c.
 */
import { processFixPair } from '../process-fix-pair.ts';
import { mib } from './mib.ts';

export default processFixPair(
  'args-hold-late',
  {
    found: 'use-after-free',
    then: 'The process is found, its token waited for, and only then held: by then it has been reaped.',
    now: 'The process is held as it is found.',
  },
  { cpus: 2 },
  {
    '/bin/parent': {
      *main(u) {
        const ps = yield* u.fork('ps');
        yield* u.wait4(yield* u.fork('child'));
        yield* u.wait4(ps);
      },
      *ps(u) {
        const next = (yield* u.getpid()) + 1;
        for (let count = 0; count < 4; count++) yield* u.__sysctl(mib('kern.proc.args', next));
      },
      *child(u) {
        yield* u.exit();
      },
    },
  },
);
