/**
 * Owns bug 7 of procfs: a process opens its own memory, makes it its standard error, and executes a set-id
 * program, which complains. Linux CVE-2012-0056, mem_write of fs/proc/base.c.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';

const O_RDWR = 2;
const STDERR = 2;

export default procfsFixPair(
  'procfs-writer-rights',
  {
    found: 'assertion',
    before: { asSeed: ['procfs-writer-rights', 'procfs-no-exec-hook'] },
    then: 'The privileged program may write to its memory, and does, on behalf of who opened it.',
    now: 'The exec takes the file away, and what counts are the rights of who opened it.',
  },
  { cpus: 2, uid: 7, modes: { '/bin/su': 0o4755 } },
  {
    '/bin/user': {
      *main(u) {
        const fd = yield* u.open('/proc/curproc/mem', O_RDWR);
        yield* u.dup2(fd, STDERR);
        yield* u.execve('/bin/su');
      },
    },
    '/bin/su': {
      *main(u) {
        yield* u.write(STDERR, 'evil');
        u.assert((yield* u.load(0)) === 0, 'a complaint was written over its own memory');
      },
    },
  },
);
