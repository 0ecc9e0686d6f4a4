/**
 * Owns bug 9 of procfs: an attach that locks the wrong process, and a set-id exec. Linux CVE-2009-1527,
 * kernel/ptrace.c.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';
import { tell } from './control.ts';

export default procfsFixPair(
  'procfs-attach-own-lock',
  {
    found: 'assertion',
    then: 'It keeps the tracer from executing anything, and not the process that it attaches to.',
    now: 'The locks are those of the process that is attached to.',
  },
  { cpus: 2, uid: 7, profile: 'freebsd', modes: { '/bin/su': 0o4755 } },
  {
    '/bin/debugger': {
      *main(u) {
        yield* tell(u, yield* u.fork('job'), 'attach');
        // What it traces is killed when it ends.
      },
      *job(u) {
        yield* u.execve('/bin/su');
      },
    },
    '/bin/su': {
      *main() {
        // Ends at once.
      },
    },
  },
);
