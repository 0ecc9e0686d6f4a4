import { EBUSY, EINVAL, ENODEV, ENOENT, ENOTDIR, EPERM } from '@smplab/proc';
import { EXDEV } from '../../src/errno.ts';
import { contents, fails, names, O_CREAT, O_RDWR, ok, put, rest, runs } from '../fixtures/vfs-program.ts';

const MNT_FORCE = 0x80000;
const EIO = 5;

describe('mounting', () => {
  it(
    'puts a file system over a directory until it is unmounted',
    runs('mount', {
      *main(u) {
        yield* ok(u, u.mkdir('/mnt'), 'mkdir');
        yield* put(u, '/mnt/below', 'x');
        yield* fails(u, u.mount('nofs', '/mnt'), ENODEV, 'a file system there is not');
        yield* fails(u, u.mount('ramfs', '/none'), ENOENT, 'nowhere');
        yield* fails(u, u.mount('ramfs', '/mnt/below'), ENOTDIR, 'over a file');
        yield* ok(u, u.mount('ramfs', '/mnt'), 'mount');
        u.assert((yield* names(u, '/mnt')) === '', 'it is empty');
        yield* put(u, '/mnt/above', 'y');
        yield* fails(u, u.link('/mnt/above', '/above'), EXDEV, 'link across');
        yield* fails(u, u.rename('/mnt/above', '/above'), EXDEV, 'rename across');
        yield* fails(u, u.rmdir('/mnt'), EBUSY, 'rmdir');
        yield* ok(u, u.mkdir('/mnt/d'), 'mkdir');
        yield* ok(u, u.chdir('/mnt/d'), 'chdir');
        u.assert((yield* u.getcwd()) === '/mnt/d', 'its path goes through the mount');
        yield* fails(u, u.unmount('/mnt'), EBUSY, 'somebody is there');
        yield* ok(u, u.chdir('../..'), 'out');
        u.assert((yield* u.getcwd()) === '/', 'out');
        yield* fails(u, u.unmount('/mnt/d'), EINVAL, 'no root of a mount');
        yield* fails(u, u.unmount('/'), EINVAL, 'the root');
        yield* ok(u, u.unmount('/mnt'), 'unmount');
        u.assert((yield* names(u, '/mnt')) === 'below', 'what was there');
      },
    }),
  );

  it(
    'by force takes files away from who has them',
    runs('forced', {
      *main(u) {
        yield* ok(u, u.mkdir('/mnt'), 'mkdir');
        yield* ok(u, u.mount('ramfs', '/mnt'), 'mount');
        const fd = yield* ok(u, u.open('/mnt/f', O_CREAT | O_RDWR), 'open');
        yield* u.write(fd, 'text');
        yield* fails(u, u.unmount('/mnt'), EBUSY, 'it is in use');
        yield* ok(u, u.unmount('/mnt', MNT_FORCE), 'by force');
        yield* fails(u, u.read(fd, 1), EIO, 'a read of what is gone');
        u.assert((yield* rest(u, fd)) === `errno ${EIO}`, 'again');
        yield* ok(u, u.close(fd), 'close');
      },
    }),
  );

  it(
    'is for root',
    runs(
      'not root',
      {
        *main(u) {
          yield* fails(u, u.mount('ramfs', '/bin'), EPERM, 'mount');
          yield* fails(u, u.unmount('/'), EPERM, 'unmount');
        },
      },
      { uid: 1001, gid: 1001 },
    ),
  );

  it(
    'against an open: the file is there, or the file system is not',
    runs(
      'unmount against open',
      {
        *main(u) {
          yield* ok(u, u.mkdir('/mnt'), 'mkdir');
          yield* ok(u, u.mount('ramfs', '/mnt'), 'mount');
          yield* put(u, '/mnt/f', 'text');
          const pid = yield* u.fork('reader');
          const gone = yield* u.unmount('/mnt');
          u.assert(gone === 0 || u.errno === EBUSY, `unmount: errno ${u.errno}`);
          yield* u.wait4(pid);
          if (gone !== 0) yield* ok(u, u.unmount('/mnt'), 'unmount');
          u.assert((yield* names(u, '/mnt')) === '', 'nothing below');
        },
        *reader(u) {
          const text = yield* contents(u, '/mnt/f');
          u.assert(text === 'text' || text === `errno ${ENOENT}`, `it reads ${text}`);
        },
      },
      { search: { schedules: 100 } },
    ),
  );
});
