/**
 * Owns bug 2 of procfs: a mount goes, and its hook with it, while another CPU is among the hooks. NetBSD PR
 * 39913, kern_hook.c before 1.15, when each mount of procfs had a hook (1.112).
 */
import { procfsFixPair } from '../procfs-fix-pair.ts';

export default procfsFixPair(
  'procfs-hooks-unlocked',
  {
    found: 'use-after-free',
    source: 'NetBSD PR 39913, kern_hook.c 1.14',
    before: { asSeed: ['hooks-unlocked'], revoke: '1.112' },
    then: 'Who executes a set-id program runs the hook of a mount that is freed, and goes on from it.',
    now: 'Hooks are changed when nobody is among them.',
  },
  { cpus: 2, modes: { '/bin/su': 0o4755 } },
  {
    '/bin/umount': {
      *main(u) {
        const pid = yield* u.fork('job');
        yield* u.unmount('/proc');
        yield* u.wait4(pid);
      },
      *job(u) {
        yield* u.setuid(7);
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
