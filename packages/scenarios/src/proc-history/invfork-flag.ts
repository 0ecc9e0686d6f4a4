/**
 * Owns P27: two threads of a process vfork; their children ask who they are.
 * DragonFlyBSD 2eca01a444, sys/kern/kern_fork.c.
 */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

const { P, UPMAP } = kern;

export default processFixPair(
  'invfork-flag',
  {
    found: 'assertion',
    then: 'The first of two vforks to end takes the flag away: the child of the other is told a wrong pid.',
    now: 'The vforks under way are counted.',
  },
  {
    cpus: 2,
    systemCalls: {
      /** Opens /dev/upmap and maps it: the address of the page. */
      *upmap({ context: k }) {
        const p = kern.curproc(k);
        yield* kern.proc_usermap(k, p, 0);
        return k.get(p + P.p_upmap);
      },
      /** getpid(2) of the C library: from the page, unless that is shared with a vforked child. */
      *libc_getpid({ context: k }, page) {
        if ((yield* k.load(page + UPMAP.invfork)) !== 0) return k.get(kern.curproc(k) + P.p_pid);
        return k.get(page + UPMAP.pid);
      },
    },
  },
  {
    '/bin/parent': {
      *main(u) {
        const page = yield* u.syscall('upmap');
        yield* u.lwp_create('other', page);
        yield* u.wait4(yield* u.vfork('child', page));
      },
      *other(u, page) {
        yield* u.wait4(yield* u.vfork('child', page));
        yield* u.extexit();
      },
      *child(u, page) {
        const pid = yield* u.syscall('libc_getpid', page);
        u.assert(pid === (yield* u.getpid()), `it is told that it is process ${pid}`);
      },
    },
  },
);
