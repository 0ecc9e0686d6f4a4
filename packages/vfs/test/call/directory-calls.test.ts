import { EACCES, EBADF, ENOENT, ENOTDIR, EPERM } from '@smplab/proc';
import { contents, fails, names, ok, put, runs } from '../fixtures/vfs-program.ts';

describe('directories of a process', () => {
  it(
    'are where its paths begin, and have a path that is looked for',
    runs('chdir', {
      *main(u) {
        u.assert((yield* u.getcwd()) === '/', 'at first');
        yield* ok(u, u.chdir('/bin'), 'a directory of the boot');
        u.assert((yield* u.getcwd()) === '/bin', '/bin');
        yield* ok(u, u.mkdir('/a'), 'mkdir');
        yield* ok(u, u.mkdir('/a/b'), 'mkdir');
        yield* ok(u, u.chdir('../a/b'), 'chdir');
        u.assert((yield* u.getcwd()) === '/a/b', '/a/b');
        yield* put(u, 'file', 'here');
        u.assert((yield* contents(u, '/a/b/file')) === 'here', 'the same file');
        yield* ok(u, u.rename('/a', '/moved'), 'rename above');
        u.assert((yield* u.getcwd()) === '/moved/b', 'where it is now');
        yield* ok(u, u.chdir('..'), 'up');
        u.assert((yield* u.getcwd()) === '/moved', 'above');
        yield* fails(u, u.chdir('b/file'), ENOTDIR, 'a file');
        yield* fails(u, u.chdir('none'), ENOENT, 'nothing');
        yield* ok(u, u.unlink('b/file'), 'unlink');
        yield* ok(u, u.rmdir('b'), 'rmdir');
        yield* ok(u, u.chdir('/'), 'back');
      },
    }),
  );

  it(
    'are inherited, and given back by whoever ends',
    runs(
      'inherited',
      {
        *main(u) {
          yield* ok(u, u.mkdir('/d'), 'mkdir');
          yield* ok(u, u.chdir('/d'), 'chdir');
          const pid = yield* u.fork('child');
          yield* ok(u, u.chdir('/'), 'away');
          yield* u.wait4(pid);
          yield* ok(u, u.rmdir('/d'), 'rmdir');
        },
        *child(u) {
          u.assert((yield* u.getcwd()) === '/d', 'its own');
          yield* put(u, 'file', 'x');
          yield* ok(u, u.unlink('/d/file'), 'unlink');
        },
      },
      { search: { schedules: 40 } },
    ),
  );

  it(
    'may be removed while somebody comes to them: they have no name, and nothing is made there',
    runs(
      'chdir against rmdir',
      {
        *main(u) {
          yield* ok(u, u.mkdir('/d'), 'mkdir');
          const pid = yield* u.fork('remover');
          const inside = yield* u.chdir('/d');
          u.assert(inside === 0 || u.errno === ENOENT, `chdir: errno ${u.errno}`);
          yield* u.wait4(pid);
          if (inside !== 0) return;
          yield* fails(u, u.getcwd(), ENOENT, 'its path');
          yield* fails(u, u.mkdir('x'), ENOENT, 'a name in it');
          yield* fails(u, u.chdir('..'), ENOENT, 'up from it');
          u.assert((yield* names(u, '.')) === '', 'it is empty');
          yield* ok(u, u.chdir('/'), 'back');
        },
        *remover(u) {
          yield* ok(u, u.rmdir('/d'), 'rmdir');
        },
      },
      { search: { schedules: 150 } },
    ),
  );

  it(
    'are the root too: nothing above it is reached',
    runs('chroot', {
      *main(u) {
        yield* ok(u, u.mkdir('/jail'), 'mkdir');
        yield* ok(u, u.mkdir('/jail/d'), 'mkdir');
        yield* put(u, '/outside', 'secret');
        yield* put(u, '/jail/inside', 'public');
        yield* fails(u, u.chroot('/outside'), ENOTDIR, 'a file');
        yield* ok(u, u.chroot('/jail'), 'chroot');
        u.assert((yield* u.getcwd()) === '/', 'who was outside is inside');
        u.assert((yield* contents(u, '../../inside')) === 'public', 'above the root is the root');
        yield* fails(u, u.open('/outside'), ENOENT, 'what is outside');
        yield* ok(u, u.chdir('/d'), 'chdir');
        u.assert((yield* u.getcwd()) === '/d', 'as it sees it');
        yield* ok(u, u.chroot('/'), 'chroot again');
        u.assert((yield* u.getcwd()) === '/d', 'who is inside stays');
        u.assert((yield* names(u, '..')) === 'd inside', 'what is there');
      },
    }),
  );

  it(
    'ask for permission',
    runs(
      'no permission',
      {
        *main(u) {
          yield* fails(u, u.chroot('/bin'), EPERM, 'chroot');
          yield* ok(u, u.chdir('/bin'), 'chdir');
          u.assert((yield* u.getcwd()) === '/bin', 'where all may go');
        },
      },
      { uid: 1001, gid: 1001 },
    ),
  );

  it(
    'is one that is open, whatever its name is by now',
    runs('fchdir', {
      *main(u) {
        yield* ok(u, u.mkdir('/d'), 'mkdir');
        yield* ok(u, u.mkdir('/d/e', 0o700), 'mkdir');
        yield* put(u, '/d/e/file', 'text');
        const fd = yield* ok(u, u.open('/d/e'), 'open');
        yield* ok(u, u.rename('/d/e', '/f'), 'rename');
        yield* ok(u, u.fchdir(fd), 'fchdir');
        u.assert((yield* u.getcwd()) === '/f', 'its path now');
        u.assert((yield* contents(u, 'file')) === 'text', 'what is in it');
        yield* fails(u, u.fchdir(0), ENOTDIR, 'a terminal');
        yield* fails(u, u.fchdir(9), EBADF, 'no descriptor');
        yield* ok(u, u.chdir('/'), 'chdir');
        yield* ok(u, u.setuid(1001), 'setuid');
        yield* fails(u, u.fchdir(fd), EACCES, 'not for users');
      },
    }),
  );
});
