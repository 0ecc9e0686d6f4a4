/**
 * Owns bug 17 of procfs: descriptors are listed of a process that has other rights by now. NetBSD PR 56614
 * ("kernel panic on tmux"), procfs_vnops.c 1.221 to 1.223.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';

const USER = 7;
const AF_UNIX = 1;
const SOCK_STREAM = 1;

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
        const [own, other] = (yield* u.socketpair(AF_UNIX, SOCK_STREAM)) ?? [-1, -1];
        yield* u.seteuid(USER);
        yield* u.fork('looker', other);
        yield* u.read(own, 1);
        yield* u.seteuid(0);
        yield* u.write(own, '1');
      },
      *looker(u, socket: number) {
        yield* u.setresuid(USER, USER, USER);
        const fd = yield* u.open(`/proc/${yield* u.getppid()}/fd`);
        yield* u.write(socket, '1');
        yield* u.read(socket, 1);
        if (fd >= 0) yield* u.getdents(fd);
      },
    },
  },
);
