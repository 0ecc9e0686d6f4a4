import type { Context, Steps } from '@smplab/lwkt';
import {
  sys_close,
  sys_dup,
  sys_dup2,
  sys_fcntl,
  sys_getdtablesize,
  sys_ioctl,
  sys_open,
  sys_read,
  sys_write,
} from '../../src/file/calls.ts';
import { sys_setrlimit } from '../../src/cred/plimit.ts';
import { RLIMIT_NOFILE } from '../../src/cred/ucred.ts';
import {
  EACCES,
  EBADF,
  EINVAL,
  EISDIR,
  EMFILE,
  ENAMETOOLONG,
  ENOENT,
  ENOTDIR,
  ENOTTY,
  EOPNOTSUPP,
} from '../../src/errno.ts';
import * as L from '../../src/file/filedesc-layout.ts';
import { UIO_MAX } from '../../src/file/uio.ts';
import { P } from '../../src/table/proc.ts';
import { actAs, all, check, passes, runs } from '../table/fixtures/by-hand.ts';
import { allOf, equal, usersProgram } from '../cred/fixtures/users.ts';
import { fddrop, fdcloseexec, fdcopy, fdfree, fdinit, fdshare } from '../../src/file/filedesc.ts';

const O_RDWR = 2;
const O_WRONLY = 1;
const bytes = (count: number): Uint8Array => new Uint8Array(count).fill(65);

type Call = (k: Context) => Steps<number>;

/**
 * Calls one after the other, on a table where 0 is /dev/null open for both, 1 for reading, 2 the directory /.
 */
const TABLE: readonly (readonly [string, Call, number])[] = [
  ['open of nothing', (k) => sys_open(k, ''), -ENOENT],
  ['open of what is not there', (k) => sys_open(k, '/bin/nothing'), -ENOENT],
  ['open below a file', (k) => sys_open(k, '/bin/sh/x'), -ENOTDIR],
  ['open of a file as a directory', (k) => sys_open(k, '/bin/sh/'), -ENOTDIR],
  ['open with O_DIRECTORY', (k) => sys_open(k, '/bin/sh', L.O_DIRECTORY), -ENOTDIR],
  ['open of a long name', (k) => sys_open(k, `/${'n'.repeat(64)}`), -ENAMETOOLONG],
  ['open of a directory for writing', (k) => sys_open(k, '/bin', O_RDWR), -EISDIR],
  ['open of a program for writing', (k) => sys_open(k, '/bin/sh', O_WRONLY), -EACCES],
  ['open with no access mode', (k) => sys_open(k, '/dev/null', 3), -EINVAL],
  ['open that would make a file', (k) => sys_open(k, '/bin/new', O_WRONLY | L.O_CREAT), -EOPNOTSUPP],
  ['read of /dev/null', (k) => sys_read(k, 0, 10, {}), 0],
  ['read of a directory', (k) => sys_read(k, 2, 10, {}), -EISDIR],
  ['read of what is closed', (k) => sys_read(k, 7, 10, {}), -EBADF],
  ['read of a negative descriptor', (k) => sys_read(k, -1, 10, {}), -EBADF],
  ['read of a negative count', (k) => sys_read(k, 0, -1, {}), -EINVAL],
  ['write to /dev/null', (k) => sys_write(k, 0, bytes(10)), 10],
  ['write of much', (k) => sys_write(k, 0, bytes(3 * UIO_MAX + 1)), 3 * UIO_MAX + 1],
  ['write of nothing', (k) => sys_write(k, 0, bytes(0)), 0],
  ['write to what is open for reading', (k) => sys_write(k, 1, bytes(1)), -EBADF],
  ['write to what is closed', (k) => sys_write(k, 99, bytes(1)), -EBADF],
  ['ioctl of a terminal on /dev/null', (k) => sys_ioctl(k, 0, 0x40047477, [0]), -ENOTTY],
  ['ioctl on what is closed', (k) => sys_ioctl(k, 7, L.FIONBIO, [1]), -EBADF],
  ['ioctl of too many words', (k) => sys_ioctl(k, 0, L.FIONBIO, Array<number>(33).fill(0)), -EINVAL],
  ['FIONBIO', (k) => sys_ioctl(k, 0, L.FIONBIO, [1]), 0],
  ['F_GETFL after it', (k) => sys_fcntl(k, 0, L.F_GETFL), O_RDWR | L.O_NONBLOCK],
  ['F_SETFL', (k) => sys_fcntl(k, 0, L.F_SETFL, L.O_APPEND | L.FASYNC | 1), 0],
  ['F_GETFL after that', (k) => sys_fcntl(k, 0, L.F_GETFL), O_RDWR | L.O_APPEND | L.FASYNC],
  ['F_GETOWN of /dev/null', (k) => sys_fcntl(k, 0, L.F_GETOWN), -ENOTTY],
  ['F_SETOWN of /dev/null', (k) => sys_fcntl(k, 0, L.F_SETOWN, 1), -ENOTTY],
  ['an unknown command', (k) => sys_fcntl(k, 0, 77), -EINVAL],
  ['an unknown command on what is closed', (k) => sys_fcntl(k, 7, 77), -EBADF],
  ['F_GETFD', (k) => sys_fcntl(k, 0, L.F_GETFD), 0],
  ['F_SETFD', (k) => sys_fcntl(k, 0, L.F_SETFD, 255), 0],
  ['F_GETFD after it', (k) => sys_fcntl(k, 0, L.F_GETFD), 1],
  ['FIONCLEX', (k) => sys_ioctl(k, 0, L.FIONCLEX), 0],
  ['F_GETFD after that', (k) => sys_fcntl(k, 0, L.F_GETFD), 0],
  ['FIOCLEX on what is closed', (k) => sys_ioctl(k, 7, L.FIOCLEX), -EBADF],
  ['F_SETFD of what is closed', (k) => sys_fcntl(k, 7, L.F_SETFD, 1), -EBADF],
  ['F_GETFD of what is closed', (k) => sys_fcntl(k, 7, L.F_GETFD), -EBADF],
  ['dup', (k) => sys_dup(k, 0), 3],
  ['dup of what is closed', (k) => sys_dup(k, 7), -EBADF],
  ['F_DUPFD', (k) => sys_fcntl(k, 0, L.F_DUPFD, 5), 5],
  ['F_DUPFD from what is taken', (k) => sys_fcntl(k, 0, L.F_DUPFD, 5), 6],
  ['F_DUPFD beyond the limit', (k) => sys_fcntl(k, 0, L.F_DUPFD, 8), -EINVAL],
  ['F_DUPFD from below 0', (k) => sys_fcntl(k, 0, L.F_DUPFD, -1), -EINVAL],
  ['F_DUPFD_CLOEXEC', (k) => sys_fcntl(k, 0, L.F_DUPFD_CLOEXEC, 0), 4],
  ['F_GETFD of that', (k) => sys_fcntl(k, 4, L.F_GETFD), 1],
  ['dup2 onto itself', (k) => sys_dup2(k, 4, 4), 4],
  ['which stays close-on-exec', (k) => sys_fcntl(k, 4, L.F_GETFD), 1],
  ['dup2 onto another', (k) => sys_dup2(k, 2, 4), 4],
  ['which is open on exec', (k) => sys_fcntl(k, 4, L.F_GETFD), 0],
  ['dup2 of what is closed', (k) => sys_dup2(k, 7, 4), -EBADF],
  ['dup2 beyond the limit', (k) => sys_dup2(k, 0, 8), -EBADF],
  ['dup2 below 0', (k) => sys_dup2(k, 0, -1), -EBADF],
  ['F_DUP2FD_CLOEXEC', (k) => sys_fcntl(k, 0, L.F_DUP2FD_CLOEXEC, 7), 7],
  ['open without a free descriptor', (k) => sys_open(k, '/dev/null'), -EMFILE],
  ['dup without a free descriptor', (k) => sys_dup(k, 0), -EMFILE],
  ['close', (k) => sys_close(k, 5), 0],
  ['close again', (k) => sys_close(k, 5), -EBADF],
  ['close of what never was', (k) => sys_close(k, -3), -EBADF],
  ['open takes the lowest', (k) => sys_open(k, '/dev/../dev//null', L.O_CLOEXEC), 5],
  ['F_GETFD of O_CLOEXEC', (k) => sys_fcntl(k, 5, L.F_GETFD), 1],
  ['getdtablesize', (k) => sys_getdtablesize(k), 8],
];

/** Opens what the table counts on. */
function* prepare(k: Context): Steps {
  equal(k, yield* sys_open(k, '/dev/null', O_RDWR), 0, 'the first descriptor');
  equal(k, yield* sys_open(k, '/dev/null'), 1, 'the second');
  equal(k, yield* sys_open(k, '/'), 2, 'the third');
}

describe('descriptors', () => {
  it('give each call its result or errno', () => {
    runs(
      usersProgram('table', {}, function* (k) {
        yield* prepare(k);
        for (const [title, call, expected] of TABLE) equal(k, yield* call(k), expected, title);
      }),
    );
  });

  it('ask who opens what', () => {
    runs(
      usersProgram('access', {}, function* (k, { user }) {
        equal(k, yield* sys_open(k, '/bin/secret'), 0, 'root reads what is not for all');
        actAs(k, user);
        equal(k, yield* sys_open(k, '/bin/secret'), -EACCES, 'a user does not');
        equal(k, yield* sys_open(k, '/bin/sh'), 0, 'but what is for all');
        equal(k, yield* sys_open(k, '/home/u/mine'), 1, 'and what is his');
        equal(k, yield* sys_open(k, '/dev/console'), -EACCES, 'not the console');
        equal(k, yield* sys_setrlimit(k, RLIMIT_NOFILE, { cur: 2, max: 2 }), 0, 'fewer files');
        equal(k, yield* sys_dup(k, 0), -EMFILE, 'no further one');
        equal(k, yield* sys_setrlimit(k, RLIMIT_NOFILE, { cur: 0, max: 0 }), 0, 'none');
        equal(k, yield* sys_open(k, '/dev/null'), -EMFILE, 'none at all');
      }),
    );
  });

  it('close those that are marked when the program is replaced', () => {
    runs(
      usersProgram('exec', {}, function* (k, { root }) {
        for (let fd = 0; fd < 7; fd++) yield* sys_open(k, '/dev/null', fd % 2 === 0 ? L.O_CLOEXEC : 0);
        yield* fdcloseexec(k, root);
        const left: number[] = [];
        for (let fd = 0; fd < 8; fd++) if ((yield* sys_fcntl(k, fd, L.F_GETFD)) >= 0) left.push(fd);
        equal(k, left, [1, 3, 5], 'open ones');
      }),
    );
  });
});

/** Opens, looks at its own descriptor, closes: no other thread has the same one. */
function* opens(k: Context, p: number): Steps {
  actAs(k, p);
  const fd = yield* sys_open(k, '/dev/null', O_RDWR);
  check(k, fd >= 0, `a descriptor (${fd})`);
  check(k, (yield* sys_write(k, fd, bytes(1))) === 1, 'its own descriptor is open');
  check(k, (yield* sys_close(k, fd)) === 0, 'nobody else closes it');
}

/** Keeps the table busy around what is copied: grows it, and closes again. */
function* grows(k: Context, p: number): Steps {
  actAs(k, p);
  const fd = yield* sys_fcntl(k, 0, L.F_DUPFD, 5);
  check(k, fd >= 5, 'a high descriptor');
  yield* sys_dup2(k, 0, 1);
  yield* sys_close(k, fd);
}

function* copies(k: Context, p: number): Steps {
  const fdp = yield* fdcopy(k, p);
  check(k, k.get(k.get(fdp + L.FD.fd_files)) !== 0, 'the first descriptor is copied');
  yield* fddrop(k, fdp);
}

/** As rfork without RFFDG: another process with the same table, which ends. */
function* shares(k: Context, p: number, other: number): Steps {
  actAs(k, other);
  const fdp = yield* fdshare(k, p);
  yield* fdfree(k, other, fdp);
  yield* opens(k, other);
  yield* fdfree(k, other, 0);
}

describe('descriptor tables', () => {
  const two = (names: readonly string[]): ReturnType<typeof usersProgram> =>
    usersProgram(
      names.join(' and '),
      { cpus: names.length, threads: { opens, more: opens, grows, copies, shares } },
      function* (k, { root, user }) {
        yield* sys_open(k, '/dev/null', O_RDWR);
        yield* allOf(k, names, root, user);
        equal(k, yield* sys_close(k, 0), 0, 'the first descriptor is still open');
      },
    );

  it('give each thread a descriptor of its own', () => {
    passes(two(['opens', 'more']), { schedules: 250 });
  });

  it('are copied whole while they grow', () => {
    passes(two(['copies', 'grows']), { schedules: 250 });
    passes(two(['copies', 'grows', 'opens']), { schedules: 300 });
  });

  it('are shared until the last process is gone', () => {
    passes(two(['shares', 'opens']), { schedules: 250 });
  });

  it('grow once, whoever is first', () => {
    const program = usersProgram(
      'grow',
      { cpus: 2, threads: { grows, again: grows } },
      function* (k, { root }) {
        yield* sys_open(k, '/dev/null', O_RDWR);
        yield* allOf(k, ['grows', 'again'], root);
      },
    );
    passes(program, { schedules: 250 });
  });

  it('of a new process can be empty, with the directories of its parent', () => {
    runs(
      usersProgram('init', {}, function* (k, { root, user }) {
        yield* prepare(k);
        yield* fdfree(k, user, yield* fdinit(k, root));
        actAs(k, user);
        equal(k, yield* sys_close(k, 0), -EBADF, 'no file');
        equal(k, yield* sys_open(k, 'dev/null'), 0, 'the same current directory');
        equal(k, k.get(user + P.p_fd) === k.get(root + P.p_fd), false, 'its own table');
      }),
    );
  });

  it('of one holder are taken apart in any order of the last two', () => {
    const program = usersProgram(
      'drop',
      { cpus: 2, threads: { drops, also: drops } },
      function* (k, { root }) {
        yield* sys_open(k, '/dev/null', O_RDWR);
        const fdp = yield* fdcopy(k, root);
        yield* k.fetchadd(fdp + L.FD.fd_refcnt, 1);
        yield* allOf(k, ['drops', 'also'], fdp);
      },
    );
    passes(program, all(1));
  });
});

function* drops(k: Context, fdp: number): Steps {
  yield* fddrop(k, fdp);
}
