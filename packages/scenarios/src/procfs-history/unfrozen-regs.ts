/**
 * Owns bug 10 of procfs: a process is killed while its registers are written. Linux CVE-2013-0871.
 */
import { kern } from '@smplab/proc';
import { procfsFixPair } from '../procfs-fix-pair.ts';
import { O_WRONLY } from './control.ts';

const WUNTRACED = 2;

export default procfsFixPair(
  'procfs-unfrozen-regs',
  {
    found: 'assertion',
    then: 'The kill wakes it, and it runs while its registers are written.',
    now: 'They are written as long as it is stopped, and not at all if it is not.',
  },
  { cpus: 3, profile: 'freebsd' },
  {
    '/bin/debugger': {
      *main(u) {
        const pid = yield* u.fork('job');
        yield* u.kill(pid, kern.SIGSTOP);
        yield* u.wait4(pid, WUNTRACED);
        const fd = yield* u.open(`/proc/${pid}/regs`, O_WRONLY);
        const killer = yield* u.fork('killer', pid);
        while ((yield* u.write(fd, 'r0r0')) > 0) yield* u.sched_yield();
        yield* u.wait4(killer);
        yield* u.wait4(pid);
      },
      *job(u) {
        yield* u.pause();
      },
      *killer(u, pid: number) {
        yield* u.kill(pid, kern.SIGKILL);
      },
    },
  },
);
