/**
 * Owns bug 21 of procfs: a parent attaches to its own child. FreeBSD procfs_ctl.c 61b21672 (1995).
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';
import { tell } from './control.ts';

export default procfsFixPair(
  'procfs-attach-oppid',
  {
    found: 'assertion',
    then: 'It is not noted whose child it was, and detach gives it to process 0.',
    now: 'It is noted, whoever attaches.',
  },
  { cpus: 2, profile: 'freebsd' },
  {
    '/bin/debugger': {
      *main(u) {
        const pid = yield* u.fork('job');
        yield* tell(u, pid, 'attach');
        yield* tell(u, pid, 'detach');
        yield* u.wait4(pid);
      },
      *job() {
        // Ends at once.
      },
    },
  },
);
