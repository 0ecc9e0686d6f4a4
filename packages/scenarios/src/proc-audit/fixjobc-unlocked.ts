/** Owns audit 9: a process and its parent change their groups at the same time. */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

const NOT_NEGATIVE = 0x7fffffff;

export default processFixPair(
  'fixjobc-unlocked',
  {
    found: 'assertion',
    then:
      'Whether the child is counted is decided on a group the parent is just leaving: the ' +
      'count is wrong.',
    now: 'The groups of both stay while the child is counted, and each change counts anew.',
  },
  {
    cpus: 2,
    systemCalls: {
      /** pg_jobc of the group of the caller. */
      *jobc(k) {
        const { P, PG } = kern;
        const p = kern.curproc(k.context);
        yield* k.lwkt_gettoken(p + P.p_token);
        const pg = k.get(p + P.p_pgrp);
        yield* k.lwkt_gettoken(pg + PG.pg_token);
        const jobc = k.get(pg + PG.pg_jobc);
        yield* k.lwkt_reltoken(pg + PG.pg_token);
        yield* k.lwkt_reltoken(p + P.p_token);
        // Results of system calls are not negative.
        return jobc & NOT_NEGATIVE;
      },
    },
  },
  {
    '/bin/sh': {
      *main(u) {
        const job = yield* u.fork('job');
        yield* u.wait4(job);
        const jobc = yield* u.syscall('jobc');
        u.assert(jobc === 0, `pg_jobc of the shell is 0x${jobc.toString(16)}, but nobody is left to count`);
      },
      *job(u) {
        const below = yield* u.fork('below');
        yield* u.setpgid(0, 0);
        yield* u.wait4(below);
      },
      *below(u) {
        yield* u.setpgid(0, 0);
      },
    },
  },
);
