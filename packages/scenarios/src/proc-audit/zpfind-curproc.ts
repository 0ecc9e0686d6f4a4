/** Owns audit 19: a process looks for itself among the zombies. */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

const WNOWAIT = 8;

export default processFixPair(
  'zpfind-curproc',
  {
    found: 'assertion',
    then: 'The search for zombies gives the process that asks, which runs.',
    now: 'It gives zombies only.',
  },
  {
    cpus: 1,
    systemCalls: {
      *isZombie(k, pid) {
        const p = yield* kern.zpfind(k.context, pid);
        if (p === 0) return 0;
        yield* kern.prele(k.context, p);
        return 1;
      },
    },
  },
  {
    '/bin/self': {
      *main(u) {
        const self = yield* u.getpid();
        const job = yield* u.fork('job');
        yield* u.wait4(job, WNOWAIT);
        u.assert((yield* u.syscall('isZombie', job)) === 1, 'a zombie is found');
        yield* u.wait4(job);
        u.assert((yield* u.syscall('isZombie', self)) === 0, 'who asks is no zombie');
      },
      *job() {
        // Ends at once.
      },
    },
  },
);
