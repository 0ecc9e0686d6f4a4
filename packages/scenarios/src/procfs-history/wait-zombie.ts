/**
 * Owns bug 19 of procfs: a debugger waits until a process has stopped. NetBSD procfs_ctl.c 0a7bd552.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';
import { tell } from './control.ts';

export default procfsFixPair(
  'procfs-wait-zombie',
  {
    found: 'assertion',
    then: 'It comes back at once, and the process runs.',
    now: 'It comes back when the process has stopped.',
  },
  { cpus: 2, profile: 'freebsd' },
  {
    '/bin/debugger': {
      *main(u) {
        const pid = yield* u.fork('job');
        yield* tell(u, pid, 'attach');
        yield* tell(u, pid, 'wait');
      },
      *job(u) {
        yield* u.pause();
      },
    },
  },
);
