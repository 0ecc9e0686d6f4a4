/**
 * Owns the calls about descriptors, paths and terminals.
 */
import { TextEncoder } from 'node:util';
import { area, awaitTurn, giveTurn } from './actors.mjs';
import { named, say, SIG, Teller, WAIT } from './teller.mjs';

const O = named({
  RDONLY: 0,
  WRONLY: 1,
  RDWR: 2,
  O_CREAT: 0x200,
  O_CLOEXEC: 0x20000,
  O_DIRECTORY: 0x8000000,
});
const F = named({
  ...{ F_DUPFD: 0, F_GETFD: 1, F_SETFD: 2, F_GETFL: 3, F_SETFL: 4, F_GETOWN: 5, F_SETOWN: 6 },
  ...{ F_DUP2FD: 10, F_DUPFD_CLOEXEC: 17, F_DUP2FD_CLOEXEC: 18 },
});
const NONBLOCK = 4;
const TTY = named({
  ...{ TIOCSCTTY: 0x20007461, TIOCNOTTY: 0x20007471, TIOCSPGRP: 0x80047476 | 0, TIOCGPGRP: 0x40047477 },
  ...{ TIOCGSID: 0x40047463, TIOCGETA: 0x402c7413, TIOCSETA: 0x802c7414 | 0, TIOCGWINSZ: 0x40087468 },
  ...{ TIOCSWINSZ: 0x80087467 | 0, TIOCSTI: 0x80017472 | 0, TIOCGETCC: 0x40047401, FIONREAD: 0x4004667f },
});

const GROUPS = {
  *open(u) {
    const t = new Teller(u);
    for (const path of ['', '/none', '/none/further', '/dev/null/x', '/dev/null/', `/${'x'.repeat(1100)}`]) {
      yield* t.run('open', path);
    }
    yield* t.run('open', `/${'x'.repeat(80)}`);
    yield* t.run('open', '/dev/null', 3);
    yield* t.run('open', '/none', O.O_CREAT);
    yield* t.run('open', '/dev', O.WRONLY);
    yield* t.run('open', '/bin/conform', O.WRONLY);
    yield* t.run('open', '/dev/null', O.O_DIRECTORY);
    yield* t.run('open', '/dev', O.O_DIRECTORY);
    yield* t.run('open', '/dev/../bin/./conform');
    yield* t.run('open', '/dev/null', O.RDWR);
    for (let each = 0; each < 3; each++) yield* t.run('open', '/dev/null');
    yield* t.run('dup', 0);
    yield* t.run('close', 4);
    yield* t.run('open', '/dev/null');
    yield* t.run('setuid', 1001);
    yield* t.run('close', 4);
    yield* t.run('open', '/dev/console');
  },
  *readAndWrite(u) {
    const t = new Teller(u);
    for (const fd of [-1, 3, 7, 8, 1000]) {
      yield* t.run('read', fd, 1);
      yield* t.run('write', fd, 'x');
      yield* t.run('close', fd);
    }
    yield* t.run('open', '/dev/null', O.RDONLY);
    yield* t.run('open', '/dev/null', O.WRONLY);
    yield* t.run('open', '/bin');
    yield* t.run('open', '/bin/conform');
    yield* t.run('read', 3, 10);
    yield* t.run('read', 3, -1);
    yield* t.run('write', 3, 'x');
    yield* t.run('write', 4, 'hello');
    yield* t.run('write', 4, '');
    yield* t.run('read', 4, 1);
    yield* t.run('read', 5, 1);
    yield* t.run('read', 6, 1);
    yield* t.run('readLine', 3);
    yield* t.run('readLine', 9);
    yield* t.run('print', 'a line');
    yield* t.run('print');
    for (const fd of [3, 4, 5, 6, 3]) yield* t.run('close', fd);
  },
  *duplicates(u) {
    const t = new Teller(u);
    yield* t.run('dup', 9);
    yield* t.run('dup', 0);
    yield* t.run('dup2', 9, 4);
    yield* t.run('dup2', 0, -1);
    yield* t.run('dup2', 0, 8);
    yield* t.run('dup2', 0, 0);
    yield* t.run('dup2', 0, 5);
    yield* t.run('dup2', 1, 5);
    for (const [command, arg] of [
      [F.F_DUPFD, 0],
      [F.F_DUPFD, 6],
      [F.F_DUPFD, 8],
      [F.F_DUPFD, -1],
    ]) {
      yield* t.run('fcntl', 0, command, arg);
    }
    yield* t.run('fcntl', 0, F.F_DUPFD_CLOEXEC, 0);
    yield* t.run('dup', 0);
    yield* t.run('fcntl', 0, F.F_DUPFD, 0);
    yield* t.run('fcntl', 0, F.F_DUP2FD, 3);
    yield* t.run('fcntl', 0, F.F_DUP2FD_CLOEXEC, 3);
    yield* t.run('fcntl', 3, F.F_GETFD);
    yield* t.run('fcntl', 0, F.F_DUP2FD, 99);
  },
  *fcntl(u) {
    const t = new Teller(u);
    for (const command of [F.F_GETFD, F.F_SETFD, F.F_GETFL, F.F_SETFL, F.F_GETOWN, F.F_DUPFD, F.F_DUP2FD]) {
      yield* t.run('fcntl', 9, command, 0);
    }
    yield* t.run('fcntl', 0, 99);
    yield* t.run('fcntl', 0, F.F_GETFD);
    yield* t.run('fcntl', 0, F.F_SETFD, 1);
    yield* t.run('fcntl', 0, F.F_GETFD);
    yield* t.run('open', '/dev/null', O.WRONLY);
    yield* t.run('fcntl', 3, F.F_GETFL);
    yield* t.run('fcntl', 3, F.F_SETFL, NONBLOCK);
    yield* t.run('fcntl', 3, F.F_GETFL);
    yield* t.run('fcntl', 3, F.F_GETOWN);
    yield* t.run('fcntl', 3, F.F_SETOWN, 1);
    // Of a file that is shared the flags are shared; of descriptors not.
    const kid = yield* t.born('kid', 'fork', 'changesFlags');
    yield* t.reap(kid);
    yield* t.run('fcntl', 3, F.F_GETFL);
    yield* t.run('fcntl', 3, F.F_GETFD);
    const closed = yield* t.born('closed', 'fork', 'becomesFileless');
    yield* giveTurn(u, closed);
    yield* t.reap(closed);
  },
  *directories(u) {
    const t = new Teller(u);
    yield* t.run('getcwd');
    for (const path of ['/none', '', '/dev/null', `/${'x'.repeat(80)}`]) {
      yield* t.run('chdir', path);
      yield* t.run('chroot', path);
    }
    yield* t.run('chdir', '/bin');
    yield* t.run('getcwd');
    yield* t.run('open', 'conform');
    yield* t.run('chdir', '../dev/.');
    yield* t.run('getcwd');
    yield* t.run('chroot', '/bin');
    yield* t.run('open', '/conform');
    yield* t.run('open', '/../dev/null');
    yield* t.run('open', '/dev/null');
    yield* t.run('getcwd');
    yield* t.run('chdir', '/');
    yield* t.run('getcwd');
    yield* t.run('chdir', '..');
    yield* t.run('getcwd');
    yield* t.run('setuid', 1001);
    yield* t.run('chroot', '/');
  },
  *requests(u) {
    const t = new Teller(u);
    yield* t.run('ioctl', 9, TTY.TIOCGETA, [0]);
    yield* t.run('ioctl', 0, 1234, [0]);
    yield* t.run(
      'ioctl',
      0,
      TTY.TIOCGETA,
      Array.from({ length: 33 }, () => 0),
    );
    yield* t.run('open', '/dev/null');
    yield* t.run('ioctl', 3, TTY.TIOCGETA, [0]);
    const data = [0];
    yield* u.ioctl(0, TTY.TIOCGETA[1], data);
    say(`modes ${data[0].toString(16)}`);
    yield* u.ioctl(0, TTY.TIOCGWINSZ[1], data);
    say(`window ${data[0] >> 16} rows, ${data[0] & 0xffff} columns`);
    yield* t.run('ioctl', 0, TTY.TIOCSETA, [-1]);
    yield* t.run('ioctl', 0, TTY.TIOCGETCC, [99]);
    yield* t.run('ioctl', 0, TTY.TIOCSPGRP, [0]);
    yield* t.run('ioctl', 0, TTY.TIOCSPGRP, [399]);
    yield* t.run('ioctl', 0, TTY.TIOCSPGRP, [1]);
    yield* t.run('ioctl', 0, TTY.TIOCSCTTY);
    yield* t.run('ioctl', 0, TTY.FIONREAD, [0]);
    yield* t.run('open', '/dev/tty', O.RDWR);
    yield* t.run('ioctl', 4, TTY.TIOCSCTTY);
    yield* t.run('ioctl', 4, TTY.TIOCNOTTY);
    yield* t.run('ioctl', 4, TTY.TIOCNOTTY);
    yield* t.run('open', '/dev/tty');
    yield* t.run('ioctl', 0, TTY.TIOCGPGRP, [0]);
    yield* t.run('ioctl', 0, TTY.TIOCGSID, [0]);
  },
  /** A session takes a terminal of its own, types on it, and reads what it typed. */
  *terminal(u) {
    const t = new Teller(u);
    t.call('self', yield* u.setsid());
    yield* t.run('open', '/dev/tty');
    yield* t.run('open', '/dev/ttyv0', O.RDWR);
    yield* t.run('ioctl', 3, TTY.TIOCGPGRP, [0]);
    yield* t.run('ioctl', 0, TTY.TIOCSCTTY);
    yield* t.run('ioctl', 3, TTY.TIOCSCTTY);
    const data = [0];
    yield* u.ioctl(3, TTY.TIOCGPGRP[1], data);
    say(`foreground: ${t.who(data[0])}`);
    yield* u.fcntl(3, F.F_SETFL[1], NONBLOCK);
    yield* t.run('read', 3, 10);
    yield* types(u, 3, 'hello\nrest\u0004');
    yield* t.run('read', 3, 3);
    yield* t.run('readLine', 3);
    yield* t.run('read', 3, 10);
    yield* t.run('read', 3, 10);
    yield* t.run('write', 3, 'shown\n');
    yield* t.run('fcntl', 3, F.F_SETOWN, ['self', yield* u.getpid()]);
    const owner = yield* u.fcntl(3, F.F_GETOWN[1]);
    say(`owner: ${t.who(owner)}`);
    yield* u.sigaction(SIG.INT[1], 'told');
    yield* types(u, 3, '\u0003');
  },
  /** Reading from the background stops the job, if somebody could continue it; else it fails. */
  *background(u) {
    const t = new Teller(u);
    yield* u.setsid();
    yield* u.open('/dev/ttyv0', 2);
    yield* u.ioctl(3, TTY.TIOCSCTTY[1], []);
    const job = yield* t.born('job', 'fork', 'readsLine');
    yield* u.setpgid(job[1], job[1]);
    yield* giveTurn(u, job);
    yield* t.run('wait4', job, WAIT.WUNTRACED);
    yield* u.ioctl(3, TTY.TIOCSPGRP[1], [job[1]]);
    yield* u.sigaction(SIG.TTOU[1], 'SIG_IGN');
    yield* types(u, 3, 'for the job\n');
    yield* t.run('kill', job, SIG.CONT);
    yield* t.reap(job);
    yield* u.ioctl(3, TTY.TIOCSPGRP[1], [yield* u.getpgrp()]);
    const orphan = yield* t.born('orphan', 'fork', 'readsAsOrphan');
    yield* giveTurn(u, orphan);
    yield* t.reap(orphan);
    yield* t.run('setuid', 1001);
    yield* t.run('close', 3);
    yield* t.run('open', '/dev/ttyv1');
    yield* t.run('ioctl', 3, TTY.TIOCSTI, [65]);
  },
};

/** Types at a terminal. */
function* types(u, fd, text) {
  for (const byte of new TextEncoder().encode(text)) yield* u.ioctl(fd, TTY.TIOCSTI[1], [byte]);
}

const ACTORS = {
  *changesFlags(u) {
    yield* u.fcntl(3, F.F_SETFL[1], 8);
    yield* u.fcntl(3, F.F_SETFD[1], 1);
  },
  *becomesFileless(u) {
    yield* awaitTurn(u);
    const t = new Teller(u);
    yield* t.run('open', '/dev/null', O.O_CLOEXEC);
    yield* u.execve('/bin/fileless');
  },
  *readsLine(u) {
    yield* awaitTurn(u);
    const line = yield* u.readLine(3);
    yield* u.exit(line === 'for the job' ? 9 : 1);
  },
  /** Ignores SIGTTIN, so nothing can stop it. */
  *readsAsOrphan(u) {
    yield* awaitTurn(u);
    yield* u.setpgid(0, 0);
    yield* u.sigaction(SIG.TTIN[1], 'SIG_IGN');
    yield* new Teller(u).run('read', 3, 1);
  },
};

const PROGRAMS = {
  '/bin/fileless': {
    *main(u) {
      const open = [];
      for (let fd = 0; fd < 8; fd++) if ((yield* u.fcntl(fd, F.F_GETFD[1])) >= 0) open.push(fd);
      say(`  open after exec: ${open.join(' ')}`);
    },
  },
};

export const files = area('files and terminals', GROUPS, ACTORS, PROGRAMS);
