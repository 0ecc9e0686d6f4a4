import assert from 'node:assert/strict';
import { createMachine } from '@smplab/machine';
import {
  EAGAIN,
  EBADF,
  EINTR,
  EINVAL,
  EMFILE,
  ENOTTY,
  EPIPE,
  FIOASYNC,
  FIONBIO,
  O_CLOEXEC,
  O_NONBLOCK,
} from '@smplab/proc';
import { FIONREAD, FIONSPACE, FIONWRITE } from '../../src/file/pipe-layout.ts';
import { O_NOSIGPIPE } from '../../src/file/pipe.ts';
import { NONE, runs } from './fixtures/explored-descriptors.ts';

const SIGKILL = 9;
const SIGPIPE = 13;
const SIGUSR1 = 30;
const SA_RESTART = 2;
const F_GETFD = 1;
const F_GETFL = 3;

describe('a pipe', () => {
  it(
    'brings bytes from one process to another, and then its end',
    runs('bytes and the end', {
      *main(u) {
        const [r, w] = (yield* u.pipe2()) ?? NONE;
        const pid = yield* u.fork('child', (r << 8) | w);
        yield* u.close(w);
        let text = '';
        for (;;) {
          const bytes = yield* u.read(r, 100);
          u.assert(bytes !== null, 'a read');
          if (bytes === null || bytes.length === 0) break;
          text += String.fromCharCode(...bytes);
        }
        u.assert(text === 'hello, other process', `it reads ${text}`);
        u.assert((yield* u.wait4(pid)).status === 0, 'the child is well');
      },
      *child(u, fds) {
        const [r, w] = [fds >> 8, fds & 0xff];
        yield* u.close(r);
        u.assert((yield* u.write(w, 'hello, other process')) === 20, 'all of it');
        yield* u.exit(0);
      },
    }),
  );

  it(
    'gives each call its result or errno',
    runs(
      'results',
      {
        *main(u) {
          u.assert((yield* u.pipe2(1)) === null && u.errno === EINVAL, 'a flag that is none');
          const [r, w] = (yield* u.pipe2(O_NONBLOCK | O_CLOEXEC)) ?? NONE;
          u.assert(r === 3 && w === 4, 'the lowest descriptors');
          u.assert((yield* u.fcntl(r, F_GETFD)) === 1 && (yield* u.fcntl(w, F_GETFD)) === 1, 'on exec');
          u.assert((yield* u.fcntl(r, F_GETFL)) === O_NONBLOCK, 'modes of the read end');
          u.assert((yield* u.fcntl(w, F_GETFL)) === (O_NONBLOCK | 1), 'modes of the write end');
          u.assert((yield* u.read(w, 1)) === null && u.errno === EBADF, 'no read of the write end');
          u.assert((yield* u.write(r, 'x')) === -1 && u.errno === EBADF, 'no write to the read end');
          u.assert((yield* u.read(r, 1)) === null && u.errno === EAGAIN, 'nothing yet');
          u.assert((yield* u.read(r, 0))?.length === 0, 'nothing wanted');
          u.assert((yield* u.write(w, '')) === 0, 'nothing written');
          u.assert((yield* u.write(w, 'abcdef')) === 6, 'six bytes');
          u.assert((yield* u.write(w, 'ghi')) === -1 && u.errno === EAGAIN, 'three do not fit in one piece');
          u.assert((yield* u.write(w, 'ghijklmno')) === 2, 'of what cannot fit, a part goes');
          for (const [cmd, expected] of [
            [FIONREAD, 8],
            [FIONWRITE, 8],
            [FIONSPACE, 0],
          ] as const) {
            const words = [0];
            u.assert((yield* u.ioctl(r, cmd, words)) === 0 && words[0] === expected, `ioctl ${cmd}`);
          }
          u.assert((yield* u.ioctl(r, FIOASYNC, [1])) === -1 && u.errno === ENOTTY, 'no SIGIO');
          u.assert((yield* u.ioctl(r, 77)) === -1 && u.errno === ENOTTY, 'no such request');
          u.assert(String.fromCharCode(...((yield* u.read(r, 3)) ?? [])) === 'abc', 'the first bytes');
          u.assert((yield* u.ioctl(w, FIONBIO, [0])) === 0, 'blocking');
          u.assert((yield* u.write(w, 'xyz')) === 3, 'around the end of the ring');
          u.assert(String.fromCharCode(...((yield* u.read(r, 99)) ?? [])) === 'defghxyz', 'all of it');
          yield* u.close(w);
          u.assert((yield* u.read(r, 1))?.length === 0, 'the end');
        },
      },
      {},
      1,
    ),
  );

  it(
    'needs two free descriptors, and takes none if there is one',
    runs(
      'descriptors',
      {
        *main(u) {
          let fd = 0;
          while (fd >= 0) fd = yield* u.open('/dev/null');
          u.assert((yield* u.pipe2(0)) === null && u.errno === EMFILE, 'none');
          yield* u.close(2);
          u.assert((yield* u.pipe2(0)) === null && u.errno === EMFILE, 'one');
          u.assert((yield* u.open('/dev/null')) === 2, 'it is free again');
        },
      },
      {},
      1,
    ),
  );

  it(
    'kills a writer without a reader by SIGPIPE, or tells it with EPIPE if it does not want to die',
    runs(
      'nobody reads',
      {
        *main(u) {
          yield* u.fork('dies', 0);
          u.assert(((yield* u.wait()).status & 0x7f) === SIGPIPE, 'it is killed');
          yield* u.fork('dies', O_NOSIGPIPE);
          u.assert((yield* u.wait()).status === EPIPE << 8, 'it is told');
          yield* u.sigaction(SIGPIPE, 'SIG_IGN');
          const [r, w] = (yield* u.pipe2()) ?? NONE;
          yield* u.close(r);
          u.assert((yield* u.write(w, 'x')) === -1 && u.errno === EPIPE, 'EPIPE');
        },
        *dies(u, flags) {
          const [r, w] = (yield* u.pipe2(flags)) ?? NONE;
          yield* u.close(r);
          yield* u.write(w, 'x');
          yield* u.exit(u.errno);
        },
      },
      {},
      20,
    ),
  );

  for (const flags of [0, SA_RESTART]) {
    it(`${flags === 0 ? 'ends' : 'goes on with'} a read that a signal interrupts`, function () {
      this.timeout(0);
      let interrupted = 0;
      const body = runs(`signal ${flags}`, {
        *main(u) {
          yield* u.sigaction(SIGUSR1, 'handler', { flags });
          const [r, w] = (yield* u.pipe2()) ?? NONE;
          yield* u.fork('child', w);
          let got = yield* u.read(r, 1);
          if (got === null && u.errno === EINTR) {
            interrupted++;
            u.assert((yield* u.load(0)) === 1, 'the handler has run');
            got = yield* u.read(r, 1);
          }
          u.assert(got?.[0] === 120, 'the byte comes');
        },
        *handler(u) {
          yield* u.store(0, 1);
        },
        *child(u, w) {
          yield* u.kill(yield* u.getppid(), SIGUSR1);
          yield* u.nanosleep(1);
          yield* u.write(w, 'x');
        },
      });
      body.call(this);
      assert.equal(interrupted > 0, flags === 0, `interrupted ${interrupted} times`);
    });
  }

  it('gives an interrupted writer what has gone', function () {
    this.timeout(0);
    let short = 0;
    const body = runs('signal to a writer', {
      *main(u) {
        yield* u.sigaction(SIGUSR1, 'handler');
        const [r, w] = (yield* u.pipe2()) ?? NONE;
        const pid = yield* u.getpid();
        yield* u.fork('child', (r << 16) | (w << 8) | pid);
        const done = yield* u.write(w, 'more than eight');
        u.assert(done === 15 || done === 8, `${done} bytes have gone`);
        if (done === 8) short++;
        yield* u.close(w);
        u.assert((yield* u.wait()).status === done << 8, 'and the reader has as many');
      },
      *handler(u) {
        yield* u.getpid();
      },
      *child(u, word) {
        const [r, w, parent] = [word >> 16, (word >> 8) & 0xff, word & 0xff];
        yield* u.close(w);
        yield* u.kill(parent, SIGUSR1);
        yield* u.nanosleep(1);
        let count = 0;
        for (;;) {
          const got = (yield* u.read(r, 99))?.length ?? -1;
          if (got <= 0) break;
          count += got;
        }
        yield* u.exit(count);
      },
    });
    body.call(this);
    assert.ok(short > 0, 'it was interrupted in some run');
  });

  it(
    'lets a reader that waits be killed, and is as good as before',
    runs('killed', {
      *main(u) {
        const [r, w] = (yield* u.pipe2()) ?? NONE;
        const pid = yield* u.fork('child', r);
        yield* u.nanosleep(1);
        yield* u.kill(pid, SIGKILL);
        u.assert((yield* u.wait4(pid)).status === SIGKILL, 'it is killed');
        u.assert((yield* u.write(w, 'still')) === 5, 'written');
        u.assert((yield* u.read(r, 99))?.length === 5, 'and read');
      },
      *child(u, r) {
        yield* u.read(r, 1);
      },
    }),
  );

  it(
    'ends for its readers with the last process that could write',
    runs('exits', {
      *main(u) {
        const [r, w] = (yield* u.pipe2()) ?? NONE;
        for (const letter of ['a', 'b']) yield* u.fork('child', (w << 8) | letter.charCodeAt(0));
        yield* u.close(w);
        const read: number[] = [];
        for (;;) {
          const got = yield* u.read(r, 99);
          if (got === null || got.length === 0) break;
          read.push(...got);
        }
        const text = String.fromCharCode(...read.sort((one, other) => one - other));
        u.assert(text === 'aabb', `read ${text}`);
        u.assert((yield* u.wait()).status === 0 && (yield* u.wait()).status === 0, 'both are well');
      },
      *child(u, word) {
        yield* u.write(word >> 8, String.fromCharCode(word & 0xff, word & 0xff));
        // Not closed: exit does.
      },
    }),
  );
});

describe('a live machine', function () {
  this.timeout(60_000);

  it('moves much through a pipe between processes on different CPUs', async () => {
    const source = new URL('fixtures/pipe-programs.mjs', import.meta.url).href;
    const lines: string[] = [];
    const machine = createMachine({
      cpus: 2,
      images: [{ module: source }],
      timeLimitSeconds: 50,
      onLog: (_cpu, text) => lines.push(text),
    });
    const { outcome, message } = await machine.run();
    assert.equal(outcome, 'halted', message);
    assert.deepEqual(lines, ['all 2000 pieces whole']);
  });
});
