import { EACCES, EBADF, EEXIST, EINVAL, EISDIR, ENOENT, ENOTDIR } from '@smplab/proc';
import { ELOOP } from '../../src/errno.ts';
import {
  contents,
  fails,
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  ok,
  put,
  rest,
  runs,
} from '../fixtures/vfs-program.ts';

describe('opening a file', () => {
  it(
    'makes it, empties it, and says why not',
    runs('open', {
      *main(u) {
        yield* fails(u, u.open('/none'), ENOENT, 'a file there is not');
        yield* put(u, '/file', 'some text');
        u.assert(((yield* u.stat('/file'))?.st_mode ?? 0) === 0o100644, 'its mode');
        yield* fails(u, u.open('/file', O_CREAT | O_EXCL | O_WRONLY), EEXIST, 'O_EXCL of one there is');
        yield* fails(u, u.open('/file', O_DIRECTORY), ENOTDIR, 'O_DIRECTORY of a file');
        yield* fails(u, u.open('/file/x'), ENOTDIR, 'a name in a file');
        yield* fails(u, u.open('/bin', O_RDWR), EISDIR, 'writing a directory');
        yield* fails(u, u.open('/file', 3), EINVAL, 'no access mode');
        yield* ok(u, u.symlink('file', '/link'), 'symlink');
        yield* fails(u, u.open('/link', O_NOFOLLOW), ELOOP, 'O_NOFOLLOW of a link');
        u.assert((yield* contents(u, '/link')) === 'some text', 'through the link');
        const fd = yield* ok(u, u.open('/file', O_RDWR | O_TRUNC), 'O_TRUNC');
        u.assert((yield* rest(u, fd)) === '', 'it is empty');
        const end = yield* ok(u, u.open('/file', O_WRONLY | O_APPEND), 'O_APPEND');
        yield* u.write(fd, 'one');
        yield* u.write(end, ' two');
        u.assert((yield* rest(u, fd)) === ' two', 'appended where the end was by then');
        yield* fails(u, u.read(end, 1), EBADF, 'a read of what is open for writing');
        yield* fails(u, u.open('/none', 0x20000), ENOENT, 'no descriptor is left reserved');
        u.assert((yield* u.open('/file')) === 5, 'the next descriptor');
      },
    }),
  );

  it(
    'leads to the devices and the programs of the machine, whatever they are called',
    runs('devices', {
      *main(u) {
        const nothing = yield* ok(u, u.open('/dev/null', O_RDWR), '/dev/null');
        u.assert((yield* u.write(nothing, 'gone')) === 4, 'it takes all');
        u.assert((yield* rest(u, nothing)) === '', 'and gives nothing');
        yield* ok(u, u.link('/dev/null', '/nothing'), 'another name');
        const again = yield* ok(u, u.open('/nothing', O_WRONLY), 'by another name');
        u.assert((yield* u.write(again, 'gone')) === 4, 'the same device');
        u.assert(((yield* u.fstat(again))?.st_mode ?? 0) === 0o020666, 'is a device');
        const console = yield* ok(u, u.open('/dev/console', O_WRONLY), '/dev/console');
        u.assert((yield* u.write(console, 'hello\n')) === 6, 'the console');
        const program = yield* ok(u, u.open('/bin/test'), 'a program');
        u.assert((yield* rest(u, program)) === '', 'has no bytes');
        yield* fails(u, u.open('/bin/test', O_WRONLY), EACCES, 'writing a program');
        yield* fails(u, u.open('/bin/test', O_TRUNC), EACCES, 'emptying a program');
      },
    }),
  );

  it(
    'asks for permission',
    runs(
      'permission',
      {
        *main(u) {
          yield* fails(u, u.open('/mine', O_CREAT | O_WRONLY), EACCES, 'a file in the directory of root');
          yield* fails(u, u.open('/dev/console'), EACCES, 'the console of root');
          const fd = yield* ok(u, u.open('/dev/null'), 'what is for all');
          yield* ok(u, u.close(fd), 'close');
        },
      },
      { uid: 1001, gid: 1001 },
    ),
  );

  it(
    'of two that make the same name with O_EXCL lets one make it',
    runs(
      'two makers',
      {
        *main(u) {
          const pid = yield* u.fork('other');
          const fd = yield* u.open('/lock', O_CREAT | O_EXCL | O_WRONLY);
          u.assert(fd >= 0 || u.errno === EEXIST, `errno ${u.errno}`);
          const { status } = yield* u.wait4(pid);
          u.assert((status === 0) !== fd >= 0, 'one of both has made it');
        },
        *other(u) {
          const fd = yield* u.open('/lock', O_CREAT | O_EXCL | O_WRONLY);
          yield* u.exit(fd >= 0 ? 0 : 1);
        },
      },
      { search: { schedules: 80 } },
    ),
  );

  it(
    'of two that make the same name gives both the same file',
    runs(
      'two users',
      {
        *main(u) {
          const pid = yield* u.fork('other');
          const fd = yield* ok(u, u.open('/both', O_CREAT | O_RDWR), 'open');
          yield* u.wait4(pid);
          u.assert((yield* rest(u, fd)) === 'x', 'what the other has written');
        },
        *other(u) {
          const fd = yield* ok(u, u.open('/both', O_CREAT | O_RDWR), 'open');
          yield* u.write(fd, 'x');
        },
      },
      { search: { schedules: 60 } },
    ),
  );
});
