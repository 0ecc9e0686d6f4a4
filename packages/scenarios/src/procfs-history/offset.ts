/**
 * Owns bug 13 of procfs: a read that begins far behind the end of a text. FreeBSD-SA-03:17; OpenBSD
 * 2004-05-05.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';

export default procfsFixPair(
  'procfs-offset',
  {
    found: 'assertion',
    then: 'It gives kernel memory.',
    now: 'There is nothing there to be read.',
  },
  { cpus: 1 },
  {
    '/bin/reader': {
      *main(u) {
        const fd = yield* u.open('/proc/curproc/status');
        yield* u.lseek(fd, 1000);
        yield* u.read(fd, 16);
      },
    },
  },
);
