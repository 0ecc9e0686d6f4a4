/**
 * Owns P10: a process is held by somebody who reads its memory while it executes another program.
 * DragonFlyBSD e22b17d7f5, sys/kern/kern_exec.c.
 */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

const { P, P_INEXEC } = kern;

export default processFixPair(
  'exec-ignores-holds',
  {
    found: 'use-after-free',
    then: 'An exec frees the address space under a reader who holds the process.',
    now: 'An exec waits until nobody holds the process; who comes later keeps away.',
  },
  {
    cpus: 2,
    systemCalls: {
      /** As procfs reads the memory of a process. */
      *peek({ context: k }, pid) {
        const p = yield* kern.pfind(k, pid);
        if (p === 0) return 0;
        const isInExec = ((yield* k.load(p + P.p_flags)) & P_INEXEC) !== 0;
        if (!isInExec) yield* kern.vm_load(k, k.peek(p + P.p_vmspace), 0, 0);
        yield* kern.prele(k, p);
        return 0;
      },
    },
  },
  {
    '/bin/parent': {
      *main(u) {
        const pid = yield* u.fork('child');
        yield* u.syscall('peek', pid);
        yield* u.wait4(pid);
      },
      *child(u) {
        yield* u.store(0, 1);
        yield* u.execve('/bin/other');
      },
    },
    '/bin/other': {
      *main(u) {
        yield* u.exit();
      },
    },
  },
);
