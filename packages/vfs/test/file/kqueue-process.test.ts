import { explores } from '@smplab/explore/mocha';
import { ENOENT, EPERM, ESRCH } from '@smplab/proc';
import {
  EV_ADD,
  EV_DELETE,
  EV_EOF,
  EVFILT_PROC,
  type Kevent,
  NOTE_EXEC,
  NOTE_EXIT,
  NOTE_FORK,
} from '../../src/file/kqueue-layout.ts';
import type { KeventChange } from '../../src/user/vfs-user.ts';
import { vfsScenario, type VfsUserEntry } from '../../src/vfs-scenario.ts';
import { fails, ok, rest, runs } from '../fixtures/vfs-program.ts';

const ALL = NOTE_FORK | NOTE_EXEC | NOTE_EXIT;
const NAMES = [
  [NOTE_FORK, 'fork'],
  [NOTE_EXEC, 'exec'],
  [NOTE_EXIT, 'exit'],
] as const;

const watch = (ident: number, fflags: number, flags = EV_ADD): KeventChange => ({
  ident,
  filter: EVFILT_PROC,
  flags,
  fflags,
});

/** What has happened, without saying to whom; and the status of who has ended. */
function told(events: readonly Kevent[] | null): string {
  const words = ({ fflags, flags, data }: Kevent): string[] => [
    ...NAMES.filter(([bit]) => (fflags & bit) !== 0).map(([, name]) => name),
    ...((flags & EV_EOF) === 0 ? [] : [`${data >> 8}`]),
  ];
  return events === null ? 'null' : events.flatMap(words).join(' ');
}

describe('a kqueue that watches a process', () => {
  const main: VfsUserEntry = function* (u) {
    const kq = yield* ok(u, u.kqueue(), 'kqueue');
    const [, w] = (yield* u.pipe2()) ?? [-1, -1];
    const pid = yield* u.fork('child');
    u.assert((yield* u.kevent(kq, [watch(pid, ALL)])) !== null, `kevent: errno ${u.errno}`);
    yield* u.write(w, 'x');
    const all: string[] = [];
    while (!all.includes('exit')) all.push(...told(yield* u.kevent(kq, [], 4)).split(' '));
    // Some of it at once, but each once and in its order.
    u.assert(all.join(' ') === 'fork exec exit 9', all.join(' '));
    yield* fails(u, u.kevent(kq, [watch(pid, 0, EV_DELETE)]), ENOENT, 'gone with the process');
    yield* u.wait4(pid);
    yield* fails(u, u.kevent(kq, [watch(pid, ALL)]), ESRCH, 'no process');
  };
  const child: VfsUserEntry = function* (u) {
    // Descriptors of the parent but the kqueue, whose place is free.
    u.assert((yield* rest(u, 4)) === 'x', 'it is watched');
    yield* u.fork('grandchild');
    yield* u.wait();
    yield* u.execve('/bin/other');
  };
  const grandchild: VfsUserEntry = function* (u) {
    yield* u.exit(0);
  };
  const other: VfsUserEntry = function* (u) {
    yield* u.exit(9);
  };
  it(
    'is told of its forks, of its exec, and at last of its end',
    explores(
      vfsScenario('a life', {}, { '/bin/test': { main, child, grandchild }, '/bin/other': { main: other } }),
      { strategy: 'random', schedules: 30, shrink: false },
    ),
  );

  it(
    'is told of an end that comes before, while or after it begins to watch',
    runs(
      'exit against watching',
      {
        *main(u) {
          const kq = yield* ok(u, u.kqueue(), 'kqueue');
          const pid = yield* u.fork('child');
          // Time goes on when it has ended.
          if (u.choose(2) === 1) yield* u.nanosleep(3);
          const events = yield* u.kevent(kq, [watch(pid, NOTE_EXIT)], 1);
          u.assert(told(events) === 'exit 5', told(events));
          u.assert(told(yield* u.kevent(kq, [], 1, 0)) === '', 'once');
          yield* u.wait4(pid);
        },
        *child(u) {
          yield* u.exit(5);
        },
      },
      { search: { schedules: 150 } },
    ),
  );

  it(
    'is not for what others do, and forgets who ends without being asked for that',
    runs('others', {
      *main(u) {
        const kq = yield* ok(u, u.kqueue(), 'kqueue');
        const pid = yield* u.fork('child');
        u.assert((yield* u.kevent(kq, [watch(pid, NOTE_FORK)])) !== null, `kevent: errno ${u.errno}`);
        yield* u.wait4(pid);
        u.assert(told(yield* u.kevent(kq, [], 1, 0)) === '', 'nothing that was asked for');
        yield* fails(u, u.kevent(kq, [watch(pid, 0, EV_DELETE)]), ENOENT, 'forgotten');
        yield* ok(u, u.setuid(1001), 'setuid');
        yield* fails(u, u.kevent(kq, [watch(1, NOTE_EXIT)]), EPERM, 'a process of root');
      },
      *child(u) {
        yield* u.exit(0);
      },
    }),
  );
});
