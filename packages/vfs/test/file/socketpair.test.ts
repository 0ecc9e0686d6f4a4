import assert from 'node:assert/strict';
import { EAGAIN, EINVAL, EPIPE, ENOTCONN, O_NONBLOCK } from '@smplab/proc';
import { createMachine } from '@smplab/machine';
import {
  EAFNOSUPPORT,
  ECONNRESET,
  EDESTADDRREQ,
  EMSGSIZE,
  ENOBUFS,
  ENOTSOCK,
  EPROTONOSUPPORT,
  EPROTOTYPE,
} from '../../src/errno.ts';
import { FIONREAD } from '../../src/file/pipe-layout.ts';
import * as S from '../../src/file/socket-layout.ts';
import { NONE, runs } from './fixtures/explored-descriptors.ts';

const SIGPIPE = 13;
const F_GETFD = 1;
const F_GETFL = 3;
const { AF_LOCAL, SHUT_RD, SHUT_RDWR, SHUT_WR, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_NOSIGPIPE, SOCK_STREAM } = S;

const text = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : new TextDecoder().decode(bytes);

describe('socketpair', () => {
  it(
    'knows local streams and datagrams, and refuses the rest',
    runs(
      'kinds',
      {
        *main(u) {
          for (const [domain, type, protocol, errno] of [
            [2, SOCK_STREAM, 0, EAFNOSUPPORT],
            [AF_LOCAL, 3, 0, EPROTOTYPE],
            [AF_LOCAL, SOCK_STREAM, 6, EPROTONOSUPPORT],
          ] as const) {
            const result = yield* u.socketpair(domain, type, protocol);
            u.assert(result === null && u.errno === errno, `socketpair ${domain} ${type} ${protocol}`);
          }
          const flags = S.SOCK_CLOEXEC | SOCK_NONBLOCK | SOCK_NOSIGPIPE;
          const [a, b] = (yield* u.socketpair(AF_LOCAL, SOCK_STREAM | flags)) ?? NONE;
          u.assert(a === 3 && b === 4, 'the lowest descriptors');
          u.assert((yield* u.fcntl(a, F_GETFD)) === 1 && (yield* u.fcntl(b, F_GETFD)) === 1, 'on exec');
          u.assert(((yield* u.fcntl(a, F_GETFL)) & 7) === (O_NONBLOCK | 2), 'modes');
          u.assert((yield* u.read(a, 1)) === null && u.errno === EAGAIN, 'nothing yet');
          u.assert((yield* u.shutdown(0, SHUT_RD)) === -1 && u.errno === ENOTSOCK, 'no socket');
          u.assert((yield* u.shutdown(a, 3)) === -1 && u.errno === EINVAL, 'no such end');
          u.assert((yield* u.shutdown(a, SHUT_WR)) === 0, 'the end of what a writes');
          u.assert((yield* u.write(a, 'x')) === -1 && u.errno === EPIPE, 'without a signal');
          yield* u.close(b);
          u.assert((yield* u.shutdown(a, SHUT_RD)) === -1 && u.errno === ENOTCONN, 'alone');
        },
      },
      {},
      1,
    ),
  );

  it(
    'makes streams that go both ways, and end each way by itself',
    runs(
      'stream',
      {
        *main(u) {
          yield* u.sigaction(SIGPIPE, 'SIG_IGN');
          const type = SOCK_STREAM | SOCK_NONBLOCK;
          const [a, b] = (yield* u.socketpair(AF_LOCAL, type)) ?? NONE;
          u.assert((yield* u.write(a, 'from a')) === 6 && (yield* u.write(b, 'from b')) === 6, 'both ways');
          const words = [0];
          u.assert((yield* u.ioctl(a, FIONREAD, words)) === 0 && words[0] === 6, 'to be read');
          u.assert(text(yield* u.read(a, 4)) === 'from' && text(yield* u.read(a, 99)) === ' b', 'in parts');
          u.assert((yield* u.write(a, 'more than there is room')) === 10, 'what there is room for');
          u.assert((yield* u.write(a, 'x')) === -1 && u.errno === EAGAIN, 'no room');
          u.assert((yield* u.shutdown(a, SHUT_WR)) === 0, 'the end of what a writes');
          u.assert((yield* u.write(a, 'x')) === -1 && u.errno === EPIPE, 'a writes no more');
          u.assert(text(yield* u.read(b, 99)) === 'from amore than ', 'b reads what was there');
          u.assert(text(yield* u.read(b, 99)) === '', 'and then the end');
          u.assert((yield* u.write(b, 'y')) === 1, 'b still writes');
          u.assert((yield* u.shutdown(a, SHUT_RD)) === 0, 'a wants nothing more');
          u.assert(text(yield* u.read(a, 9)) === '', 'what was there is gone');
          u.assert((yield* u.write(b, 'z')) === -1 && u.errno === EPIPE, 'b is told');
        },
      },
      {},
      1,
    ),
  );

  it(
    'leaves to a stream what its peer wrote before it was closed',
    runs(
      'closed',
      {
        *main(u) {
          const [a, b] = (yield* u.socketpair(AF_LOCAL, SOCK_STREAM)) ?? NONE;
          yield* u.write(a, 'last');
          yield* u.close(a);
          u.assert(text(yield* u.read(b, 99)) === 'last' && text(yield* u.read(b, 99)) === '', 'the end');
          yield* u.fork('dies', b);
          u.assert(((yield* u.wait()).status & 0x7f) === SIGPIPE, 'nobody reads');
        },
        *dies(u, fd) {
          yield* u.write(fd, 'x');
        },
      },
      {},
      5,
    ),
  );

  it(
    'keeps datagrams apart, cuts those that are longer than the read, and never waits to send',
    runs(
      'datagrams',
      {
        *main(u) {
          yield* u.sigaction(SIGPIPE, 'SIG_IGN');
          const [a, b] = (yield* u.socketpair(AF_LOCAL, SOCK_DGRAM)) ?? NONE;
          u.assert((yield* u.write(a, 'one')) === 3 && (yield* u.write(a, 'two')) === 3, 'two datagrams');
          const words = [0];
          u.assert((yield* u.ioctl(b, FIONREAD, words)) === 0 && words[0] === 6, 'their bytes');
          u.assert((yield* u.write(a, 'x')) === -1 && u.errno === ENOBUFS, 'no room');
          u.assert((yield* u.write(a, 'thirteen byte')) === -1 && u.errno === EMSGSIZE, 'never any room');
          u.assert(text(yield* u.read(b, 2)) === 'on', 'the beginning of the first');
          u.assert(text(yield* u.read(b, 99)) === 'two', 'the second');
          u.assert((yield* u.write(a, '')) === 0 && text(yield* u.read(b, 9)) === '', 'an empty one');
          u.assert((yield* u.write(a, 'twelve bytes')) === 12, 'the largest');
          u.assert(text(yield* u.read(b, 99)) === 'twelve bytes', 'arrives');
          u.assert((yield* u.shutdown(b, SHUT_RDWR)) === 0, 'b neither reads nor writes');
          u.assert(text(yield* u.read(b, 9)) === '', 'b reads the end');
          u.assert((yield* u.write(b, 'x')) === -1 && u.errno === EPIPE, 'b writes no more');
          u.assert((yield* u.write(a, 'x')) === -1 && u.errno === EPIPE, 'a is told');
          yield* u.close(b);
          u.assert((yield* u.read(a, 1)) === null && u.errno === ECONNRESET, 'a is told once');
          u.assert((yield* u.write(a, 'x')) === -1 && u.errno === EDESTADDRREQ, 'there is nobody');
        },
      },
      {},
      1,
    ),
  );
});

describe('a live machine', function () {
  this.timeout(60_000);

  it('has processes on different CPUs that talk both ways through one pair', async () => {
    const module = new URL('fixtures/socket-programs.mjs', import.meta.url).href;
    const lines: string[] = [];
    const onLog = (_cpu: number, line: string): number => lines.push(line);
    const { outcome, message } = await createMachine({
      cpus: 2,
      images: [{ module }],
      timeLimitSeconds: 50,
      onLog,
    }).run();
    assert.equal(outcome, 'halted', message);
    assert.deepEqual(lines, ['1000 answers']);
  });
});
