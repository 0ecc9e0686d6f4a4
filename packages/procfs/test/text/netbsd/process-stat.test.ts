import type { Steps } from '@smplab/lwkt';
import type { KernelApi } from '@smplab/machine';
import { kern, P } from '@smplab/proc';
import { describe, it } from 'mocha';
import { PFS } from '../../../src/node/node-types.ts';
import { NETBSD_TEXTS } from '../../../src/text/netbsd/texts.ts';
import { charge, renders, same, until } from '../fixtures/text-program.ts';

/** Flags of the process that calls. */
function* flags({ context: k }: KernelApi): Steps<number> {
  return k.peek(kern.curproc(k) + P.p_flags);
}

/** Pages of 1 kB. */
const OPTIONS = {
  boottime: 1_719_792_000,
  limits: { pageWords: 256, vmPages: 8 },
  systemCalls: { charge, flags },
};
/** SIGHUP, and what is ignored by default: urg, chld, io, winch, info and thr. */
const IGNORED = 0x98488001;
/** TDPRI_USER_NORM. */
const PRIORITY = 6;
const UNLIMITED = '9223372036854775807';
/** Wall clock in hundredths of a second. */
const START = '171979200000';

describe('/proc/N/stat and statm of NetBSD', () => {
  it(
    'have 39 fields, and pages',
    renders(
      'stat',
      NETBSD_TEXTS,
      {
        *main(u, render) {
          yield* u.store(0, 1);
          yield* u.store(4096, 1);
          yield* u.syscall('charge', 2, 130, 7);
          yield* u.signal(kern.SIGUSR1, 'handler');
          yield* u.sigaction(kern.SIGHUP, 'SIG_IGN');
          const flags = yield* u.syscall('flags');
          const expected = [
            ...`2 (test) R 1 2 2 3327 2 ${flags} 0 0 0 0 130 7 0 0 ${PRIORITY} 0 1 1`.split(' '),
            ...[START, 2, 2, UNLIMITED, 0x40, 0x400, 7168, 0, 0, 0, 0, IGNORED, 1 << 29, 0],
          ];
          const stat = String(yield* render(u, PFS.stat, 2)).split(' ');
          u.assert(stat.length === 39, `${stat.length} fields`);
          same(u, stat.slice(0, 35).join(' '), expected.join(' '), 'stat');
          // How often it has been switched is a matter of the schedule.
          same(u, stat.slice(37).join(' '), `0 ${u.cpuid}\n`, 'no signal at exit: init asks for none; CPU');
          same(u, yield* render(u, PFS.statm, 2), '2 2 0 0 0 0 0\n', 'statm');
        },
        *handler() {},
      },
      OPTIONS,
    ),
  );

  it(
    'tell what a process does',
    renders(
      'states',
      NETBSD_TEXTS,
      {
        *main(u, render) {
          const pid = yield* u.fork('child');
          const state = function* () {
            return String(yield* render(u, PFS.stat, pid)).split(' ')[2];
          };
          yield* until(u, state, (text) => text === 'S');
          yield* u.kill(pid, kern.SIGSTOP);
          yield* until(u, state, (text) => text === 'T');
          yield* u.kill(pid, kern.SIGKILL);
          yield* u.wait();
        },
        *child(u) {
          yield* u.pause();
        },
      },
      OPTIONS,
    ),
  );
});
