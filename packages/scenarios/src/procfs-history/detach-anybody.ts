/**
 * Owns bug 22 of procfs: somebody else than the tracer ends a trace. FreeBSD 14, procfs_ctl.c.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';
import { tell } from './control.ts';

export default procfsFixPair(
  'procfs-detach-anybody',
  {
    found: 'assertion',
    then: 'Whoever may write to ctl takes the process away from who traces it.',
    now: 'Only who traces it ends the trace.',
  },
  { cpus: 2, profile: 'freebsd' },
  {
    '/bin/debugger': {
      *main(u) {
        const pid = yield* u.fork('job');
        const other = yield* u.fork('other', pid);
        yield* tell(u, pid, 'attach');
        yield* u.wait4(other);
      },
      *other(u, pid: number) {
        yield* tell(u, pid, 'detach');
      },
      *job() {
        // Ends at once.
      },
    },
  },
);
