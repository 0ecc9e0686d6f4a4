/**
 * Owns a bug of the trees that show zombies: a node is made of one after its exit has been told, and so it is
 * left when the zombie is reaped. FreeBSD sys/fs/procfs/procfs_subr.c of 2001, whose callback is one of
 * exits.
 */
import { nextPid } from '../proc-audit/next-pid.ts';
import { procfsFixPair } from '../procfs-fix-pair.ts';

export default procfsFixPair(
  'procfs-zombie-nodes',
  {
    found: 'assertion',
    source: 'FreeBSD procfs_subr.c of 2001',
    then: 'A file of a zombie stays open over its end, and shows the next process with its number.',
    now: 'Reaping a zombie takes its files away as its exit did.',
  },
  { cpus: 2, profile: 'freebsd', systemCalls: { nextpid: nextPid } },
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
