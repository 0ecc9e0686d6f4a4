import { EBADF, EINTR, EINVAL, ENOENT, ESRCH } from '@smplab/proc';
import type { Steps } from '@smplab/lwkt';
import {
  EV_ADD,
  EV_CLEAR,
  EV_DELETE,
  EV_DISABLE,
  EV_ENABLE,
  EV_EOF,
  EV_ERROR,
  EV_ONESHOT,
  EV_RECEIPT,
  EVFILT_READ,
  EVFILT_USER,
  EVFILT_WRITE,
  type Kevent,
  NOTE_FFCOPY,
  NOTE_FFOR,
  NOTE_TRIGGER,
} from '../../src/file/kqueue-layout.ts';
import type { KeventChange, VfsUser } from '../../src/user/vfs-user.ts';
import { fails, O_APPEND, O_RDWR, ok, put, rest, runs } from '../fixtures/vfs-program.ts';

const AF_LOCAL = 1;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SHUT_WR = 1;

/** Filter, ident, flags but EV_CLEAR, data and fflags of events, in their order. */
function told(events: readonly Kevent[] | null): string {
  const one = ({ filter, ident, flags, data, fflags }: Kevent): string => {
    const names = [flags & EV_EOF ? ' eof' : '', flags & EV_ERROR ? ' error' : ''].join('');
    return `${filter === EVFILT_READ ? 'r' : filter === EVFILT_WRITE ? 'w' : 'u'}${ident} ${data}${names}${
      fflags === 0 ? '' : ` [${fflags}]`
    }`;
  };
  return events === null ? 'null' : events.map(one).join(', ');
}

/** Makes changes, and fails unless the events that are due now are these. */
function* due(u: VfsUser, kq: number, expected: string, what: string, ...changes: KeventChange[]): Steps {
  if (changes.length > 0) u.assert((yield* u.kevent(kq, changes)) !== null, `${what}: errno ${u.errno}`);
  const found = told(yield* u.kevent(kq, [], 8, 0));
  u.assert(found === expected, `${what}: "${found}", not "${expected}"`);
}

const read = (ident: number, flags = EV_ADD): KeventChange => ({ ident, filter: EVFILT_READ, flags });
const write = (ident: number, flags = EV_ADD): KeventChange => ({ ident, filter: EVFILT_WRITE, flags });
const user = (fflags: number, flags = 0): KeventChange => ({ ident: 7, filter: EVFILT_USER, flags, fflags });

describe('kevent', () => {
  it(
    'tells of bytes in a pipe, of room in it, and of its end',
    runs(
      'pipes',
      {
        *main(u) {
          const kq = yield* ok(u, u.kqueue(), 'kqueue');
          const [r, w] = (yield* u.pipe2()) ?? [-1, -1];
          yield* due(u, kq, '', 'empty', read(r));
          yield* due(u, kq, `w${w} 4`, 'room', write(w));
          yield* u.write(w, 'abc');
          yield* due(u, kq, `r${r} 3`, 'bytes, and less room than a whole write takes');
          yield* due(u, kq, `r${r} 3`, 'still');
          yield* u.read(r, 2);
          yield* due(u, kq, `r${r} 1`, 'a byte');
          yield* u.read(r, 2);
          yield* due(u, kq, `w${w} 4`, 'room');
          yield* u.write(w, 'x');
          yield* ok(u, u.close(w), 'close');
          yield* due(u, kq, `r${r} 1 eof`, 'a byte, and the end; nobody asks for room any more');
          yield* ok(u, u.close(r), 'close');
          yield* due(u, kq, '', 'nothing is watched');
          yield* fails(u, u.kevent(kq, [read(r, EV_DELETE)]), EBADF, 'what is closed');
        },
      },
      { pipeBytes: 4 },
    ),
  );

  it(
    'tells a writer that nobody reads any more',
    runs('the end of readers', {
      *main(u) {
        const kq = yield* ok(u, u.kqueue(), 'kqueue');
        const [r, w] = (yield* u.pipe2()) ?? [-1, -1];
        yield* ok(u, u.close(r), 'close');
        yield* due(u, kq, `w${w} 0 eof`, 'the end', write(w));
      },
    }),
  );

  it(
    'tells of sockets: streams and datagrams',
    runs(
      'sockets',
      {
        *main(u) {
          const kq = yield* ok(u, u.kqueue(), 'kqueue');
          const [a, b] = (yield* u.socketpair(AF_LOCAL, SOCK_STREAM)) ?? [-1, -1];
          yield* due(u, kq, `w${a} 4`, 'room', read(a), write(a), read(b));
          yield* u.write(a, 'full');
          yield* due(u, kq, `r${b} 4`, 'no room, and bytes for the other');
          yield* u.read(b, 1);
          yield* due(u, kq, `w${a} 1, r${b} 3`, 'both');
          yield* ok(u, u.shutdown(a, SHUT_WR), 'shutdown');
          yield* due(u, kq, `w${a} 0 eof, r${b} 3 eof`, 'ended');
          yield* ok(u, u.close(b), 'close');
          yield* due(u, kq, `r${a} 0 eof, w${a} 0 eof`, 'closed');
          yield* ok(u, u.close(a), 'close');
          const [c, d] = (yield* u.socketpair(AF_LOCAL, SOCK_DGRAM)) ?? [-1, -1];
          yield* due(u, kq, '', 'no room for a datagram', write(c), read(d));
        },
      },
      { socketBytes: 4 },
    ),
  );

  it(
    'tells of a datagram that is empty, and of a peer that is gone',
    runs('datagrams', {
      *main(u) {
        const kq = yield* ok(u, u.kqueue(), 'kqueue');
        const [c, d] = (yield* u.socketpair(AF_LOCAL, SOCK_DGRAM)) ?? [-1, -1];
        yield* u.write(c, '');
        yield* due(u, kq, `r${d} 0`, 'an empty one', read(d));
        yield* ok(u, u.close(c), 'close');
        yield* u.read(d, 1);
        yield* due(u, kq, `r${d} 0 [54]`, 'ECONNRESET');
      },
    }),
  );

  it(
    'tells how far a file goes on, and that it grows',
    runs('files', {
      *main(u) {
        const kq = yield* ok(u, u.kqueue(), 'kqueue');
        yield* put(u, '/f', 'text');
        const fd = yield* ok(u, u.open('/f', O_RDWR), 'open');
        yield* due(u, kq, `r${fd} 4, w${fd} 0`, 'all of it', read(fd), write(fd));
        yield* due(u, kq, `r${fd} 4`, 'reading only', write(fd, EV_DELETE));
        u.assert((yield* rest(u, fd)) === 'text', 'read');
        yield* due(u, kq, '', 'at its end');
        const other = yield* ok(u, u.open('/f', O_RDWR | O_APPEND), 'open again');
        yield* u.write(other, 'more');
        yield* due(u, kq, `r${fd} 4`, 'longer');
        yield* ok(u, u.truncate('/f', 2), 'truncate');
        yield* due(u, kq, `r${fd} -2`, 'shorter');
        yield* fails(u, u.kevent(kq, [read(0)]), EINVAL, 'a terminal');
        const bin = yield* ok(u, u.open('/bin'), 'open');
        yield* fails(u, u.kevent(kq, [read(bin)]), EINVAL, 'a directory');
      },
    }),
  );

  it(
    'tells once, or once for each change, or not at all, as it is asked to',
    runs('flags', {
      *main(u) {
        const kq = yield* ok(u, u.kqueue(), 'kqueue');
        const [r, w] = (yield* u.pipe2()) ?? [-1, -1];
        yield* u.write(w, 'a');
        yield* due(u, kq, `r${r} 1`, 'clear', read(r, EV_ADD | EV_CLEAR));
        yield* due(u, kq, '', 'told already');
        yield* u.write(w, 'b');
        yield* due(u, kq, `r${r} 2`, 'once more');
        yield* due(u, kq, '', 'off', read(r, EV_DISABLE));
        yield* u.write(w, 'c');
        yield* due(u, kq, '', 'off');
        yield* due(u, kq, `r${r} 3`, 'on', read(r, EV_ENABLE));
        yield* due(u, kq, `r${r} 3`, 'by level again', read(r, EV_ADD));
        yield* due(u, kq, `r${r} 3`, 'one shot', read(r, EV_ADD | EV_ONESHOT));
        yield* due(u, kq, '', 'it is gone');
        yield* fails(u, u.kevent(kq, [read(r, EV_ENABLE)]), ENOENT, 'it is gone');
        yield* due(u, kq, '', 'asleep from the start', read(r, EV_ADD | EV_DISABLE));
        yield* due(u, kq, `r${r} 3`, 'awake', read(r, EV_ENABLE));
        yield* due(u, kq, '', 'deleted', read(r, EV_DELETE));
      },
    }),
  );

  it(
    'tells of user events, whose flags are those of the program',
    runs('user events', {
      *main(u) {
        const kq = yield* ok(u, u.kqueue(), 'kqueue');
        yield* due(u, kq, '', 'not yet', user(1, EV_ADD));
        yield* due(u, kq, 'u7 0 [1]', 'triggered', user(NOTE_TRIGGER));
        yield* due(u, kq, 'u7 0 [3]', 'until it is taken away', user(NOTE_FFOR | 2));
        yield* due(u, kq, '', 'gone', user(0, EV_DELETE));
        yield* due(u, kq, 'u7 0 [4]', 'clear', user(NOTE_TRIGGER | NOTE_FFCOPY | 4, EV_ADD | EV_CLEAR));
        yield* due(u, kq, '', 'told already');
        yield* due(u, kq, 'u7 0', 'again', user(NOTE_TRIGGER));
      },
    }),
  );

  it(
    'answers each change where it is asked to, or goes wrong',
    runs('receipts', {
      *main(u) {
        const kq = yield* ok(u, u.kqueue(), 'kqueue');
        const [r, w] = (yield* u.pipe2()) ?? [-1, -1];
        yield* u.write(w, 'x');
        const changes = [read(r, EV_ADD | EV_RECEIPT), write(r), read(99)];
        const answers = yield* u.kevent(kq, changes, 8);
        u.assert(told(answers) === `r${r} 0 error, w${r} ${EINVAL} error, r99 ${EBADF} error`, told(answers));
        yield* due(u, kq, `r${r} 1`, 'the first was done');
        yield* fails(u, u.kevent(kq, [{ ident: 1, filter: -3 }]), EINVAL, 'a filter there is not');
        yield* fails(u, u.kevent(w, [], 1, 0), EBADF, 'no kqueue');
        yield* fails(u, u.kevent(99, [], 1, 0), EBADF, 'no descriptor');
        yield* fails(u, u.kevent(kq, [], -1, 0), EINVAL, 'fewer than none');
        yield* fails(u, u.read(kq, 1), 6, 'read of a kqueue');
        yield* fails(u, u.write(kq, 'x'), 6, 'write to a kqueue');
        yield* fails(u, u.kevent(kq, [{ ident: 9999, filter: -5, flags: EV_ADD }]), ESRCH, 'no process');
      },
    }),
  );

  it(
    'takes turns where more is due than there is room for',
    runs('turns', {
      *main(u) {
        const kq = yield* ok(u, u.kqueue(), 'kqueue');
        for (let ident = 1; ident <= 3; ident++)
          yield* u.kevent(kq, [
            { ident, filter: EVFILT_USER, flags: EV_ADD, fflags: NOTE_TRIGGER, udata: ident * 2 },
          ]);
        let turns = '';
        for (let at = 0; at < 4; at++) {
          for (const { udata } of (yield* u.kevent(kq, [], 2, 0)) ?? []) turns += `${udata} `;
        }
        u.assert(turns === '2 4 6 2 4 6 2 4 ', turns);
      },
    }),
  );

  it(
    'waits so many ticks, or until a signal comes',
    runs('waiting', {
      *main(u) {
        const kq = yield* ok(u, u.kqueue(), 'kqueue');
        const before = u.ticks;
        u.assert(told(yield* u.kevent(kq, [], 1, 3)) === '' && u.ticks >= before + 3, 'three ticks');
        yield* u.sigaction(30, 'handler');
        const pid = yield* u.getpid();
        yield* u.fork('child', pid);
        yield* fails(u, u.kevent(kq, [], 1), EINTR, 'a signal');
        yield* u.wait();
      },
      *handler() {
        // It is there to end a sleep.
      },
      *child(u, pid: number) {
        // Time goes on when all others sleep.
        yield* u.nanosleep(2);
        yield* u.kill(pid, 30);
      },
    }),
  );
});
