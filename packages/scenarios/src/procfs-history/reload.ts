/**
 * Owns bug 2.4 c of procfs: the node of a descriptor goes by itself, while a set-id exec is about to revoke
 * it. NetBSD procfs_vfsops.c 1.117, procfs_exechook_cb and procfs_loadvnode.
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';

export default procfsFixPair(
  'procfs-reload',
  {
    found: 'panic',
    then: 'The hook loads the node again, and looks at descriptors without p_reflock shared: exec has it.',
    now: 'A node that is gone needs no revocation, and is not loaded for it.',
  },
  { cpus: 2, modes: { '/bin/su': 0o4755 } },
  {
    '/bin/ls': {
      *main(u) {
        const [reads, writes] = (yield* u.pipe2())!;
        const pid = yield* u.fork('job', reads);
        yield* u.write(writes, 'g');
        for (let left = 3; left > 0; left--) yield* u.stat(`/proc/${pid}/fd/${reads}`);
        yield* u.wait4(pid);
      },
      *job(u, reads: number) {
        yield* u.setuid(7);
        yield* u.read(reads, 1);
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
