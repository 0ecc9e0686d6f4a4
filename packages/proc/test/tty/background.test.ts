import { describe, it } from 'mocha';
import type { Steps } from '@smplab/lwkt';
import { EIO } from '../../src/errno.ts';
import { WUNTRACED } from '../../src/life/wait.ts';
import { SIGCONT, SIGINT, SIGKILL, SIGTSTP, SIGTTIN, SIGTTOU } from '../../src/signal/signals.ts';
import { sigbit } from '../../src/signal/sigacts.ts';
import { TIOCGETA, TIOCSETA, TIOCSWINSZ, TOSTOP } from '../../src/tty/ttycom.ts';
import type { User } from '../../src/user/user.ts';
import { holds, tcgetpgrp, tcsetpgrp, type } from './tty-user.ts';

const SIG_BLOCK = 1;
const stopped = (signal: number): number => (signal << 8) | 0x7f;

/** A child in a group of its own, in the background. */
function* job(u: User, name: string): Steps<number> {
  const pid = yield* u.fork(name);
  yield* u.setpgid(pid, pid);
  return pid;
}

/** Waits for what becomes of it, and fails unless it is that. */
function* becomes(u: User, pid: number, status: number): Steps {
  const found = yield* u.wait4(pid, WUNTRACED);
  u.assert(found.status === status, `status ${found.status.toString(16)}, not ${status.toString(16)}`);
}

describe('a process in the background', () => {
  it('is stopped by SIGTTIN when it reads, and reads the line once it is in the foreground', () => {
    holds({
      '/bin/main': {
        *main(u) {
          yield* u.signal(SIGTTOU, 'SIG_IGN');
          const pid = yield* job(u, 'reader');
          yield* becomes(u, pid, stopped(SIGTTIN));
          yield* tcsetpgrp(u, 0, pid);
          yield* type(u, 0, 'word\n');
          yield* u.kill(pid, SIGCONT);
          yield* becomes(u, pid, 5 << 8);
        },
        *reader(u) {
          yield* u.setpgid(0, 0);
          const line = yield* u.readLine(0);
          yield* u.exit(line === 'word' ? 5 : 1);
        },
      },
    });
  });

  it('gets EIO instead if it ignores or blocks SIGTTIN, and if its group is orphaned', () => {
    holds({
      '/bin/main': {
        *main(u) {
          for (const name of ['ignores', 'blocks', 'middle']) {
            const pid = yield* job(u, name);
            yield* becomes(u, pid, 0);
            // Until the last of the group is gone: the terminal is not to be revoked before.
            while ((yield* u.killpg(pid, 0)) >= 0) yield* u.nanosleep(1);
          }
        },
        *ignores(u) {
          yield* u.setpgid(0, 0);
          yield* u.signal(SIGTTIN, 'SIG_IGN');
          yield* reads(u);
        },
        *blocks(u) {
          yield* u.setpgid(0, 0);
          yield* u.sigprocmask(SIG_BLOCK, sigbit(SIGTTIN));
          yield* reads(u);
        },
        // The parent of the reader is in the same group, and its own parent in another session.
        *middle(u) {
          yield* u.setpgid(0, 0);
          const pid = yield* u.fork('orphan');
          yield* u.exit(pid < 0 ? 1 : 0);
        },
        *orphan(u) {
          // Until the parent is gone.
          while ((yield* u.getppid()) !== 1) yield* u.nanosleep(1);
          yield* reads(u);
        },
      },
    });
  });

  it('may write, unless TOSTOP is set: then it is stopped by SIGTTOU, or writes if it ignores that', () => {
    holds({
      '/bin/main': {
        *main(u) {
          yield* becomes(u, yield* job(u, 'writer'), 3 << 8);
          const modes = [0];
          yield* u.ioctl(0, TIOCGETA, modes);
          yield* u.ioctl(0, TIOCSETA, [modes[0] | TOSTOP]);
          yield* becomes(u, yield* job(u, 'stubborn'), 3 << 8);
          const pid = yield* job(u, 'writer');
          yield* becomes(u, pid, stopped(SIGTTOU));
          yield* u.kill(pid, SIGKILL);
          yield* becomes(u, pid, SIGKILL);
        },
        *writer(u) {
          yield* u.setpgid(0, 0);
          yield* u.exit(yield* u.write(1, 'abc'));
        },
        *stubborn(u) {
          yield* u.setpgid(0, 0);
          yield* u.signal(SIGTTOU, 'SIG_IGN');
          yield* u.exit(yield* u.write(1, 'abc'));
        },
      },
    });
  });

  it('is stopped by SIGTTOU when it changes the terminal, whatever TOSTOP says', () => {
    holds({
      '/bin/main': {
        *main(u) {
          for (const name of ['modes', 'size', 'group']) {
            const pid = yield* job(u, name);
            yield* becomes(u, pid, stopped(SIGTTOU));
            yield* u.kill(pid, SIGKILL);
            yield* becomes(u, pid, SIGKILL);
          }
          u.assert((yield* tcgetpgrp(u, 0)) === (yield* u.getpgrp()), 'none of it has happened');
        },
        *modes(u) {
          yield* u.setpgid(0, 0);
          yield* u.ioctl(0, TIOCSETA, [0]);
        },
        *size(u) {
          yield* u.setpgid(0, 0);
          yield* u.ioctl(0, TIOCSWINSZ, [(40 << 16) | 100]);
        },
        *group(u) {
          yield* u.setpgid(0, 0);
          yield* tcsetpgrp(u, 0, yield* u.getpid());
        },
      },
    });
  });
});

describe('the keys of job control', () => {
  it('send SIGINT and SIGTSTP to the foreground group and to nobody else', () => {
    holds({
      '/bin/main': {
        *main(u) {
          yield* u.signal(SIGTTOU, 'SIG_IGN');
          const other = yield* job(u, 'sleeper');
          const pid = yield* job(u, 'sleeper');
          yield* tcsetpgrp(u, 0, pid);
          yield* type(u, 0, '\x1a');
          yield* becomes(u, pid, stopped(SIGTSTP));
          yield* u.kill(pid, SIGCONT);
          yield* type(u, 0, '\x03');
          yield* becomes(u, pid, SIGINT);
          yield* u.kill(other, SIGKILL);
          yield* becomes(u, other, SIGKILL);
        },
        *sleeper(u) {
          yield* u.setpgid(0, 0);
          yield* u.pause();
        },
      },
    });
  });

  it('do nothing once the foreground group is gone', () => {
    holds({
      '/bin/main': {
        *main(u) {
          yield* u.signal(SIGTTOU, 'SIG_IGN');
          const pid = yield* job(u, 'leaves');
          yield* tcsetpgrp(u, 0, pid);
          yield* becomes(u, pid, 0);
          yield* type(u, 0, '\x03');
          u.assert((yield* tcgetpgrp(u, 0)) === 1_000_000, 'there is no foreground group (NO_PID)');
        },
        *leaves(u) {
          yield* u.setpgid(0, 0);
        },
      },
    });
  });

  it('reach every process of the group, forks of this moment included', () => {
    holds({
      '/bin/main': {
        *main(u) {
          yield* u.signal(SIGTTOU, 'SIG_IGN');
          const pid = yield* job(u, 'forker');
          yield* tcsetpgrp(u, 0, pid);
          yield* type(u, 0, '\x03');
          yield* becomes(u, pid, SIGINT);
          // Were one left, it would be there for ever. Init reaps the one that was killed.
          while ((yield* u.killpg(pid, 0)) >= 0) yield* u.nanosleep(1);
        },
        *forker(u) {
          yield* u.setpgid(0, 0);
          yield* u.fork('sleeper');
          yield* u.pause();
        },
        *sleeper(u) {
          yield* u.pause();
        },
      },
    });
  });
});

/** Reads: that gives EIO. */
function* reads(u: User): Steps {
  const bytes = yield* u.read(0, 10);
  u.assert(bytes === null && u.errno === EIO, `the read gives errno ${u.errno}`);
}
