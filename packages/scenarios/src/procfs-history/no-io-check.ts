/**
 * Owns bug 5 of procfs: the memory of a process is open when it executes a set-id program. FreeBSD-SA-97:04,
 * SA-00:77; NetBSD's procfs_checkioperm.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';

const O_RDWR = 2;

export default procfsFixPair(
  'procfs-no-io-check',
  {
    found: 'assertion',
    before: { asSeed: ['procfs-no-io-check', 'procfs-no-exec-hook'] },
    then: 'Who has opened it before reads and writes the memory of the privileged image.',
    now: 'The exec takes the file away, and who reads or writes is asked for rights each time.',
  },
  { cpus: 2, uid: 7, modes: { '/bin/su': 0o4755 } },
  {
    '/bin/reader': {
      *main(u) {
        const [reads, writes] = (yield* u.pipe2())!;
        const pid = yield* u.fork('job', reads);
        const fd = yield* u.open(`/proc/${pid}/mem`, O_RDWR);
        yield* u.write(writes, 'g');
        for (let left = 3; left > 0; left--) yield* u.write(fd, 'evil');
        yield* u.wait4(pid);
      },
      *job(u, reads: number) {
        yield* u.read(reads, 1);
        yield* u.execve('/bin/su');
      },
    },
    '/bin/su': {
      *main(u) {
        u.assert((yield* u.load(0)) === 0, 'somebody has written to privileged memory');
      },
    },
  },
);
