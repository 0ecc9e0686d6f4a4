import { EACCES, EEXIST, EINVAL, ENOENT, ENOTDIR, ENXIO, EPERM } from '@smplab/proc';
import { ENOTEMPTY } from '../../src/errno.ts';
import { contents, fails, names, O_RDWR, ok, put, rest, runs } from '../fixtures/vfs-program.ts';

const S_IFCHR = 0o020000;
const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;

describe('names', () => {
  it(
    'are made, moved and removed, and calls say why not',
    runs('names', {
      *main(u) {
        yield* ok(u, u.mkdir('/d'), 'mkdir');
        yield* fails(u, u.mkdir('/d'), EEXIST, 'mkdir again');
        yield* fails(u, u.mkdir('/none/d'), ENOENT, 'mkdir in nothing');
        u.assert(((yield* u.stat('/d'))?.st_mode ?? 0) === 0o040755, 'less the mask');
        yield* put(u, '/d/a', 'text');
        yield* fails(u, u.rmdir('/d'), ENOTEMPTY, 'rmdir of what has entries');
        yield* fails(u, u.rmdir('/d/a'), ENOTDIR, 'rmdir of a file');
        yield* fails(u, u.unlink('/d'), EPERM, 'unlink of a directory');
        yield* ok(u, u.link('/d/a', '/d/b'), 'link');
        u.assert((yield* u.stat('/d/b'))?.st_nlink === 2, 'two names');
        yield* fails(u, u.link('/d/a', '/d/b'), EEXIST, 'link to what there is');
        yield* ok(u, u.rename('/d/b', '/c'), 'rename');
        u.assert((yield* names(u, '/d')) === 'a', 'gone from there');
        u.assert((yield* contents(u, '/c')) === 'text', 'and is here');
        yield* ok(u, u.symlink('../c', '/d/s'), 'symlink');
        u.assert((yield* u.readlink('/d/s')) === '../c', 'readlink');
        u.assert((yield* u.lstat('/d/s'))?.st_mode === 0o120777, 'lstat');
        u.assert((yield* contents(u, '/d/s')) === 'text', 'followed');
        yield* fails(u, u.readlink('/c'), EINVAL, 'readlink of a file');
        yield* ok(u, u.unlink('/d/s'), 'unlink of the link');
        yield* ok(u, u.unlink('/d/a'), 'unlink');
        yield* fails(u, u.unlink('/d/a'), ENOENT, 'unlink again');
        yield* ok(u, u.rmdir('/d'), 'rmdir');
        yield* fails(u, u.readlink('/d'), ENOENT, 'it is gone');
      },
    }),
  );

  it(
    'of others are left alone',
    runs(
      'others',
      {
        *main(u) {
          yield* fails(u, u.mkdir('/d'), EACCES, 'mkdir');
          yield* fails(u, u.unlink('/bin/test'), EACCES, 'unlink');
          yield* fails(u, u.rename('/bin/test', '/bin/x'), EACCES, 'rename');
          yield* fails(u, u.symlink('x', '/x'), EACCES, 'symlink');
        },
      },
      { uid: 1001, gid: 1001 },
    ),
  );

  it(
    'of devices and files are made by root',
    runs('mknod', {
      *main(u) {
        yield* ok(u, u.mknod('/null', S_IFCHR | 0o666, 0x0202), 'a device');
        const stat = yield* u.stat('/null');
        u.assert(stat?.st_mode === (S_IFCHR | 0o644) && stat.st_rdev === 0x0202, 'less the mask');
        const fd = yield* ok(u, u.open('/null', O_RDWR), 'open');
        u.assert(
          (yield* u.write(fd, 'x')) === 1 && (yield* rest(u, fd)) === '',
          'it is what it was made for',
        );
        yield* ok(u, u.mknod('/nobody', S_IFCHR | 0o600, 0x7777), 'a device there is not');
        yield* fails(u, u.open('/nobody'), ENXIO, 'open');
        yield* ok(u, u.mknod('/file', S_IFREG | 0o600), 'a file');
        u.assert((yield* contents(u, '/file')) === '', 'it is empty');
        yield* fails(u, u.mknod('/file', S_IFREG), EEXIST, 'again');
        yield* fails(u, u.mknod('/d', S_IFDIR), EINVAL, 'a directory');
        yield* fails(u, u.mknod('/x', 0o644), EINVAL, 'no type');
        yield* ok(u, u.chmod('/', 0o777), 'chmod');
        yield* ok(u, u.setuid(1001), 'setuid');
        yield* fails(u, u.mknod('/x', S_IFREG), EPERM, 'others');
      },
    }),
  );

  it(
    'may go while the file is open: it stays until it is closed',
    runs(
      'unlink of an open file',
      {
        *main(u) {
          yield* put(u, '/file', 'text');
          const fd = yield* ok(u, u.open('/file', O_RDWR), 'open');
          const pid = yield* u.fork('remover', fd);
          u.assert((yield* rest(u, fd)) === 'text', 'all of it is read');
          u.assert((yield* u.lseek(fd, 0)) === 0, 'back');
          yield* u.wait4(pid);
          const stat = yield* u.fstat(fd);
          u.assert(stat !== null && stat.st_nlink === 0 && stat.st_size === 4, 'without a name');
          u.assert((yield* rest(u, fd)) === 'text', 'still there');
          yield* fails(u, u.open('/file'), ENOENT, 'by its name');
          u.assert((yield* u.close(fd)) === 0, 'closed');
        },
        *remover(u, fd) {
          yield* ok(u, u.close(fd), 'its own descriptor');
          yield* ok(u, u.unlink('/file'), 'unlink');
        },
      },
      { search: { schedules: 100 } },
    ),
  );

  it(
    'in one directory are made and removed by two without harm',
    runs(
      'two in a directory',
      {
        *main(u) {
          yield* ok(u, u.mkdir('/d'), 'mkdir');
          const pid = yield* u.fork('other');
          yield* put(u, '/d/a', 'a');
          const renamed = yield* u.rename('/d/a', '/d/b');
          u.assert(renamed === 0 || u.errno === ENOENT, `rename: errno ${u.errno}`);
          const { status } = yield* u.wait4(pid);
          const removed = status === 0;
          u.assert(renamed === 0 || removed, 'one of both has had it');
          const expected = renamed === 0 && !removed ? 'b' : '';
          const left = yield* names(u, '/d');
          u.assert(left === expected || (left === 'b' && renamed === 0), `left: ${left}`);
        },
        *other(u) {
          const first = yield* u.unlink('/d/a');
          u.assert(first === 0 || u.errno === ENOENT, `unlink: errno ${u.errno}`);
          yield* u.exit(first === 0 ? 0 : 1);
        },
      },
      { search: { schedules: 100 } },
    ),
  );

  it(
    'of a file that is made while its directory is removed: one of both fails',
    runs(
      'mkdir in a directory that goes',
      {
        *main(u) {
          yield* ok(u, u.mkdir('/d'), 'mkdir');
          const pid = yield* u.fork('remover');
          const made = yield* u.mkdir('/d/x');
          u.assert(made === 0 || u.errno === ENOENT, `mkdir: errno ${u.errno}`);
          const { status } = yield* u.wait4(pid);
          u.assert((status === 0) !== (made === 0), 'one of both');
          u.assert((yield* names(u, '/')) === (made === 0 ? 'dev bin d' : 'dev bin'), 'the root');
        },
        *remover(u) {
          const gone = yield* u.rmdir('/d');
          u.assert(gone === 0 || u.errno === ENOTEMPTY, `rmdir: errno ${u.errno}`);
          yield* u.exit(gone === 0 ? 0 : 1);
        },
      },
      { search: { schedules: 100 } },
    ),
  );
});
