/** Owns audit 9: a process and its parent change their groups at the same time. */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

const CPU1 = 2;
const SIGKILL = 9;
const SIGSTOP = 17;
const WUNTRACED = 2;

export default processFixPair(
  'fixjobc-unlocked',
  {
    found: 'assertion',
    then: 'Whether the child is counted is decided on a group the parent is just leaving: the count is wrong.',
    now: 'The groups of both stay while the child is counted, and each change counts anew.',
  },
  {
    cpus: 2,
    systemCalls: {
      /** pg_jobc of the group of a process that stands still. */
      *jobc(k, pid) {
        const { P, PG } = kern;
        const p = yield* kern.pfind(k.context, pid);
        yield* k.lwkt_gettoken(p + P.p_token);
        const pg = k.get(p + P.p_pgrp);
        yield* k.lwkt_gettoken(pg + PG.pg_token);
        const jobc = k.get(pg + PG.pg_jobc);
        yield* k.lwkt_reltoken(pg + PG.pg_token);
        yield* k.lwkt_reltoken(p + P.p_token);
        yield* kern.prele(k.context, p);
        return jobc;
      },
    },
  },
  {
    '/bin/sh': {
      *main(u) {
        const job = yield* u.fork('job', yield* u.getpid());
        yield* u.wait4(job);
      },
      *job(u, shell: number) {
        yield* u.lwp_setaffinity(0, -1, CPU1);
        const below = yield* u.fork('below');
        yield* u.setpgid(0, 0);
        yield* u.wait4(below, WUNTRACED);
        const jobc = yield* u.syscall('jobc', below);
        u.assert(jobc === 1, `${jobc} parents could continue the stopped job`);
        const left = yield* u.syscall('jobc', shell);
        u.assert(left === 0, `${left} parents could continue the shell`);
        yield* u.kill(below, SIGKILL);
        yield* u.wait4(below);
      },
      *below(u) {
        const self = yield* u.getpid();
        yield* u.setpgid(0, 0);
        yield* u.kill(self, SIGSTOP);
      },
    },
  },
);
