/**
 * Owns bug 17 of procfs: descriptors are listed of a process that has other rights by now. NetBSD PR 56614
 * ("kernel panic on tmux"), procfs_vnops.c 1.221 to 1.223.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';

const USER = 7;

export default procfsFixPair(
  'procfs-readdir-unlocks',
  {
    found: 'panic',
    then: 'Where it is refused readdir ends its look at the process once more.',
    now: 'Each look is ended once.',
  },
  { cpus: 2, curtain: true },
  {
    '/bin/server': {
      *main(u) {
        yield* u.seteuid(USER);
        const looker = yield* u.fork('looker', yield* u.getpid());
        yield* u.sched_yield();
        yield* u.seteuid(0);
        yield* u.wait4(looker);
      },
      *looker(u, pid: number) {
        yield* u.setresuid(USER, USER, USER);
        const fd = yield* u.open(`/proc/${pid}/fd`);
        if (fd >= 0) yield* u.getdents(fd);
      },
    },
  },
);
