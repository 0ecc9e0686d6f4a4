import { explores } from '@smplab/explore/mocha';
import { BIN_PROGRAMS } from '@smplab/proc';
import { vfsScenario, type VfsUserEntry } from '../../src/vfs-scenario.ts';
import { contents, O_CREAT, O_RDWR, O_WRONLY, ok, put, rest, runs } from '../fixtures/vfs-program.ts';

const AF_LOCAL = 1;
const SOCK_STREAM = 1;
const SHUT_WR = 1;

describe('a program that has file systems', () => {
  it(
    'writes a file and reads it back',
    runs('a file', {
      *main(u) {
        const fd = yield* u.open('/hello', O_CREAT | O_RDWR, 0o644);
        u.assert(fd === 3, `the lowest descriptor: ${fd} ${u.errno}`);
        u.assert((yield* u.write(fd, 'hello')) === 5, 'five bytes');
        u.assert((yield* u.lseek(fd, 1)) === 1, 'back');
        u.assert((yield* rest(u, fd)) === 'ello', 'what was written');
        u.assert((yield* u.close(fd)) === 0, 'closed');
      },
    }),
  );

  const main: VfsUserEntry = function* (u) {
    yield* put(u, '/in', 'some text\n');
    const pid = yield* u.fork('child');
    u.assert((yield* u.wait4(pid)).status === 0, 'cat is well');
    u.assert((yield* contents(u, '/out')) === 'some text\n', 'what cat has written');
  };
  const child: VfsUserEntry = function* (u) {
    const out = yield* ok(u, u.open('/out', O_CREAT | O_WRONLY, 0o644), 'open');
    yield* ok(u, u.dup2(out, 1), 'dup2');
    yield* ok(u, u.close(out), 'close');
    yield* u.execve('/bin/cat', ['cat', '/in']);
    yield* u.exit(1);
  };
  it(
    'runs another that was not made for files, with a file as its output',
    explores(vfsScenario('cat', {}, { '/bin/test': { main, child }, '/bin/cat': BIN_PROGRAMS['/bin/cat'] }), {
      strategy: 'random',
      schedules: 20,
      shrink: false,
    }),
  );

  it(
    'talks to another through pipes and sockets',
    runs('pipes and sockets', {
      *main(u) {
        const [r, w] = (yield* u.pipe2()) ?? [-1, -1];
        const [own, its] = (yield* u.socketpair(AF_LOCAL, SOCK_STREAM)) ?? [-1, -1];
        u.assert(r === 3 && w === 4 && own === 5 && its === 6, 'four descriptors');
        const pid = yield* u.fork('child');
        u.assert((yield* u.write(own, 'question')) === 8, 'to the child');
        yield* ok(u, u.shutdown(own, SHUT_WR), 'no more');
        u.assert((yield* rest(u, r)) === 'answer', 'from the child');
        u.assert((yield* u.wait4(pid)).status === 0, 'the child is well');
      },
      *child(u) {
        u.assert((yield* rest(u, 6)) === 'question', 'from the parent');
        u.assert((yield* rest(u, 6)) === '', 'the end');
        u.assert((yield* u.write(4, 'answer')) === 6, 'to the parent');
        yield* u.exit(0);
      },
    }),
  );
});
