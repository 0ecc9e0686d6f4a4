/** Owns a wrong place of fork1 next to the seed: the parent is moved to another group while it forks. */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

const CPU1 = 2;

export default processFixPair(
  'fork-pgrp-cached',
  {
    found: 'assertion',
    then: 'The child is on the list of one group and points to another.',
    now: 'The group is looked at once more under its token, and the child enters the one its parent is in.',
  },
  {
    cpus: 2,
    systemCalls: {
      /** Whether the caller is on the list of the group it points to. */
      *isMember(k) {
        const { P, PG } = kern;
        const own = kern.curproc(k.context);
        const pg = k.context.peek(own + P.p_pgrp);
        yield* k.lwkt_gettoken(pg + PG.pg_token);
        let p = k.get(pg + PG.pg_members);
        while (p !== 0 && p !== own) p = k.get(p + P.p_pglist);
        yield* k.lwkt_reltoken(pg + PG.pg_token);
        return p === 0 ? 0 : 1;
      },
    },
  },
  {
    '/bin/sh': {
      *main(u) {
        yield* u.lwp_setaffinity(0, -1, CPU1);
        const job = yield* u.fork('job');
        yield* u.setpgid(job, job);
        yield* u.wait4(job);
      },
      *job(u) {
        const pid = yield* u.fork('below');
        yield* u.wait4(pid);
      },
      *below(u) {
        u.assert((yield* u.syscall('isMember')) === 1, 'it is a member of its group');
      },
    },
  },
);
