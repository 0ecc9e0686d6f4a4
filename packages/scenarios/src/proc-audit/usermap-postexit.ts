/**
 * Owns audit 18: kernel code gives a page to the members of a group, of whom one is just being reaped. Until
 * it has left the group it can be held, though nobody finds it in the table any more.
 */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

const CPU1 = 2;
const WNOWAIT = 8;

export default processFixPair(
  'usermap-postexit',
  {
    found: 'leak',
    then: 'A process gets its page when the reaper has taken that away already: nobody frees it.',
    now: 'A process that exits gets no page.',
  },
  {
    cpus: 2,
    checkLeaks: true,
    systemCalls: {
      *usermapGroup(k, pgid) {
        const { PG, P } = kern;
        const pg = yield* kern.pgfind(k.context, pgid);
        const members: number[] = [];
        yield* k.lwkt_gettoken(pg + PG.pg_token);
        for (let p = k.get(pg + PG.pg_members); p !== 0; p = k.get(p + P.p_pglist)) {
          yield* kern.phold(k.context, p);
          members.push(p);
        }
        yield* k.lwkt_reltoken(pg + PG.pg_token);
        for (const p of members) {
          yield* kern.proc_usermap(k.context, p, 0);
          yield* kern.prele(k.context, p);
        }
        yield* kern.pgrel(k.context, pg);
      },
    },
  },
  {
    '/bin/sh': {
      *main(u) {
        const job = yield* u.fork('job');
        yield* u.wait4(job, WNOWAIT);
        yield* u.lwp_setaffinity(0, -1, CPU1);
        const mapper = yield* u.fork('mapper', yield* u.getpgrp());
        yield* u.wait4(job);
        yield* u.wait4(mapper);
      },
      *mapper(u, pgid: number) {
        yield* u.syscall('usermapGroup', pgid);
      },
      *job() {
        // Ends at once.
      },
    },
  },
);
