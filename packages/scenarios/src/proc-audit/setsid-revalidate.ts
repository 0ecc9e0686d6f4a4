/** Owns audit 3: a child makes itself a session while its parent gives it a group. */
import { processFixPair } from '../process-fix-pair.ts';

export default processFixPair(
  'setsid-revalidate',
  {
    found: 'panic',
    then: 'A setsid finds no group and waits for a token; the group the parent makes meanwhile is a panic.',
    now: 'It is EPERM, as if the parent had been there first.',
  },
  { cpus: 2 },
  {
    '/sbin/start': {
      *main(u) {
        const pid = yield* u.fork('daemon');
        const given = yield* u.setpgid(pid, pid);
        const { status } = yield* u.wait4(pid);
        u.assert(given < 0 || status !== 0, 'either the group or the session is made');
      },
      *daemon(u) {
        const sid = yield* u.setsid();
        if (sid < 0) yield* u.exit(1);
        const isLeader = (yield* u.getpgrp()) === sid && (yield* u.getsid(0)) === sid;
        u.assert(isLeader, 'it leads its session and its group');
      },
    },
  },
);
