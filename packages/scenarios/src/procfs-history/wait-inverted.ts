/**
 * Owns bug 20 of procfs: a debugger waits for a process that has stopped already. FreeBSD 14, procfs_ctl.c.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';
import { tell } from './control.ts';

export default procfsFixPair(
  'procfs-wait-inverted',
  {
    found: 'deadlock',
    then: 'It sleeps as long as the process is stopped, and only it could let it go on.',
    now: 'It comes back at once.',
  },
  { cpus: 2, profile: 'freebsd' },
  {
    '/bin/debugger': {
      *main(u) {
        const pid = yield* u.fork('job');
        yield* tell(u, pid, 'attach');
        yield* u.wait4(pid);
        yield* tell(u, pid, 'wait');
      },
      *job(u) {
        yield* u.pause();
      },
    },
  },
);
