/**
 * Owns bug 2 of procfs: the module is unloaded, and its hooks with it, while another CPU is among them. NetBSD
 * PR 39913, kern_hook.c before 1.15.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';

export default procfsFixPair(
  'procfs-hooks-unlocked',
  {
    found: 'panic',
    source: 'NetBSD PR 39913, kern_hook.c 1.14',
    before: { asSeed: ['hooks-unlocked'] },
    then: 'A hook of the module goes on while it is unloaded, and looks into the table that is gone.',
    now: 'Unloading waits until nobody is among the hooks.',
  },
  { cpus: 2, mountsProc: false },
  {
    '/bin/load': {
      *main(u) {
        yield* u.modload('procfs');
        const pid = yield* u.fork('job');
        yield* u.modunload('procfs');
        yield* u.wait4(pid);
      },
      *job() {
        // Ends at once.
      },
    },
  },
);
