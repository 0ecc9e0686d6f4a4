import { EACCES, EBADF, EINVAL, EISDIR, ENOENT, EPERM } from '@smplab/proc';
import { contents, fails, O_CREAT, O_RDWR, ok, put, rest, runs } from '../fixtures/vfs-program.ts';

describe('what a file is like', () => {
  it(
    'is changed by its owner and by root',
    runs('chmod and chown', {
      *main(u) {
        yield* put(u, '/roots', 'x');
        yield* ok(u, u.mkdir('/tmp'), 'mkdir');
        yield* ok(u, u.chmod('/tmp', 0o1777), 'chmod');
        u.assert((yield* u.stat('/tmp'))?.st_mode === 0o041777, 'a directory for all');
        const pid = yield* u.fork('user');
        u.assert((yield* u.wait4(pid)).status === 0, 'the user is well');
        yield* ok(u, u.chown('/tmp/own', 7, 8), 'chown');
        const given = yield* u.stat('/tmp/own');
        u.assert(given?.st_uid === 7 && given.st_gid === 8 && given.st_size === 2, 'of somebody else');
        yield* fails(u, u.chmod('/none', 0), ENOENT, 'nothing');
      },
      *user(u) {
        yield* ok(u, u.setgid(100), 'setgid');
        yield* ok(u, u.setuid(1001), 'setuid');
        u.assert((yield* u.umask(0o077)) === 0o022, 'the mask that was');
        const fd = yield* ok(u, u.open('/tmp/own', O_CREAT | O_RDWR, 0o666), 'open');
        yield* u.write(fd, 'text');
        const stat = yield* u.fstat(fd);
        u.assert(stat?.st_mode === 0o100600 && stat.st_uid === 1001, 'its own, for nobody else');
        yield* ok(u, u.chmod('/tmp/own', 0o400), 'chmod');
        yield* fails(u, u.open('/tmp/own', O_RDWR), EACCES, 'writing what it may read');
        yield* fails(u, u.truncate('/tmp/own', 0), EACCES, 'truncate');
        yield* ok(u, u.ftruncate(fd, 2), 'what it has open');
        yield* fails(u, u.chmod('/roots', 0o777), EPERM, 'what is of root');
        yield* fails(u, u.chown('/tmp/own', 7, -1), EPERM, 'giving it away');
        yield* fails(u, u.unlink('/roots'), EACCES, 'a name in the directory of root');
        yield* u.exit(0);
      },
    }),
  );

  it(
    'is as long as one says',
    runs('truncate', {
      *main(u) {
        yield* put(u, '/file', '0123456789');
        yield* ok(u, u.truncate('/file', 4), 'shorter');
        u.assert((yield* contents(u, '/file')) === '0123', 'four bytes');
        const fd = yield* ok(u, u.open('/file', O_RDWR), 'open');
        yield* ok(u, u.ftruncate(fd, 6), 'longer');
        u.assert((yield* rest(u, fd)) === '0123\0\0', 'with zeroes');
        yield* fails(u, u.truncate('/bin', 0), EISDIR, 'a directory');
        yield* fails(u, u.truncate('/file', -1), EINVAL, 'less than nothing');
        const read = yield* ok(u, u.open('/file'), 'open for reading');
        yield* fails(u, u.ftruncate(read, 0), EINVAL, 'what is open for reading');
        yield* fails(u, u.ftruncate(9, 0), EBADF, 'no descriptor');
      },
    }),
  );

  it(
    'has times that its owner sets',
    runs('utimes', {
      *main(u) {
        yield* put(u, '/file', 'x');
        yield* ok(u, u.utimes('/file', 3, 4.5), 'utimes');
        const stat = yield* u.stat('/file');
        u.assert(stat?.st_atime === 3 * u.hz && stat.st_mtime === 4.5 * u.hz, 'in ticks');
        yield* fails(u, u.utimes('/file', -1, 0), EINVAL, 'before the boot');
        yield* fails(u, u.utimes('/file', 0, Infinity), EINVAL, 'after the end');
        yield* fails(u, u.utimes('/none', 0, 0), ENOENT, 'nothing');
        yield* ok(u, u.setuid(1001), 'setuid');
        yield* fails(u, u.utimes('/file', 0, 0), EPERM, 'of somebody else');
      },
    }),
  );
});
