import { EBADF, ENOENT } from '@smplab/proc';
import { S_IFDIR, S_IFIFO, S_IFMT, S_IFREG, S_IFSOCK } from '../../src/call/stat.ts';
import { fails, ok, put, runs } from '../fixtures/vfs-program.ts';

const AF_LOCAL = 1;
const SOCK_STREAM = 1;

describe('what stat tells', () => {
  it(
    'is of the file itself, by name, link or descriptor',
    runs('stat', {
      *main(u) {
        yield* put(u, '/file', 'seven..');
        const [byName, root] = [yield* u.stat('/file'), yield* u.stat('/')];
        u.assert(byName !== null && root !== null, 'stat');
        if (byName === null || root === null) return;
        u.assert(byName.st_mode === (S_IFREG | 0o644) && byName.st_size === 7, 'a file of seven bytes');
        u.assert(byName.st_uid === 0 && byName.st_gid === 0 && byName.st_nlink === 1, 'of root, one name');
        u.assert(byName.st_blocks === 1, 'one block');
        u.assert(root.st_mode === (S_IFDIR | 0o755) && root.st_nlink === 4, 'a root with two directories');
        u.assert(root.st_dev === byName.st_dev && root.st_ino !== byName.st_ino, 'of one file system');
        yield* ok(u, u.symlink('/file', '/link'), 'symlink');
        const fd = yield* ok(u, u.open('/link'), 'open');
        for (const stat of [yield* u.stat('/link'), yield* u.fstat(fd)])
          u.assert(stat?.st_ino === byName.st_ino, 'the same file');
        u.assert((yield* u.lstat('/link'))?.st_ino !== byName.st_ino, 'the link is another');
        yield* fails(u, u.stat('/none'), ENOENT, 'no name');
        yield* fails(u, u.fstat(9), EBADF, 'no descriptor');
      },
    }),
  );

  it(
    'of pipes and sockets is what they are',
    runs('stat of a pipe', {
      *main(u) {
        const [r] = (yield* u.pipe2()) ?? [-1];
        u.assert(((yield* u.fstat(r))?.st_mode ?? 0) === (S_IFIFO | 0o600), 'a pipe');
        const [s] = (yield* u.socketpair(AF_LOCAL, SOCK_STREAM)) ?? [-1];
        u.assert((((yield* u.fstat(s))?.st_mode ?? 0) & S_IFMT) === S_IFSOCK, 'a socket');
      },
    }),
  );
});
