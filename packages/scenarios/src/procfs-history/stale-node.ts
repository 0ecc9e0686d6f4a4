/**
 * Owns bug 4 of procfs: somebody has a file of a process open while it exits, and another gets its number.
 * NetBSD sys/miscfs/procfs/procfs_vfsops.c before 1.114, which has no hook of exits.
 */
import { nextPid } from '../proc-audit/next-pid.ts';
import { procfsFixPair } from '../procfs-fix-pair.ts';

export default procfsFixPair(
  'procfs-stale-node',
  {
    found: 'assertion',
    source: 'NetBSD procfs_vfsops.c 1.112 2024-01-17',
    before: { revoke: '1.112' },
    then: 'A file of a process stays open over its end, and shows the next process with its number.',
    now: 'The end of a process takes its files away from who has them open.',
  },
  { cpus: 2, systemCalls: { nextpid: nextPid } },
  {
    '/bin/reader': {
      *main(u) {
        const first = yield* u.fork('job');
        const fd = yield* u.open(`/proc/${first}/status`);
        yield* u.wait4(first);
        yield* u.syscall('nextpid', first);
        const second = yield* u.fork('job');
        if (fd >= 0 && second === first)
          u.assert((yield* u.read(fd, 9)) === null, 'it shows another process');
        yield* u.wait4(second);
      },
      *job() {
        // Ends at once.
      },
    },
  },
);
