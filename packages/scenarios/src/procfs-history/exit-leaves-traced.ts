/**
 * Owns bug 23 of procfs: a debugger ends, and has a process stopped. A class of bugs.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';
import { tell } from './control.ts';

export default procfsFixPair(
  'exit-leaves-traced',
  {
    found: 'deadlock',
    then: 'The process stays stopped for ever: there is nobody who may let it go on.',
    now: 'What a debugger has traced is killed when it ends.',
  },
  { cpus: 2, profile: 'freebsd' },
  {
    '/bin/debugger': {
      *main(u) {
        yield* tell(u, yield* u.fork('job'), 'attach');
      },
      *job() {
        // Ends at once.
      },
    },
  },
);
