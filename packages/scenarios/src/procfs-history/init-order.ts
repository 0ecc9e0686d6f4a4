/**
 * Owns bugs 3 and 2.4 a of procfs: the module is loaded while others exit. NetBSD procfs_vfsops.c 1.117,
 * procfs_modcmd.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';

export default procfsFixPair(
  'procfs-init-order',
  {
    found: 'panic',
    then: 'The hooks of the module are run before it has made the table that they look into.',
    now: 'The table is there before anybody can come to look for it.',
  },
  { cpus: 2, mountsProc: false },
  {
    '/bin/load': {
      *main(u) {
        const pid = yield* u.fork('job');
        yield* u.modload('procfs');
        yield* u.wait4(pid);
      },
      *job() {
        // Ends at once.
      },
    },
  },
);
