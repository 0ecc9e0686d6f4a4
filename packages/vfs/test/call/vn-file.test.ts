import { EINVAL, EISDIR, ENOTTY, FIONBIO } from '@smplab/proc';
import { FIONREAD } from '../../src/file/pipe-layout.ts';
import {
  contents,
  fails,
  O_APPEND,
  O_CREAT,
  O_RDWR,
  O_WRONLY,
  ok,
  put,
  rest,
  runs,
} from '../fixtures/vfs-program.ts';

describe('a file that is a vnode', () => {
  it(
    'is read and written as far as it goes',
    runs('reads and writes', {
      *main(u) {
        const fd = yield* ok(u, u.open('/file', O_CREAT | O_RDWR), 'open');
        const long = 'x'.repeat(20_000);
        u.assert((yield* u.write(fd, long)) === 20_000, 'more than a uio');
        u.assert((yield* u.stat('/file'))?.st_size === 20_000, 'all of it');
        yield* ok(u, u.lseek(fd, 19_998), 'near the end');
        u.assert((yield* rest(u, fd)) === 'xx', 'what is left');
        u.assert((yield* rest(u, fd)) === '', 'the end');
        u.assert((yield* u.write(fd, '')) === 0, 'nothing');
        const directory = yield* ok(u, u.open('/bin'), 'a directory');
        yield* fails(u, u.read(directory, 1), EISDIR, 'reading a directory');
        yield* fails(u, u.lseek(fd, -1), EINVAL, 'before the start');
      },
    }),
  );

  it(
    'takes the requests of any file, and says how much there is to read',
    runs('ioctl', {
      *main(u) {
        yield* put(u, '/file', 'text');
        const fd = yield* ok(u, u.open('/file'), 'open');
        yield* u.read(fd, 1);
        const left = [0];
        u.assert((yield* u.ioctl(fd, FIONREAD, left)) === 0 && left[0] === 3, `${left[0]} bytes`);
        u.assert((yield* u.ioctl(fd, FIONBIO, [1])) === 0, 'FIONBIO');
        yield* fails(u, u.ioctl(fd, 77, []), ENOTTY, 'a request of something else');
      },
    }),
  );

  it(
    'that two append to has what both have written',
    runs(
      'two append',
      {
        *main(u) {
          yield* put(u, '/log', '');
          const pid = yield* u.fork('append', 0x62);
          yield* u.fork('append', 0x61);
          yield* u.wait4(pid);
          yield* u.wait4(-1);
          const text = yield* contents(u, '/log');
          u.assert(text === 'aabb' || text === 'bbaa', `it has ${text}`);
        },
        *append(u, letter) {
          const fd = yield* ok(u, u.open('/log', O_WRONLY | O_APPEND), 'open');
          u.assert((yield* u.write(fd, String.fromCharCode(letter, letter))) === 2, 'two letters');
        },
      },
      { search: { schedules: 60 } },
    ),
  );

  it(
    'is closed by the last that has it, also when that is killed',
    runs(
      'killed',
      {
        *main(u) {
          const fd = yield* ok(u, u.open('/file', O_CREAT | O_RDWR), 'open');
          const pid = yield* u.fork('child', fd);
          yield* ok(u, u.close(fd), 'close');
          yield* ok(u, u.unlink('/file'), 'unlink');
          yield* u.kill(pid, 9);
          yield* u.wait4(pid);
        },
        *child(u, fd) {
          for (;;) yield* u.write(fd, 'x');
        },
      },
      { search: { schedules: 40 } },
    ),
  );
});
