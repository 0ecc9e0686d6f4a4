import { describe, it } from 'mocha';
import { EPERM, ESRCH } from '../../src/errno.ts';
import { FIOASYNC, FIOGETOWN, FIOSETOWN } from '../../src/file/filedesc-layout.ts';
import { SIGINT, SIGIO } from '../../src/signal/signals.ts';
import { sigbit } from '../../src/signal/sigacts.ts';
import { TIOCSETA, TIOCSTI } from '../../src/tty/ttycom.ts';
import { holds, ONE, type } from './tty-user.ts';

const SIG_BLOCK = 1;
const F_GETOWN = 5;
const F_SETOWN = 6;

describe('the owner of SIGIO', () => {
  it('is a process or a group, by ioctl and by fcntl, of the own session', () => {
    holds(
      {
        '/bin/main': {
          *main(u) {
            const pid = yield* u.getpid();
            u.assert((yield* u.fcntl(0, F_GETOWN)) === 0, 'nobody at first');
            for (const owner of [pid, -pid, pid, 0]) {
              u.assert((yield* u.fcntl(0, F_SETOWN, owner)) >= 0, `owner ${owner}: errno ${u.errno}`);
              const words = [0];
              yield* u.ioctl(0, FIOGETOWN, words);
              u.assert(words[0] === owner, `the owner is ${words[0]}, not ${owner}`);
            }
            u.assert((yield* u.fcntl(0, F_SETOWN, 1)) < 0 && u.errno === EPERM, 'not init');
            u.assert((yield* u.fcntl(0, F_SETOWN, 99)) < 0 && u.errno === ESRCH, 'not nobody');
          },
        },
      },
      ONE,
    );
  });

  it('gets a signal when there is input, if it asked for it', () => {
    holds(
      {
        '/bin/main': {
          *main(u) {
            yield* u.sigaction(SIGIO, 'nothing');
            yield* u.sigprocmask(SIG_BLOCK, sigbit(SIGIO));
            yield* u.ioctl(0, FIOSETOWN, [yield* u.getpid()]);
            yield* type(u, 0, 'a\n');
            u.assert(((yield* u.sigpending()) & sigbit(SIGIO)) === 0, 'it has not asked for it');
            yield* u.ioctl(0, FIOASYNC, [1]);
            yield* type(u, 0, 'b');
            u.assert(((yield* u.sigpending()) & sigbit(SIGIO)) === 0, 'the line is not complete');
            yield* type(u, 0, '\n');
            u.assert(((yield* u.sigpending()) & sigbit(SIGIO)) !== 0, 'now there is a line');
          },
          *nothing() {
            // It is held back all the time.
          },
        },
      },
      ONE,
    );
  });

  it('goes with its process, whatever happens at that moment', () => {
    holds({
      '/bin/main': {
        *main(u) {
          yield* u.ioctl(0, FIOASYNC, [1]);
          yield* u.ioctl(0, TIOCSETA, [0]);
          const pid = yield* u.fork('owner');
          yield* u.fork('user');
          const error = yield* u.ioctl(0, FIOSETOWN, [pid]);
          u.assert(error >= 0 || u.errno === ESRCH, `FIOSETOWN gives errno ${u.errno}`);
          yield* u.wait4(pid);
          const words = [0];
          yield* u.ioctl(0, FIOGETOWN, words);
          u.assert(words[0] === 0, `process ${words[0]} is gone and still the owner`);
          yield* u.wait();
        },
        *owner(u) {
          yield* u.sigaction(SIGIO, 'nothing');
        },
        *nothing() {
          // The signal is caught, that is all.
        },
        *user(u) {
          yield* u.ioctl(0, TIOCSTI, [0x61]);
        },
      },
    });
  });

  it('goes with its group, whatever happens at that moment', () => {
    holds({
      '/bin/main': {
        *main(u) {
          yield* u.ioctl(0, FIOASYNC, [1]);
          yield* u.ioctl(0, TIOCSETA, [0]);
          const pid = yield* u.fork('owner');
          yield* u.setpgid(pid, pid);
          yield* u.fork('user');
          const error = yield* u.ioctl(0, FIOSETOWN, [-pid]);
          u.assert(error >= 0 || u.errno === ESRCH, `FIOSETOWN gives errno ${u.errno}`);
          yield* u.wait4(pid);
          const words = [0];
          yield* u.ioctl(0, FIOGETOWN, words);
          u.assert(words[0] === 0, `group ${words[0]} is gone and still the owner`);
          yield* u.wait();
        },
        *owner(u) {
          yield* u.signal(SIGIO, 'SIG_IGN');
        },
        *user(u) {
          yield* u.ioctl(0, TIOCSTI, [0x61]);
        },
      },
    });
  });

  it('can be changed by two at once; one of them wins', () => {
    holds({
      '/bin/main': {
        *main(u) {
          const pid = yield* u.fork('rival');
          for (const owner of [pid, -(yield* u.getpid()), 0]) yield* u.fcntl(0, F_SETOWN, owner);
          yield* u.wait4(pid);
          const owner = yield* u.fcntl(0, F_GETOWN);
          u.assert(owner === 0, `the owner is ${owner}`);
        },
        *rival(u) {
          const pid = yield* u.getpid();
          for (const owner of [-(yield* u.getpgrp()), pid]) yield* u.fcntl(0, F_SETOWN, owner);
        },
      },
    });
  });

  it('is one for each terminal, and a group of the foreground gets its keys besides', () => {
    holds(
      {
        '/bin/main': {
          *main(u) {
            const tty = yield* u.open('/dev/ttyv0', 2);
            const pid = yield* u.getpid();
            yield* u.fcntl(tty, F_SETOWN, pid);
            u.assert((yield* u.fcntl(0, F_GETOWN)) === 0, 'the console has none');
            u.assert((yield* u.fcntl(tty, F_GETOWN)) === pid, 'ttyv0 has one');
            yield* u.sigprocmask(SIG_BLOCK, sigbit(SIGINT));
            yield* type(u, 0, '\x03');
            u.assert(((yield* u.sigpending()) & sigbit(SIGINT)) !== 0, 'SIGINT is for the foreground');
            yield* u.close(tty);
            const again = yield* u.open('/dev/ttyv0', 2);
            u.assert((yield* u.fcntl(again, F_GETOWN)) === 0, 'the last close forgets the owner');
          },
        },
      },
      ONE,
    );
  });
});
