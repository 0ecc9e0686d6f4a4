import { GD, KERN } from '@smplab/lwkt';
import type { KernelApi } from '@smplab/machine';
import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { LINUX_TEXTS } from '../../../src/text/linux/texts.ts';
import { renders, same } from '../fixtures/text-program.ts';

const systemCalls = {
  /** What a CPU has counted. */
  *counted({ context: k }: KernelApi, cpuid: number, user: number, system: number, ticks: number) {
    const gd = k.kernel.gdOf(cpuid);
    yield* k.storeRelaxed(gd + GD.gd_cp_user, user);
    yield* k.storeRelaxed(gd + GD.gd_cp_sys, system);
    yield* k.storeRelaxed(gd + GD.gd_cnt_ticks, ticks);
    return 0;
  },
  /** Averages of the load of a CPU, and the time now: no sample was missed. */
  *loaded({ context: k }: KernelApi, cpuid: number, load: number, now: number) {
    const gd = k.kernel.gdOf(cpuid);
    for (let term = 0; term < 3; term++) yield* k.storeRelaxed(gd + GD.gd_loadavg + term, load >> term);
    yield* k.storeRelaxed(gd + GD.gd_loadnext, now + 1);
    yield* k.store(k.kernel.kern + KERN.k_ticks, now);
    return 0;
  },
};

const OPTIONS = { limits: { hz: 50 }, systemCalls, boottime: 1_719_792_000, search: { schedules: 3 } };

describe('/proc/stat of Linux', () => {
  it(
    'has ten columns for the machine and for each CPU, in hundredths of a second',
    renders(
      'stat',
      LINUX_TEXTS,
      {
        *main(u, render) {
          yield* u.syscall('counted', 0, 30, 20, 50);
          yield* u.syscall('counted', 1, 7, 3, 11);
          yield* u.syscall('loaded', 0, 0, 1000);
          const text = String(yield* render(u, PFS.cpustat, 0));
          const ctxt = /\nctxt (\d+)\n/.exec(text)?.[1] ?? 'none';
          same(
            u,
            text.replace(/procs_running [123]\nprocs_blocked [01]/, 'procs_running ?\nprocs_blocked ?'),
            'cpu  74 0 46 3880 0 0 0 0 0 0\ncpu0 60 0 40 1900 0 0 0 0 0 0\ncpu1 14 0 6 1980 0 0 0 0 0 0\n' +
              `intr 61\nctxt ${ctxt}\nbtime 1719792000\nprocesses 0\nprocs_running ?\nprocs_blocked ?\n` +
              'softirq 0 0 0 0 0 0 0 0 0 0 0\n',
            'stat',
          );
          same(u, yield* render(u, PFS.uptime, 0), '20.00 38.80\n', 'uptime');
        },
      },
      OPTIONS,
    ),
  );
});

describe('/proc/loadavg of Linux', () => {
  it(
    'adds the averages of the CPUs up, and counts threads and processes',
    renders(
      'loadavg',
      LINUX_TEXTS,
      {
        *main(u, render) {
          yield* u.syscall('loaded', 0, 2048, 100);
          yield* u.syscall('loaded', 1, 2048 + 1024, 100);
          const text = String(yield* render(u, PFS.loadavg, 0));
          // The kernel, init and this: three threads at most.
          u.assert(/^2\.50 1\.25 0\.62 [123]\/[23] 2\n$/.test(text), text);
        },
      },
      OPTIONS,
    ),
  );
});
