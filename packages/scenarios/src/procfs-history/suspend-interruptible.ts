/**
 * Owns bug 2.4 d of procfs: a process with a signal pending revokes its files, while somebody is inside the
 * mount. NetBSD procfs_vfsops.c 1.117, procfs_exechook_cb.
 */
import { type Context, type Steps, tsleep, wakeup } from '@smplab/lwkt';
import { do_sys_lookup, fstrans_done, fstrans_start, NOCRED, rootDirectory, V, vrele } from '@smplab/vfs';
import { procfsFixPair } from '../procfs-fix-pair.ts';

const SIGALRM = 14;

/** What a transfer is waited for on: any number that nobody else sleeps on. */
const DISK = 1;

/** As an operation of /proc that waits for a disk. */
function* slowly(k: Context): Steps<number> {
  const root = rootDirectory(k);
  const vp = yield* do_sys_lookup(k, { cred: NOCRED, root, cwd: root }, '/proc', 0);
  const mp = k.peek(vp + V.v_mount);
  yield* fstrans_start(k, mp);
  yield* tsleep(k, DISK, 0, 'disk', 0);
  yield* fstrans_done(k, mp);
  yield* vrele(k, vp);
  return 0;
}

export default procfsFixPair(
  'suspend-interruptible',
  {
    found: 'assertion',
    then: 'The suspension is ended by the signal, which is still there at the next try, for ever.',
    now: 'A suspension that must not fail is not ended by signals.',
  },
  {
    cpus: 1,
    modes: { '/bin/su': 0o4755 },
    systemCalls: {
      slowly: ({ context: k }) => slowly(k),
      *interrupt({ context: k }) {
        yield* wakeup(k, DISK);
        return 0;
      },
    },
  },
  {
    '/bin/reader': {
      *main(u) {
        const [reads, writes] = (yield* u.pipe2())!;
        const pid = yield* u.fork('job', reads);
        yield* u.open(`/proc/${pid}/status`);
        const slow = yield* u.fork('slow');
        for (let left = 5; left > 0; left--) yield* u.sched_yield();
        yield* u.write(writes, 'g');
        for (let left = 5; left > 0; left--) yield* u.sched_yield();
        yield* u.kill(pid, SIGALRM);
        yield* u.syscall('interrupt');
        yield* u.wait4(slow);
        yield* u.wait4(pid);
      },
      *slow(u) {
        yield* u.syscall('slowly');
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
