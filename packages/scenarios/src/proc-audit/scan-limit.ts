/** Owns audit 20: processes are made while all of them are scanned. */
import type { Steps } from '@smplab/lwkt';
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

const SIGKILL = 9;
/** More than the scan has in reserve: one for each CPU, and one. */
const NEW = 4;
const BUCKETS = 4;
/** Process 0, init, main and the scanner. */
const OLD = 4;

export default processFixPair(
  'scan-limit',
  {
    found: 'assertion',
    then: 'New processes use the limit up that was read at the start, and one that was there is left out.',
    now: 'Who is younger than the scan is left out, everybody else is visited.',
  },
  {
    cpus: 1,
    limits: { allprocHashSize: BUCKETS },
    systemCalls: {
      /** Visits all processes, and sleeps at the first one, as callbacks may: how many of the old ones. */
      *visits(k) {
        let seen = 0;
        let slept = false;
        yield* kern.allproc_scan(k.context, function* (context, p): Steps<number> {
          if (context.get(p + kern.P.p_pid) < OLD) seen++;
          if (!slept) yield* k.tsleep(p, 0, 'visit', 1);
          slept = true;
          return 0;
        });
        return seen;
      },
    },
  },
  {
    '/bin/sh': {
      *main(u) {
        const scanner = yield* u.fork('scanner');
        yield* u.sched_yield();
        const jobs: number[] = [];
        for (let at = 0; at < NEW; at++) jobs.push(yield* u.fork('job'));
        yield* u.wait4(scanner);
        for (const job of jobs) yield* u.kill(job, SIGKILL);
        for (const job of jobs) yield* u.wait4(job);
      },
      *scanner(u) {
        const seen = yield* u.syscall('visits');
        u.assert(seen === OLD, `${seen} of the ${OLD} are visited that were there all the time`);
      },
      *job(u) {
        yield* u.pause();
      },
    },
  },
);
