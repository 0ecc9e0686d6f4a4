/**
 * Owns audit 2, the ordinary pattern of a shell: parent and child both put the first process of a pipeline
 * into a group of its own, and the next one joins it.
 */
import { processFixPair } from '../process-fix-pair.ts';

const CPU1 = 2;
const SIGKILL = 9;
const SIGTERM = 15;
const SIGSTOP = 17;
const SIGCONT = 19;
const WUNTRACED = 2;

export default processFixPair(
  'enterpgrp-revalidate',
  {
    found: 'assertion',
    then: 'Shell and job both make the group of the job: a signal to it misses half of the pipeline.',
    now: 'Who finds that the group has come up meanwhile enters that one, and the signal gets all of it.',
  },
  { cpus: 2 },
  {
    '/bin/sh': {
      *main(u) {
        yield* u.lwp_setaffinity(0, -1, CPU1);
        const leader = yield* u.fork('leader');
        const second = yield* u.fork('second', leader);
        yield* u.setpgid(leader, leader);
        const { status: joined } = yield* u.wait4(second, WUNTRACED);
        yield* u.killpg(leader, SIGKILL);
        // Who has not got that one goes on, or ends otherwise.
        yield* u.kill(leader, SIGTERM);
        const { status: first } = yield* u.wait4(leader);
        u.assert(first === SIGKILL, 'the signal to the group got the leader');
        // It came too early for the group.
        if (joined === 0) return;
        yield* u.kill(second, SIGCONT);
        const { status } = yield* u.wait4(second);
        u.assert(status === SIGKILL, 'the signal to the group got the second job');
      },
      *leader(u) {
        yield* u.setpgid(0, 0);
        yield* u.pause();
      },
      *second(u, leader: number) {
        const self = yield* u.getpid();
        if ((yield* u.setpgid(0, leader)) < 0) return;
        yield* u.kill(self, SIGSTOP);
      },
    },
  },
);
