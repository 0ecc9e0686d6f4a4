import assert from 'node:assert/strict';
import { explores } from '@smplab/explore/mocha';
import { createMachine } from '@smplab/machine';
import { EBADF, ENOENT } from '@smplab/proc';
import { EV_ADD, EV_CLEAR, EV_DELETE, EV_EOF, EVFILT_READ } from '../../src/file/kqueue-layout.ts';
import { vfsScenario, type VfsUserEntry } from '../../src/vfs-scenario.ts';
import type { KeventChange } from '../../src/user/vfs-user.ts';
import { fails, ok, rest, runs } from '../fixtures/vfs-program.ts';

const S_IFIFO = 0o010000;
const O_CLOEXEC = 0x20000;
const search = { schedules: 100 };

const read = (ident: number, flags = EV_ADD): KeventChange => ({ ident, filter: EVFILT_READ, flags });

describe('a kqueue', () => {
  it(
    'is a descriptor that a child does not get',
    runs('fork', {
      *main(u) {
        const kq = yield* ok(u, u.kqueue(), 'kqueue');
        u.assert(((yield* u.fstat(kq))?.st_mode ?? 0) === (S_IFIFO | 0o600), 'a fifo');
        const other = yield* ok(u, u.dup(kq), 'dup');
        const [r, w] = (yield* u.pipe2()) ?? [-1, -1];
        u.assert((yield* u.kevent(kq, [read(r)])) !== null, 'kevent');
        yield* u.write(w, 'x');
        u.assert((yield* u.kevent(other, [], 1))?.length === 1, 'the same one');
        const pid = yield* u.fork('child');
        u.assert((yield* u.wait4(pid)).status === 0, 'the child is well');
        yield* ok(u, u.close(kq), 'close');
        u.assert((yield* u.kevent(other, [], 1))?.length === 1, 'the other descriptor is left');
      },
      *child(u) {
        yield* fails(u, u.kevent(3, [], 1, 0), EBADF, 'no kqueue');
        yield* fails(u, u.close(4), EBADF, 'nor its other descriptor');
        u.assert((yield* rest(u, 5)) === 'x', 'but the pipe');
        yield* u.write(6, 'x');
        yield* u.exit(0);
      },
    }),
  );

  it(
    'forgets a descriptor that is closed or replaced, though its file is open elsewhere',
    runs('closed descriptors', {
      *main(u) {
        const kq = yield* ok(u, u.kqueue(), 'kqueue');
        const [r, w] = (yield* u.pipe2()) ?? [-1, -1];
        const other = yield* ok(u, u.dup(r), 'dup');
        yield* u.write(w, 'x');
        u.assert((yield* u.kevent(kq, [read(r), read(other)], 4))?.length === 2, 'both');
        yield* ok(u, u.close(r), 'close');
        const left = yield* u.kevent(kq, [], 4, 0);
        u.assert(left?.length === 1 && left[0]?.ident === other, 'one is left');
        u.assert((yield* u.dup2(other, r)) === r, 'the number again');
        yield* fails(u, u.kevent(kq, [read(r, EV_DELETE)]), ENOENT, 'but no knote');
        u.assert((yield* u.dup2(0, other)) === other, 'replaced');
        u.assert((yield* u.kevent(kq, [], 4, 0))?.length === 0, 'none is left');
      },
    }),
  );

  const main: VfsUserEntry = function* (u) {
    const kq = yield* ok(u, u.kqueue(), 'kqueue');
    const [r, w] = (yield* u.pipe2(O_CLOEXEC)) ?? [-1, -1];
    yield* ok(u, u.dup(r), 'dup');
    yield* u.write(w, 'x');
    u.assert((yield* u.kevent(kq, [read(r)], 1))?.length === 1, 'watched');
    yield* u.execve('/bin/other');
  };
  const other: VfsUserEntry = function* (u) {
    u.assert((yield* u.kevent(3, [], 1, 0))?.length === 0, 'nothing is watched');
    u.assert((yield* u.kevent(3, [read(6)], 1))?.length === 1, 'what is left can be');
    u.assert((yield* rest(u, 6)) === 'x', 'read');
  };
  it(
    'goes on after exec, without descriptors that exec closes',
    explores(vfsScenario('exec', {}, { '/bin/test': { main }, '/bin/other': { main: other } }), {
      strategy: 'random',
      schedules: 10,
      shrink: false,
    }),
  );

  it(
    'is told of a byte that comes while it waits, and of the end',
    runs(
      'a byte against waiting',
      {
        *main(u) {
          const kq = yield* ok(u, u.kqueue(), 'kqueue');
          const [r, w] = (yield* u.pipe2()) ?? [-1, -1];
          const pid = yield* u.fork('child', w);
          yield* ok(u, u.close(w), 'close');
          let bytes = 0;
          for (let isOver = false; !isOver;) {
            const events = yield* u.kevent(kq, [read(r, EV_ADD | EV_CLEAR)], 1);
            u.assert(events?.length === 1, 'an event');
            isOver = ((events?.[0]?.flags ?? 0) & EV_EOF) !== 0;
            bytes += (yield* u.read(r, 4))?.length ?? 0;
          }
          u.assert(bytes === 2, `${bytes} bytes`);
          yield* u.wait4(pid);
        },
        *child(u, w: number) {
          yield* u.write(w, 'a');
          yield* u.write(w, 'b');
        },
      },
      { search },
    ),
  );

  it(
    'may be deleted from, or lose a descriptor, by one thread while another writes and a third waits',
    runs(
      'close against activation',
      {
        *main(u) {
          const kq = yield* ok(u, u.kqueue(), 'kqueue');
          const [r, w] = (yield* u.pipe2()) ?? [-1, -1];
          const [other] = (yield* u.pipe2()) ?? [-1];
          u.assert((yield* u.kevent(kq, [read(r), read(other)])) !== null, 'kevent');
          yield* u.lwp_create('writer', w);
          yield* u.lwp_create('closer', other);
          const events = yield* u.kevent(kq, [], 1);
          u.assert(events?.[0]?.ident === r && events[0].data === 1, 'the byte');
          u.assert((yield* u.kevent(kq, [read(r, EV_DELETE)])) !== null, 'deleted');
        },
        *writer(u, w: number) {
          yield* u.write(w, 'a');
        },
        *closer(u, fd: number) {
          yield* ok(u, u.close(fd), 'close');
          yield* u.kevent(3, [read(4, EV_DELETE)]);
          yield* u.kevent(3, [read(4)]);
        },
      },
      { search: { schedules: 60 } },
    ),
  );

  it(
    'gives what comes once to one of two threads that wait',
    runs(
      'two threads',
      {
        *main(u) {
          const kq = yield* ok(u, u.kqueue(), 'kqueue');
          const [r, w] = (yield* u.pipe2()) ?? [-1, -1];
          u.assert((yield* u.kevent(kq, [read(r, EV_ADD | EV_CLEAR)])) !== null, 'kevent');
          yield* u.lwp_create('other');
          yield* u.write(w, 'a');
          const events = yield* u.kevent(kq, [], 1, 20);
          const mine = events?.length ?? 0;
          while ((yield* u.load(0)) === 0) yield* u.nanosleep(5);
          u.assert(mine + (yield* u.load(0)) - 1 === 1, 'one of both');
        },
        *other(u) {
          const events = yield* u.kevent(3, [], 1, 20);
          yield* u.store(0, 1 + (events?.length ?? 0));
        },
      },
      { search: { schedules: 60 } },
    ),
  );
});

describe('a live machine', function () {
  this.timeout(60_000);

  it('has a process that sleeps for what others on different CPUs write, and for their ends', async () => {
    const module = new URL('fixtures/kqueue-programs.mjs', import.meta.url).href;
    const lines: string[] = [];
    const onLog = (_cpu: number, line: string): number => lines.push(line);
    const { outcome, message } = await createMachine({
      cpus: 2,
      images: [{ module }],
      timeLimitSeconds: 50,
      onLog,
    }).run();
    assert.equal(outcome, 'halted', message);
    assert.deepEqual(lines, ['1200 bytes, 3 ends, 3 exits']);
  });
});
