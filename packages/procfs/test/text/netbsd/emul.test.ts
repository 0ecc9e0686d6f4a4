import { kern, textImage } from '@smplab/proc';
import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { NETBSD_TEXTS } from '../../../src/text/netbsd/texts.ts';
import { renders, same, until } from '../fixtures/text-program.ts';

const SPIN = textImage('main: beq r0, r0, main');
const LINUX_STATUS =
  'Name:\ttest\nPid:\t2\nPPid:\t1\nTracerPid:\t0\nGroups:\t21 20 \n' +
  'VmPeak:\t      64 kB\nVmSize:\t      64 kB\nVmRSS:\t9007199254740991 kB\n';

describe('/proc/N/emul of NetBSD', () => {
  it(
    'is native, without an end of line',
    renders('emul', NETBSD_TEXTS, {
      *main(u, render) {
        same(u, yield* render(u, PFS.emul, 2), 'netbsd', 'its own');
        same(u, yield* render(u, PFS.emul, 0), 'netbsd', 'of the kernel');
      },
    }),
  );

  it(
    'is linux for programs under /emul/linux, which see status and version as Linux has them',
    renders(
      'a Linux binary',
      NETBSD_TEXTS,
      {
        *main(u, render) {
          same(u, yield* render(u, PFS.emul, 2), 'linux', 'its own');
          yield* u.setgroups([21, 20]);
          yield* u.setresgid(21, 21, 21);
          yield* u.setrlimit(2, { cur: 65_536, max: 131_072 });
          same(u, yield* render(u, PFS.status, 2), LINUX_STATUS, 'status');
          const version = String(yield* render(u, PFS.version));
          u.assert(
            version.startsWith('Linux version 3.11.6 (linux@localhost) (gcc version unknown) #1 SMP '),
            version,
          );
        },
      },
      { path: '/emul/linux/bin/test' },
    ),
  );

  it(
    'is left out of the paths that one Linux binary sees of another',
    renders(
      'the map of a Linux binary',
      NETBSD_TEXTS,
      {
        *main(u, render) {
          const pid = yield* u.fork('child');
          const maps = yield* until(
            u,
            () => render(u, PFS.maps, pid),
            (text) => String(text).includes('r-x'),
          );
          u.assert(/ {5}\/bin\/spin\n/.test(String(maps)), String(maps));
          yield* u.kill(pid, kern.SIGKILL);
          yield* u.wait();
        },
        *child(u) {
          yield* u.execve('/emul/linux/bin/spin');
        },
      },
      { path: '/emul/linux/bin/test', others: { '/emul/linux/bin/spin': SPIN } },
    ),
  );
});
