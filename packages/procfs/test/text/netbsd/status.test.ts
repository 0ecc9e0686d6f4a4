import { ESRCH, kern } from '@smplab/proc';
import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { NETBSD_TEXTS } from '../../../src/text/netbsd/texts.ts';
import { charge, renders, same, until } from '../fixtures/text-program.ts';

const BOOT = { boottime: 1_719_792_000 };

describe('/proc/N/status of NetBSD', () => {
  it(
    'tells names, terminal, times and ids of who reads it',
    renders(
      'status of a user',
      NETBSD_TEXTS,
      {
        *main(u, render) {
          yield* u.setgroups([20, 20, 0, 21, 117]);
          yield* u.setresgid(20, 21, 22);
          yield* u.setresuid(11, 12, 13);
          yield* u.syscall('charge', 2, 130, 7);
          const own = yield* render(u, PFS.status, 2);
          const ids = '12 21,21,20,0,21,117';
          same(u, own, `test 2 1 2 2 12,255 ctty,sldr 1719792000,0 1,300000 0,70000 nochan ${ids}\n`, 'own');
        },
      },
      { ...BOOT, systemCalls: { charge } },
    ),
  );

  it(
    'tells of the processes of the kernel, which have no terminal',
    renders(
      'status of the kernel',
      NETBSD_TEXTS,
      {
        *main(u, render) {
          const kernel = 'kernel 0 0 0 0 -1,-1 sldr 1719792000,0 0,0 0,0 nochan 0 0,0\n';
          same(u, yield* render(u, PFS.status, 0), kernel, 'process 0');
          // What init waits for is a matter of time.
          const init = String(yield* render(u, PFS.status, 1));
          u.assert(init.startsWith('init 1 0 1 1 -1,-1 sldr 1719792000,0 0,0 0,0 '), init);
          u.assert((yield* render(u, PFS.status, 77)) === ESRCH, 'nobody has pid 77');
        },
      },
      BOOT,
    ),
  );

  it(
    'tells what a process sleeps for, when it was made, and that it leads nothing',
    renders(
      'status of a sleeper',
      NETBSD_TEXTS,
      {
        *main(u, render) {
          const leader = yield* u.fork('leader');
          const line = yield* until(
            u,
            () => render(u, PFS.status, leader + 1),
            (text) => String(text).includes('pause'),
          );
          const times = /^test 4 3 3 3 -1,-1 noflags 1719792000,\d+ 0,0 0,0 pause 0 0,0\n$/;
          u.assert(times.test(String(line)), String(line));
          yield* u.kill(leader + 1, kern.SIGKILL);
          yield* u.wait();
        },
        *leader(u) {
          yield* u.setsid();
          yield* u.fork('sleeper');
          yield* u.wait();
        },
        *sleeper(u) {
          yield* u.pause();
        },
      },
      BOOT,
    ),
  );

  it(
    'does not escape a name with a blank in it',
    renders(
      'a name',
      NETBSD_TEXTS,
      {
        *main(u, render) {
          const own = String(yield* render(u, PFS.status, 2));
          u.assert(own.startsWith('a b\\ 2 1 2 2 '), own);
        },
      },
      { path: '/bin/a b\\' },
    ),
  );
});
