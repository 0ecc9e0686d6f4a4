import { EBADF, EINVAL, ESPIPE } from '@smplab/proc';
import { SEEK_CUR, SEEK_END } from '../../src/call/offset.ts';
import { fails, names, O_CREAT, O_RDWR, ok, put, rest, runs } from '../fixtures/vfs-program.ts';

describe('the place of an open file', () => {
  it(
    'is moved by lseek, reads and writes, and is one for all descriptors of the file',
    runs('lseek', {
      *main(u) {
        yield* put(u, '/file', '0123456789');
        const fd = yield* ok(u, u.open('/file', O_RDWR), 'open');
        const copy = yield* ok(u, u.dup(fd), 'dup');
        u.assert((yield* u.lseek(fd, 4)) === 4, 'from the start');
        u.assert(new TextDecoder().decode((yield* u.read(copy, 2)) ?? undefined) === '45', 'two bytes');
        u.assert((yield* u.lseek(fd, -1, SEEK_CUR)) === 5, 'from where it is');
        u.assert((yield* u.lseek(copy, -3, SEEK_END)) === 7, 'from the end');
        u.assert((yield* rest(u, fd)) === '789', 'the rest');
        u.assert((yield* u.lseek(fd, 2, SEEK_END)) === 12, 'beyond the end');
        u.assert((yield* u.write(fd, 'x')) === 1, 'a hole');
        u.assert((yield* u.stat('/file'))?.st_size === 13, 'is part of the file');
        yield* fails(u, u.lseek(fd, -1), EINVAL, 'a negative place');
        yield* fails(u, u.lseek(fd, 0, 3), EINVAL, 'a whence that is none');
        yield* fails(u, u.lseek(fd, 0.5), EINVAL, 'half a byte');
        yield* fails(u, u.lseek(0, 0), ESPIPE, 'a terminal');
        yield* fails(u, u.lseek(9, 0), EBADF, 'no descriptor');
      },
    }),
  );

  it(
    'is shared with a child: what two write never overlaps',
    runs(
      'two writers',
      {
        *main(u) {
          const fd = yield* ok(u, u.open('/file', O_CREAT | O_RDWR), 'open');
          const pid = yield* u.fork('child', fd);
          u.assert((yield* u.write(fd, 'aa')) === 2, 'two bytes');
          yield* u.wait4(pid);
          u.assert((yield* u.lseek(fd, 0)) === 0, 'back');
          const text = yield* rest(u, fd);
          u.assert(text === 'aabb' || text === 'bbaa', `one after the other, and not ${text}`);
        },
        *child(u, fd) {
          u.assert((yield* u.write(fd, 'bb')) === 2, 'two bytes');
        },
      },
      { search: { schedules: 100 } },
    ),
  );

  it(
    'in a directory is where the next entries come from',
    runs('getdents', {
      *main(u) {
        yield* ok(u, u.mkdir('/d'), 'mkdir');
        for (const name of ['a', 'b', 'c']) yield* put(u, `/d/${name}`, name);
        const fd = yield* ok(u, u.open('/d'), 'open');
        const found: string[] = [];
        for (;;) {
          // Room for one record.
          const entries = yield* u.getdents(fd, 24);
          u.assert(entries !== null && entries.length < 2, 'one at a time');
          if (entries === null || entries.length === 0) break;
          found.push(`${entries[0].type} ${entries[0].name}`);
        }
        u.assert(found.join() === '4 .,4 ..,8 a,8 b,8 c', `all of them once: ${found.join()}`);
        u.assert((yield* u.lseek(fd, 0)) === 0, 'rewinddir');
        u.assert((yield* u.getdents(fd))?.length === 5, 'all again');
        yield* fails(u, u.getdents(fd, -1), EINVAL, 'less than no room');
        yield* ok(u, u.lseek(fd, 0), 'rewinddir');
        yield* fails(u, u.getdents(fd, 8), EINVAL, 'no room for an entry');
        const file = yield* ok(u, u.open('/d/a'), 'a file');
        yield* fails(u, u.getdents(file), EINVAL, 'a file has no entries');
        yield* fails(u, u.getdents(9), EBADF, 'no descriptor');
        u.assert((yield* names(u, '/')) === 'dev bin d', 'the root directory');
      },
    }),
  );
});
