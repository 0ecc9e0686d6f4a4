import type { Steps } from '@smplab/lwkt';
import type { KernelApi } from '@smplab/machine';
import { ENOMEM, kern, listFirst, P } from '@smplab/proc';
import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { FREEBSD_TEXTS, README_TEXTS } from '../../../src/text/freebsd/texts.ts';
import { charge, renders, same } from '../fixtures/text-program.ts';

const BOOT = { boottime: 982_737_597 };
const O_RDWR = 2;
const README_START = 748_620_684;

describe('/proc/N/status of FreeBSD in 2001', () => {
  it(
    'tells effective and real ids, groups with the effective one first, and no prison',
    renders(
      'status',
      FREEBSD_TEXTS,
      {
        *main(u, render) {
          yield* u.setgroups([20, 20, 0, 21, 117]);
          yield* u.setresgid(20, 21, 22);
          yield* u.setresuid(11, 12, 13);
          const own = yield* render(u, PFS.status, 2);
          const ids = '12 11 20,21,20,0,21,117 -';
          same(u, own, `test 2 1 2 2 12,255 ctty,sldr 982737597,0 0,0 0,0 nochan ${ids}\n`, 'own');
        },
      },
      BOOT,
    ),
  );

  it(
    'tells the host of the prison a process is in',
    renders(
      'status of a prisoner',
      FREEBSD_TEXTS,
      {
        *main(u, render) {
          yield* u.jail('cell.example');
          const own = String(yield* render(u, PFS.status, 2));
          u.assert(own.endsWith(' nochan 0 0 0,0 cell.example\n'), own);
        },
      },
      BOOT,
    ),
  );

  it(
    'is refused when it does not fit in 256 bytes',
    renders('a long status', FREEBSD_TEXTS, {
      *main(u, render) {
        const groups = Array.from({ length: 16 }, (_, at) => 1_000_000_000 + at);
        yield* u.setgroups(groups);
        const text = yield* render(u, PFS.status, 2);
        const beginning = 'test 2 1 2 2 12,255 ctty,sldr 0,0 0,0 0,0 nochan 0 0 0';
        const expected = `${beginning},${groups.join(',')} -\n`;
        same(u, text, expected, `${expected.length} bytes`);
        yield* u.jail('a.long.host.name');
        yield* u.setresuid(1_000_000_000, 1_000_000_000, 1_000_000_000);
        u.assert((yield* render(u, PFS.status, 2)) === ENOMEM, 'more than that');
      },
    }),
  );

  it(
    'knows no times of a process that is swapped out, and no leader of a session that has lost it',
    renders(
      'status of who is away',
      FREEBSD_TEXTS,
      {
        *main(u, render) {
          yield* u.fork('leader');
          yield* u.wait();
          yield* u.syscall('swapOut', 4);
          const line = yield* render(u, PFS.status, 4);
          same(u, line, 'test 4 1 3 0 -1,-1 noflags -1,-1 -1,-1 -1,-1 pause 0 0 0,0 -\n', 'the child');
          yield* u.kill(4, kern.SIGKILL);
        },
        *leader(u) {
          yield* u.setsid();
          yield* u.fork('sleeper');
          while ((yield* u.syscall('isAsleep', 4)) === 0) yield* u.sched_yield();
        },
        *sleeper(u) {
          yield* u.pause();
        },
      },
      {
        ...BOOT,
        systemCalls: {
          *swapOut({ context: k }: KernelApi, pid: number): Steps<number> {
            const p = yield* kern.pfind(k, pid);
            yield* k.or(p + P.p_flags, kern.P_SWAPPEDOUT);
            yield* kern.prele(k, p);
            return 0;
          },
          isAsleep,
        },
      },
    ),
  );
});

describe('/proc/N/status of the README', () => {
  it(
    'is the line of 1993, byte for byte',
    renders(
      'cat /proc/curproc/status',
      README_TEXTS,
      {
        // Session 81 has the terminal 12,0; its group 400 has a shell, which has made 439, which makes 446.
        *main(u) {
          yield* u.syscall('nextpid', 81);
          yield* u.fork('session');
          yield* u.wait();
        },
        *session(u) {
          yield* u.setsid();
          yield* u.ioctl(yield* u.open('/dev/ttyv0', O_RDWR), kern.TIOCSCTTY);
          yield* u.syscall('nextpid', 400);
          yield* u.fork('shell');
          yield* u.wait();
        },
        *shell(u) {
          yield* u.setpgid(0, 0);
          yield* u.setgroups([20, 20, 0, 21, 117]);
          yield* u.setresgid(20, 20, 20);
          yield* u.setresuid(11, 11, 11);
          yield* u.syscall('nextpid', 439);
          yield* u.fork('script');
          yield* u.wait();
        },
        *script(u) {
          yield* u.syscall('nextpid', 446);
          yield* u.nanosleep(27);
          u.assert(u.ticks === 27, `it is tick ${u.ticks}`);
          yield* u.fork('cat');
          yield* u.wait();
        },
        *cat(u, render) {
          yield* u.syscall('charge', 446, 0, 2);
          const line = yield* render(u, PFS.status, 446);
          const times = `${README_START} 270000 0 0 0 20000`;
          const expected = `cat 446 439 400 81 12,0 ctty ${times} nochan 11 20 20 20 0 21 117\n`;
          same(u, line, expected, 'the line of the README');
        },
      },
      {
        path: '/bin/cat',
        boottime: README_START,
        limits: { pidMax: 1000 },
        systemCalls: {
          charge,
          *nextpid({ context: k }: KernelApi, pid: number): Steps<number> {
            yield* k.store(kern.procs(k).g + kern.G.g_nextpid, pid);
            return 0;
          },
        },
      },
    ),
  );
});

/** 1 when the process is there and its thread sleeps. */
function* isAsleep({ context: k }: KernelApi, pid: number): Steps<number> {
  const p = yield* kern.pfind(k, pid);
  if (p === 0) return 0;
  yield* k.gettoken(p + P.p_token);
  const lp = listFirst(k, p + P.p_lwp_tree);
  const isSleeping = lp !== 0 && (k.peek(lp + kern.L.lwp_flags) & kern.LWP_SINTR) !== 0;
  yield* k.reltoken(p + P.p_token);
  yield* kern.prele(k, p);
  return isSleeping ? 1 : 0;
}
