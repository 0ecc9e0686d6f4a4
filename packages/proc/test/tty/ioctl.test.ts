import { describe, it } from 'mocha';
import type { LocalOptions } from '@smplab/explore';
import type { Steps } from '@smplab/lwkt';
import { EACCES, EBADF, EINVAL, EIO, ENOTTY, ENXIO, EPERM, errnoName, ESRCH } from '../../src/errno.ts';
import { FIOASYNC, FIOGETOWN, FIONBIO, FIOSETOWN } from '../../src/file/filedesc-layout.ts';
import { SIGTTOU, SIGWINCH } from '../../src/signal/signals.ts';
import * as com from '../../src/tty/ttycom.ts';
import type { Programs } from '../../src/user/image.ts';
import type { User } from '../../src/user/user.ts';
import { holds, ONE, programs, tcgetpgrp, verdictOf } from './tty-user.ts';

/** [request, word, word it gives, or name of its errno] */
type Row = readonly [request: number, word: number, answer: number | string];

function* answers(u: User, fd: number, rows: readonly Row[]): Steps {
  for (const [request, word, wanted] of rows) {
    const words = [word];
    const error = yield* u.ioctl(fd, request, words);
    const answer = error < 0 ? errnoName(u.errno) : words[0];
    u.assert(answer === wanted, `${request.toString(16)}(${word}) on ${fd} gives ${answer}, not ${wanted}`);
  }
}

const E = { EACCES, EBADF, EINVAL, EIO, ENOTTY, ENXIO, EPERM, ESRCH };
const name = (errno: number): string => errnoName(errno);

/** The own controlling terminal. */
const OWN = (pid: number): readonly Row[] => [
  [com.TIOCGPGRP, 0, pid],
  [com.TIOCGSID, 0, pid],
  [com.TIOCSPGRP, pid, pid],
  [com.TIOCSPGRP, 0, name(E.EINVAL)],
  [com.TIOCSPGRP, -5, name(E.EINVAL)],
  [com.TIOCSPGRP, 1_000_000, name(E.EINVAL)],
  [com.TIOCSPGRP, 77, name(E.EPERM)],
  // Init is in another session.
  [com.TIOCSPGRP, 1, name(E.EPERM)],
  [com.TIOCSCTTY, 0, 0],
  [com.TIOCNOTTY, 0, name(E.ENOTTY)],
  [com.TIOCGETA, 0, com.TTYDEF],
  [com.TIOCSETA, com.ICANON, com.ICANON],
  [com.TIOCGETA, 0, com.ICANON],
  [com.TIOCSETA, -1, name(E.EINVAL)],
  [com.TIOCSETAW, com.TTYDEF, com.TTYDEF],
  [com.TIOCSETAF, com.TTYDEF & ~com.ECHO, com.TTYDEF & ~com.ECHO],
  [com.TIOCGWINSZ, 0, (24 << 16) | 80],
  [com.TIOCSWINSZ, (50 << 16) | 132, (50 << 16) | 132],
  [com.TIOCGWINSZ, 0, (50 << 16) | 132],
  [com.TIOCSWINSZ, -1, name(E.EINVAL)],
  [com.TIOCGETCC, com.VINTR, 3],
  [com.TIOCSETCC, (com.VINTR << 8) | 7, (com.VINTR << 8) | 7],
  [com.TIOCGETCC, com.VINTR, 7],
  [com.TIOCGETCC, 8, name(E.EINVAL)],
  [com.TIOCSETCC, 8 << 8, name(E.EINVAL)],
  [com.FIONREAD, 0, 0],
  [com.TIOCSTI, 0x61, 0x61],
  [com.FIONREAD, 0, 0],
  [com.TIOCSTI, 0x0a, 0x0a],
  [com.FIONREAD, 0, 2],
  [com.TIOCFLUSH, com.TTY_FWRITE, com.TTY_FWRITE],
  [com.FIONREAD, 0, 2],
  [com.TIOCFLUSH, 0, 0],
  [com.FIONREAD, 0, 0],
  [com.TIOCSTOP, 0, 0],
  [com.TIOCSTART, 0, 0],
  [com.TIOCDRAIN, 0, 0],
  [com.TIOCOUTQ, 0, 0],
  [FIONBIO, 0, 0],
  [FIOASYNC, 1, 1],
  [FIOASYNC, 0, 0],
  [FIOSETOWN, pid, pid],
  [FIOGETOWN, 0, pid],
  [FIOSETOWN, -pid, -pid],
  [FIOGETOWN, 0, -pid],
  [FIOSETOWN, 77, name(E.ESRCH)],
  [FIOSETOWN, -77, name(E.ESRCH)],
  [FIOSETOWN, 1, name(E.EPERM)],
  [FIOSETOWN, -1, name(E.EPERM)],
  [FIOGETOWN, 0, -pid],
  [FIOSETOWN, 0, 0],
  [FIOGETOWN, 0, 0],
  [0x1234, 0, name(E.ENOTTY)],
];

/** A terminal of nobody. */
const OTHER = (pid: number): readonly Row[] => [
  // A terminal of nobody: the session has one already.
  [com.TIOCSCTTY, 0, name(E.EPERM)],
  [com.TIOCGPGRP, 0, name(E.ENOTTY)],
  [com.TIOCSPGRP, pid, name(E.ENOTTY)],
  [com.TIOCGSID, 0, name(E.ENOTTY)],
  [FIOSETOWN, pid, pid],
  [FIOGETOWN, 0, pid],
  // Root may type anywhere.
  [com.TIOCSTI, 0x61, 0x61],
];

describe('requests of a terminal', () => {
  it('answer with their values, and with the errnos of BSD', () => {
    holds(
      {
        '/bin/main': {
          *main(u) {
            const pid = yield* u.getpid();
            const other = yield* u.open('/dev/ttyv0', 2);
            const nil = yield* u.open('/dev/null', 2);
            yield* answers(u, 0, OWN(pid));
            yield* answers(u, other, OTHER(pid));
            yield* answers(u, nil, [[com.TIOCGETA, 0, name(E.ENOTTY)]]);
            yield* answers(u, 7, [[com.TIOCGETA, 0, name(E.EBADF)]]);
          },
        },
      },
      ONE,
    );
  });

  it('let users type at their own terminal only, and only if they may read it', () => {
    holds(
      {
        '/bin/main': {
          *main(u) {
            const other = yield* u.open('/dev/ttyv0', 2);
            const writing = yield* u.open('/dev/tty', 1);
            yield* u.setuid(5);
            yield* answers(u, 0, [[com.TIOCSTI, 0x61, 0x61]]);
            yield* answers(u, other, [[com.TIOCSTI, 0x61, name(E.EACCES)]]);
            yield* answers(u, writing, [[com.TIOCSTI, 0x61, name(E.EPERM)]]);
          },
        },
      },
      ONE,
    );
  });

  it('tell the foreground group of a new window size, once', () => {
    holds(
      {
        '/bin/main': {
          *main(u) {
            yield* u.sigaction(SIGWINCH, 'resized');
            yield* u.ioctl(0, com.TIOCSWINSZ, [(40 << 16) | 100]);
            yield* u.ioctl(0, com.TIOCSWINSZ, [(40 << 16) | 100]);
            u.assert((yield* u.load(64)) === 1, 'one SIGWINCH has come');
          },
          *resized(u) {
            yield* u.store(64, (yield* u.load(64)) + 1);
          },
        },
      },
      ONE,
    );
  });

  it('keep the foreground group whole while it is set and its last member leaves', () => {
    holds({
      '/bin/main': {
        *main(u) {
          const pid = yield* u.fork('leaves');
          yield* u.setpgid(pid, pid);
          const error = yield* u.ioctl(0, com.TIOCSPGRP, [pid]);
          u.assert(error >= 0 || u.errno === E.EPERM, `TIOCSPGRP gives errno ${u.errno}`);
          yield* u.wait4(pid);
          const group = yield* tcgetpgrp(u, 0);
          u.assert(group === 1_000_000 || group === (yield* u.getpid()), `the foreground group is ${group}`);
        },
        *leaves() {
          // At once.
        },
      },
    });
  });
});

describe('the fix switch pgrel-tty', () => {
  it('lets pgrel look at the foreground group, and take it away, while the terminal gets another', () => {
    const images: Programs = {
      '/bin/main': {
        *main(u) {
          yield* u.signal(SIGTTOU, 'SIG_IGN');
          const pid = yield* u.fork('leaves');
          yield* u.setpgid(pid, pid);
          yield* u.ioctl(0, com.TIOCSPGRP, [pid]);
          yield* u.fork('other');
          yield* u.lwp_create('reaper', pid);
          for (let n = u.choose(10); n > 0; n--) yield* u.getpid();
          const own = yield* u.getpgrp();
          yield* u.ioctl(0, com.TIOCSPGRP, [own]);
          yield* u.wait();
          u.assert((yield* tcgetpgrp(u, 0)) === own, 'the own group is in the foreground');
        },
        *reaper(u, pid: number) {
          yield* u.wait4(pid);
          yield* u.extexit();
        },
        *leaves() {
          // At once.
        },
        *other() {
          // The one that main waits for.
        },
      },
    };
    const options: LocalOptions = { strategy: 'surw', schedules: 400, stopOnRace: true };
    verdictOf(programs(images, { asSeed: ['pgrel-tty'] }), 'data-race', options);
    holds(images, { strategy: 'surw', schedules: 100 });
  });
});
