import { EBADF, EINVAL } from '@smplab/proc';
import { fails, O_CREAT, O_RDWR, ok, runs } from '../fixtures/vfs-program.ts';

const MNT_FORCE = 0x80000;

describe('fsync', () => {
  it(
    'is for files that are open for writing',
    runs('fsync', {
      *main(u) {
        yield* ok(u, u.mkdir('/mnt'), 'mkdir');
        yield* ok(u, u.mount('ramfs', '/mnt'), 'mount');
        const fd = yield* ok(u, u.open('/mnt/f', O_CREAT | O_RDWR), 'open');
        yield* ok(u, u.fsync(fd), 'fsync');
        const read = yield* ok(u, u.open('/mnt/f'), 'open for reading');
        yield* fails(u, u.fsync(read), EBADF, 'open for reading');
        yield* fails(u, u.fsync(9), EBADF, 'no descriptor');
        const [, end] = (yield* u.pipe2()) ?? [-1, -1];
        yield* fails(u, u.fsync(end), EINVAL, 'a pipe');
        yield* ok(u, u.unmount('/mnt', MNT_FORCE), 'by force');
        yield* ok(u, u.fsync(fd), 'what is gone: nothing is left to be kept');
      },
    }),
  );
});
