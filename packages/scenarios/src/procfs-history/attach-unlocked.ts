/**
 * Owns bug 6 of procfs: somebody attaches to a process while it executes a set-id program. NetBSD-SA2001-009,
 * NetBSD-SA2002-001.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';
import { tell } from './control.ts';

export default procfsFixPair(
  'procfs-attach-unlocked',
  {
    found: 'assertion',
    then: 'The exec comes between the question and the attach: a user traces a privileged image.',
    now: 'From the question until it is traced the process does not execute anything.',
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
