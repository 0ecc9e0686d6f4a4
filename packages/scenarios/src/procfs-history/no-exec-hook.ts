/**
 * Owns bug 8 of procfs: the files of a process that show it to its owner only are open when it executes a
 * set-id program. Linux CVE-2011-1020; the types that NetBSD's procfs_listener_cb allows.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';

const FILES = ['environ', 'maps', 'auxv'];

export default procfsFixPair(
  'procfs-no-exec-hook',
  {
    found: 'assertion',
    then: 'Who has opened them before reads the environment and addresses of the new image.',
    now: 'The exec takes them away.',
  },
  { cpus: 2, uid: 7, modes: { '/bin/su': 0o4755 } },
  {
    '/bin/reader': {
      *main(u) {
        const [reads, writes] = (yield* u.pipe2())!;
        const pid = yield* u.fork('job', reads);
        const fds: number[] = [];
        for (const name of FILES) fds.push(yield* u.open(`/proc/${pid}/${name}`));
        yield* u.write(writes, 'g');
        for (const fd of [...fds, ...fds]) yield* u.read(fd, 9);
        yield* u.wait4(pid);
      },
      *job(u, reads: number) {
        yield* u.read(reads, 1);
        yield* u.execve('/bin/su');
      },
    },
    '/bin/su': {
      *main(u) {
        for (let left = 3; left > 0; left--) yield* u.sched_yield();
      },
    },
  },
);
