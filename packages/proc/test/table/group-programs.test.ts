/** Groups, sessions and scans in whole processes: what is left is judged by the invariants of the machine. */
import { explores } from '@smplab/explore/mocha';
import { describe, it } from 'mocha';
import { processScenario } from '../../src/process-scenario.ts';

/** A shell that makes a pipeline of two, as shells do: parent and child both call setpgid. */
const pipeline = processScenario(
  'pipeline',
  { cpus: 2, checkLeaks: true },
  {
    '/bin/sh': {
      *main(u) {
        const leader = yield* u.fork('child', 0);
        yield* u.setpgid(leader, leader);
        const second = yield* u.fork('child', leader);
        yield* u.setpgid(second, leader);
        const pgid = yield* u.getpgid(second);
        // The second may have ended, or never have got into a group that was gone.
        u.assert([leader, 2, -1].includes(pgid), `the second is in group ${pgid}`);
        for (let left = 2; left > 0; left--) yield* u.wait();
      },
      *child(u, group: number) {
        yield* u.setpgid(0, group);
      },
    },
  },
);

/** A child starts a session while its parent gives it a group. */
const daemon = processScenario(
  'daemon',
  { cpus: 2, checkLeaks: true },
  {
    '/sbin/start': {
      *main(u) {
        const pid = yield* u.fork('daemon');
        const given = yield* u.setpgid(pid, pid);
        const { status } = yield* u.wait4(pid);
        const hasSession = status === 0;
        if (given === 0) u.assert(!hasSession, 'both have won');
      },
      *daemon(u) {
        const sid = yield* u.setsid();
        if (sid < 0) yield* u.exit(1);
        u.assert((yield* u.getpgrp()) === sid && (yield* u.getsid(0)) === sid, 'it leads both');
      },
    },
  },
);

/** The middle process exits while its child changes its group. */
const orphans = processScenario(
  'orphans',
  { cpus: 2, checkLeaks: true },
  {
    '/bin/sh': {
      *main(u) {
        const job = yield* u.fork('job');
        yield* u.setpgid(job, job);
        yield* u.wait4(job);
      },
      *job(u) {
        yield* u.fork('below');
        yield* u.setpgid(0, 0);
      },
      *below(u) {
        yield* u.setpgid(0, 0);
      },
    },
  },
);

describe('groups of whole processes', () => {
  it('are right for a pipeline that both sides set up', explores(pipeline, { schedules: 150 }));

  it('are right for setsid against setpgid', explores(daemon, { schedules: 150 }));

  it('are right when a parent exits in the middle', explores(orphans, { schedules: 150 }));
});
