import { describe, it } from 'mocha';
import { raise_int, type Steps } from '@smplab/lwkt';
import { EBADF, EINVAL, EIO, ENXIO, EPERM } from '../../src/errno.ts';
import { procs } from '../../src/proc-kernel.ts';
import { SIGHUP } from '../../src/signal/signals.ts';
import { G } from '../../src/table/procglob.ts';
import { ttyhangup } from '../../src/tty/session.ts';
import { T, TF_HANGUP, Tty } from '../../src/tty/tty-layout.ts';
import { TIOCGETA, TIOCNOTTY, TIOCSCTTY, TTY_VECTOR } from '../../src/tty/ttycom.ts';
import type { Programs } from '../../src/user/image.ts';
import type { User } from '../../src/user/user.ts';
import { contextOf, holds, MANY, ONE, programs, verdictOf, tcgetpgrp, tcsetpgrp } from './tty-user.ts';

/** In a session of its own with /dev/ttyv0 as its terminal, which is descriptor 3. */
function* login(u: User): Steps {
  yield* u.setsid();
  const fd = yield* u.open('/dev/ttyv0', 2);
  u.assert((yield* u.ioctl(fd, TIOCSCTTY)) >= 0, `TIOCSCTTY gives errno ${u.errno}`);
}

describe('a controlling terminal', () => {
  it('is one by TIOCSCTTY and not by open, for leaders of sessions only, and of one session only', () => {
    holds(
      {
        '/bin/main': {
          *main(u) {
            u.assert((yield* u.wait4(yield* u.fork('leader'))).status === 0, 'all is well');
          },
          *leader(u) {
            const fd = yield* u.open('/dev/ttyv0', 2);
            u.assert(
              (yield* u.ioctl(fd, TIOCSCTTY)) < 0 && u.errno === EPERM,
              'not for those who lead nothing',
            );
            yield* u.setsid();
            yield* u.open('/dev/ttyv1', 2);
            u.assert((yield* u.open('/dev/tty', 2)) < 0 && u.errno === ENXIO, 'an open gives none');
            u.assert((yield* u.ioctl(0, TIOCSCTTY)) < 0 && u.errno === EPERM, 'not one of another session');
            u.assert((yield* u.ioctl(fd, TIOCSCTTY)) >= 0, 'a free one');
            u.assert((yield* u.ioctl(fd, TIOCSCTTY)) >= 0, 'and again');
            u.assert((yield* tcgetpgrp(u, fd)) === (yield* u.getpid()), 'it is in the foreground');
            const tty = yield* u.open('/dev/tty', 2);
            u.assert(tty >= 0 && (yield* u.write(tty, 'x')) === 1, 'and is found as /dev/tty');
            u.assert((yield* u.ioctl(tty, TIOCSCTTY)) < 0 && u.errno === EINVAL, 'which it cannot be made');
            u.assert(
              (yield* u.ioctl(tty, TIOCNOTTY)) < 0 && u.errno === EINVAL,
              'nor given up by the leader',
            );
            const pid = yield* u.fork('follower', tty);
            u.assert((yield* u.wait4(pid)).status === 0, 'all is well');
          },
          *follower(u, tty: number) {
            u.assert((yield* u.ioctl(tty, TIOCNOTTY)) >= 0, 'others can give it up');
            u.assert((yield* u.write(tty, 'x')) < 0 && u.errno === EIO, 'and have none then');
            u.assert((yield* u.open('/dev/tty', 2)) < 0 && u.errno === ENXIO, 'at all');
            u.assert((yield* u.ioctl(tty, TIOCNOTTY)) < 0 && u.errno === EIO, 'to give up');
          },
        },
      },
      ONE,
    );
  });

  it('is revoked when the leader exits: SIGHUP for the foreground, end of file for readers', () => {
    holds({
      '/bin/main': {
        *main(u) {
          const fd = yield* u.open('/dev/ttyv0', 2);
          const leader = yield* u.fork('leader', fd);
          yield* u.wait4(leader);
          // This one was opened before.
          u.assert((yield* u.read(fd, 10))?.length === 0, 'a read ends');
          u.assert((yield* u.write(fd, 'x')) < 0 && u.errno === EIO, 'a write fails');
          u.assert((yield* u.ioctl(fd, TIOCGETA, [0])) < 0 && u.errno === EBADF, 'so does a request');
          // The terminal itself is free.
          const next = yield* u.fork('next');
          u.assert((yield* u.wait4(next)).status === 0, 'all is well');
        },
        *leader(u) {
          yield* login(u);
          const pid = yield* u.fork('foreground');
          yield* u.setpgid(pid, pid);
          yield* tcsetpgrp(u, 4, pid);
          // Waits until it sleeps in its read, or not.
          if (u.choose(2) === 1) yield* u.nanosleep(1);
        },
        *foreground(u) {
          yield* u.sigaction(SIGHUP, 'hangup');
          yield* u.setpgid(0, 0);
          const bytes = yield* u.read(4, 10);
          u.assert(bytes === null || bytes.length === 0, 'there is nothing to read');
        },
        *hangup() {
          // Ends the read.
        },
        *next(u) {
          yield* login(u);
        },
      },
    });
  });

  it('can change hands between sessions while processes of both come and go', () => {
    holds(
      {
        '/bin/main': {
          *main(u) {
            const a = yield* u.fork('leader');
            const b = yield* u.fork('leader');
            yield* u.wait4(a);
            yield* u.wait4(b);
          },
          *leader(u) {
            yield* u.setsid();
            const fd = yield* u.open('/dev/ttyv0', 2);
            const error = yield* u.ioctl(fd, TIOCSCTTY);
            u.assert(
              error >= 0 || u.errno === EPERM || u.errno === EBADF,
              `TIOCSCTTY gives errno ${u.errno}`,
            );
            if (error < 0) return;
            const group = yield* tcgetpgrp(u, fd);
            u.assert(group === (yield* u.getpid()), `the foreground group is ${group}`);
          },
        },
      },
      MANY,
    );
  });
});

describe('a terminal whose line is cut', () => {
  it('sends SIGHUP to the leader, ends reads, and is as new once it is closed', () => {
    holds({
      '/bin/main': {
        *main(u) {
          const leader = yield* u.fork('leader');
          while (terminal(u, T.t_session) === 0) yield* u.nanosleep(1);
          const k = contextOf(u);
          yield* k.or(ttyv0(u) + T.t_flags, TF_HANGUP);
          yield* raise_int(k, 0, TTY_VECTOR);
          const found = yield* u.wait4(leader);
          u.assert(found.status === SIGHUP, `the leader ends with status ${found.status}`);
          u.assert(terminal(u, T.t_opens) === 0 && terminal(u, T.t_state) === 0, 'nothing of it is left');
        },
        *leader(u) {
          yield* login(u);
          yield* u.read(3, 10);
          yield* u.pause();
        },
      },
    });
  });
});

describe('the fix switch tty-freed-session', () => {
  const images: Programs = {
    '/bin/main': {
      *main(u) {
        const leader = yield* u.fork('leader');
        yield* u.wait4(leader);
        yield* ttyhangup(contextOf(u), ttyv0(u));
      },
      *leader(u) {
        yield* login(u);
      },
    },
  };

  it('lets a terminal point at a session that has been freed', () => {
    verdictOf(programs(images, { asSeed: ['tty-freed-session'] }), 'use-after-free', MANY);
    holds(images);
  });
});

/** /dev/ttyv0 in the kernel. */
function ttyv0(u: User): number {
  const k = contextOf(u);
  return k.words[procs(k).g + G.g_ttys] + Tty.size;
}

function terminal(u: User, field: number): number {
  return contextOf(u).words[ttyv0(u) + field];
}
