/** Owns audit 4: asking for the group of a process that is not below the caller. */
import { processFixPair } from '../process-fix-pair.ts';

export default processFixPair(
  'inferior-hold-leak',
  {
    found: 'assertion',
    then: 'A setpgid on a stranger leaves a hold on process 0: after 2^29 of them it reads as PLOCK_ZOMB.',
    now: 'The walk up to process 0 lets go of it as of everybody else.',
  },
  { cpus: 1 },
  {
    '/bin/sh': {
      *main(u) {
        const pid = yield* u.fork('child', yield* u.getpid());
        yield* u.wait4(pid);
      },
      *child(u, parent: number) {
        const result = yield* u.setpgid(parent, parent);
        u.assert(result === -1, 'nobody moves his parent');
      },
    },
  },
);
