/** Owns audit 12: the foreground job ends while the terminal is given back to the shell. */
import { kern } from '@smplab/proc';
import { processFixPair } from '../process-fix-pair.ts';

const CPU1 = 2;
const WNOWAIT = 8;
const SIGTTOU = 22;

export default processFixPair(
  'pgrel-tty',
  {
    found: 'assertion',
    then: 'The last reference of the old foreground group takes the terminal away from the new one.',
    now: 'The terminal is looked at and changed with tty_token held.',
  },
  { cpus: 2 },
  {
    '/bin/sh': {
      *main(u) {
        const shell = yield* u.getpgrp();
        yield* u.signal(SIGTTOU, 'SIG_IGN');
        const job = yield* u.fork('job');
        yield* u.setpgid(job, job);
        yield* u.ioctl(0, kern.TIOCSPGRP, [job]);
        yield* u.wait4(job, WNOWAIT);
        yield* u.lwp_setaffinity(0, -1, CPU1);
        const foreground = yield* u.fork('foreground', shell);
        yield* u.wait4(job);
        yield* u.wait4(foreground);
        const data = [0];
        yield* u.ioctl(0, kern.TIOCGPGRP, data);
        u.assert(data[0] === shell, `the terminal belongs to group ${data[0]}`);
      },
      *foreground(u, shell: number) {
        yield* u.ioctl(0, kern.TIOCGPGRP, [0]);
        yield* u.ioctl(0, kern.TIOCSPGRP, [shell]);
      },
      *job() {
        // Ends at once.
      },
    },
  },
);
