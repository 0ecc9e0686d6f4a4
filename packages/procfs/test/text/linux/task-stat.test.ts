import { GD, KERN, TD } from '@smplab/lwkt';
import type { KernelApi } from '@smplab/machine';
import { ESRCH, kern } from '@smplab/proc';
import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { LINUX_TEXTS } from '../../../src/text/linux/texts.ts';
import { renders, same, until } from '../fixtures/text-program.ts';

/** Half the rate of Linux, so that units show; pages of 4 kB. */
const LIMITS = { hz: 50, pageWords: 1024 };

const systemCalls = {
  /** The clock charges ticks to the thread that asks. */
  *charge({ context: k }: KernelApi, user: number, system: number) {
    yield* k.fence();
    k.words[k.td + TD.td_uticks] += user;
    k.words[k.td + TD.td_sticks] += system;
    k.words[k.cpu.gd + GD.gd_cp_user] += user;
    k.words[k.cpu.gd + GD.gd_cp_sys] += system;
    return 0;
  },
  /** So many ticks have gone by. */
  *pass({ context: k }: KernelApi, ticks: number) {
    yield* k.fetchadd(k.kernel.kern + KERN.k_ticks, ticks);
    return 0;
  },
};

const OPTIONS = { limits: LIMITS, systemCalls };
/** Fields 40 to 52. */
const LAST = '0 0 0 0 0 0 0 0 0 0 0 0 0';

describe('/proc/N/stat of Linux', () => {
  it(
    'has 52 fields: ticks as they were charged, in hundredths, the start since boot, bytes and pages',
    renders(
      'stat of a process',
      LINUX_TEXTS,
      {
        *main(u, render) {
          yield* u.syscall('pass', 75);
          const child = yield* u.fork('child');
          yield* u.syscall('charge', 7, 4);
          const line = yield* until(
            u,
            () => render(u, PFS.stat, child),
            (text) => /^\d+ \(test\) S .* 10 6 /.test(String(text)),
          );
          const cpu = String(line).split(' ')[38];
          same(
            u,
            line,
            `${child} (test) S 2 2 2 3327 2 64 0 0 0 0 10 6 0 0 20 0 1 0 150 8192 2 18446744073709551615 ` +
              `0 0 0 0 0 0 0 0 0 1 0 0 17 ${cpu} ${LAST}\n`,
            'child',
          );
          u.assert(String(line).trim().split(' ').length === 52, '52 fields');
          yield* u.kill(child, kern.SIGKILL);
          yield* u.wait();
          // What a child has used is told of its parent once it is waited for.
          const own = String(yield* render(u, PFS.stat, 2)).split(' ');
          same(u, own.slice(13, 17).join(' '), '14 8 10 6', 'own ticks and those of the child');
        },
        *child(u) {
          yield* u.store(0, 1);
          yield* u.store(4096, 1);
          yield* u.syscall('charge', 5, 3);
          yield* u.pause();
        },
      },
      { ...OPTIONS, search: { schedules: 3 } },
    ),
  );
});

describe('a thread of a process', () => {
  it(
    'has times and a number of its own, the process has all of them',
    renders(
      'stat of threads',
      LINUX_TEXTS,
      {
        *main(u, render) {
          yield* u.syscall('charge', 1, 2);
          const tid = yield* u.lwp_create('other');
          const times = function* (of: number) {
            return String(yield* render(u, PFS.stat, 2, of))
              .split(' ')
              .slice(13, 15)
              .join(' ');
          };
          while ((yield* times(tid)) !== '40 20') yield* u.sched_yield();
          same(u, yield* times(1), '2 4', 'the first');
          same(u, yield* times(-1), '42 24', 'both');
          const status = String(yield* render(u, PFS.status, 2, tid));
          u.assert(status.includes(`\nTgid:\t2\nNgid:\t0\nPid:\t${tid}\n`), status);
          u.assert(status.includes('\nThreads:\t2\n'), status);
          u.assert((yield* render(u, PFS.stat, 2, 77)) === ESRCH, 'no such thread');
        },
        *other(u) {
          yield* u.syscall('charge', 20, 10);
          yield* u.pause();
        },
      },
      { ...OPTIONS, search: { schedules: 2 } },
    ),
  );
});
