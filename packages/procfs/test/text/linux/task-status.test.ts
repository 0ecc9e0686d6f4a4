import { TD } from '@smplab/lwkt';
import type { KernelApi } from '@smplab/machine';
import { kern } from '@smplab/proc';
import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { LINUX_TEXTS } from '../../../src/text/linux/texts.ts';
import { renders, same, until } from '../fixtures/text-program.ts';

describe('/proc/N/status of Linux', () => {
  it(
    'tells names, ids, memory in kilobytes, signals by the numbers of Linux, and switches',
    renders(
      'status of a process',
      LINUX_TEXTS,
      {
        *main(u, render) {
          yield* u.setgroups([20, 7]);
          yield* u.setresgid(20, 21, 22);
          yield* u.signal(kern.SIGUSR1, 'SIG_IGN');
          yield* u.signal(kern.SIGCHLD, 'handler');
          yield* u.sigprocmask(kern.SIG_BLOCK, kern.sigbit(kern.SIGUSR2) | kern.sigbit(kern.SIGINFO));
          yield* u.setresuid(11, 12, 13);
          yield* u.store(0, 1);
          yield* u.store(4096, 1);
          yield* u.store(8192, 1);
          yield* u.kill(2, kern.SIGUSR2);
          yield* u.syscall('switches', 5, 6);
          same(
            u,
            yield* render(u, PFS.status, 2),
            'Name:\ttest\nUmask:\t0022\nState:\tR (running)\nTgid:\t2\nNgid:\t0\nPid:\t2\nPPid:\t1\n' +
              'TracerPid:\t0\nUid:\t11\t12\t13\t12\nGid:\t20\t21\t22\t21\nFDSize:\t64\nGroups:\t21 7 \n' +
              'VmPeak:\t      12 kB\nVmSize:\t      12 kB\nVmLck:\t       0 kB\nVmPin:\t       0 kB\n' +
              'VmHWM:\t      12 kB\nVmRSS:\t      12 kB\nRssAnon:\t      12 kB\nRssFile:\t       0 kB\n' +
              'RssShmem:\t       0 kB\nVmData:\t      12 kB\nVmStk:\t       0 kB\nVmExe:\t       0 kB\n' +
              'VmLib:\t       0 kB\nVmPTE:\t       0 kB\nVmSwap:\t       0 kB\nThreads:\t1\nSigQ:\t0/0\n' +
              'SigPnd:\t0000000000000000\nShdPnd:\t0000000000000800\nSigBlk:\t0000000000000800\n' +
              'SigIgn:\t0000000000000200\nSigCgt:\t0000000000010000\n' +
              'CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n' +
              'CapBnd:\t000001ffffffffff\nCapAmb:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t0\n' +
              'Cpus_allowed:\t3\nCpus_allowed_list:\t0-1\n' +
              'voluntary_ctxt_switches:\t5\nnonvoluntary_ctxt_switches:\t6\n',
            'status',
          );
        },
        *handler() {
          // Nobody dies.
        },
      },
      {
        limits: { pageWords: 1024 },
        systemCalls: {
          *switches({ context: k }: KernelApi, voluntary: number, involuntary: number) {
            yield* k.fence();
            const lp = k.words[k.td + TD.td_lwp];
            k.words[lp + kern.L.lwp_nvcsw] = voluntary;
            k.words[lp + kern.L.lwp_nivcsw] = involuntary;
            return 0;
          },
        },
        search: { schedules: 2 },
      },
    ),
  );

  it(
    'tells who sleeps, for what, and who is stopped; of the kernel no memory',
    renders(
      'states',
      LINUX_TEXTS,
      {
        *main(u, render) {
          const child = yield* u.fork('child');
          const state = (name: string) =>
            until(
              u,
              () => render(u, PFS.status, child),
              (text) => String(text).includes(`State:\t${name}\n`),
            );
          yield* state('S (sleeping)');
          same(u, yield* render(u, PFS.wchan, child), 'pause', 'wchan');
          yield* u.kill(child, kern.SIGSTOP);
          yield* state('T (stopped)');
          yield* u.kill(child, kern.SIGKILL);
          yield* u.wait();
          const kernel = String(yield* render(u, PFS.status, 0));
          u.assert(kernel.startsWith('Name:\tkernel\n') && !kernel.includes('Vm'), kernel);
        },
        *child(u) {
          yield* u.pause();
        },
      },
      { search: { schedules: 2 } },
    ),
  );
});
