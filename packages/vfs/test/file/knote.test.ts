import { type Context, type Kernel, LK_EXCLUSIVE, LK_RELEASE, lockmgr, type Steps } from '@smplab/lwkt';
import { fhold, listFirst } from '@smplab/proc';
import { knote_activate } from '../../src/file/knote.ts';
import { kqueue_scan } from '../../src/file/kevent.ts';
import { EV_ADD, EV_EOF, EVFILT_READ, EVFILT_WRITE, type Kevent, KQ } from '../../src/file/kqueue-layout.ts';
import { kqueue_free, kqueue_make, knote_drop } from '../../src/file/kqueue.ts';
import { knote_make } from '../../src/file/knote-change.ts';
import { bootPipes, pipe_files, registerPipes } from '../../src/file/pipe.ts';
import { bootSockets, registerSockets, socket_files } from '../../src/file/socketpair.ts';
import { SOCK_STREAM } from '../../src/file/socket-layout.ts';
import { close, type PairMachineOptions, proves, put, survives } from './fixtures/pair-machine.ts';

/** The kqueue of a test: it watches the first file for bytes, or the second for room. */
const watched = { kq: 0, waiters: 0 };

type Make = PairMachineOptions['make'];

function watching(make: Make, filter = EVFILT_READ): Make {
  return function* (k) {
    const files = yield* make(k);
    watched.kq = yield* kqueue_make(k);
    yield* lock(k, LK_EXCLUSIVE);
    const fp = filter === EVFILT_READ ? files[0] : files[1];
    const change = { ident: 3, filter, flags: EV_ADD, fflags: 0, data: 0, udata: 0 };
    const kn = yield* knote_make(k, watched.kq, change, fp);
    yield* knote_activate(k, kn);
    yield* lock(k, LK_RELEASE);
    return files;
  };
}

/** One preemption: two have been proved as well, which takes a minute. */
function provesWithOne(name: string, options: PairMachineOptions): void {
  proves(name, options, 1);
}

function lock(k: Context, how: number): Steps<number> {
  return lockmgr(k, watched.kq + KQ.kq_lock, how);
}

const pipe = {
  parts: [(kernel: Kernel, g: number) => bootPipes(kernel, g, { pipeBytes: 2 })],
  register: registerPipes,
  make: watching((k: Context) => pipe_files(k, 0)),
};
const socket = {
  parts: [(kernel: Kernel, g: number) => bootSockets(kernel, g, { socketBytes: 2 })],
  register: registerSockets,
  make: watching((k: Context) => socket_files(k, SOCK_STREAM, 0)),
};

/** Waits for an event, for ever: its data, and whether it is the end. */
function* wait(k: Context): Steps<string> {
  const events: Kevent[] = [];
  const error = yield* kqueue_scan(k, watched.kq, 1, null, events);
  return error === 0
    ? events.map(({ data, flags }) => `${data}${(flags & EV_EOF) === 0 ? '' : ' eof'}`).join()
    : '!';
}

function* closeBoth(k: Context, [one, other]: readonly [number, number]): Steps {
  yield* close(k, one);
  yield* close(k, other);
}

describe('a kqueue, in every interleaving up to a number of preemptions,', function () {
  this.timeout(0);

  for (const [name, object] of Object.entries({ pipe, socket })) {
    it(`is told of a byte in a ${name} by who writes it while it waits`, () => {
      provesWithOne(`a byte in a ${name}`, {
        ...object,
        actors: {
          *writer(k, [, wf]) {
            yield* put(k, wf, 'a');
            yield* close(k, wf);
          },
          *waiter(k, [rf], note) {
            note(yield* wait(k));
            yield* kqueue_free(k, watched.kq);
            yield* close(k, rf);
          },
        },
        judge: ({ waiter }) => (waiter === '1' || waiter?.endsWith(' eof') ? null : 'no event'),
      });
    });
  }

  it('is told of the end while it waits', () => {
    provesWithOne('the end of a pipe', {
      ...pipe,
      actors: {
        *writer(k, [, wf]) {
          yield* close(k, wf);
        },
        *waiter(k, [rf], note) {
          note(yield* wait(k));
          yield* kqueue_free(k, watched.kq);
          yield* close(k, rf);
        },
      },
      judge: ({ waiter }) => (waiter === '0 eof' ? null : 'no event'),
    });
  });

  it('is told of room by who reads', () => {
    provesWithOne('room in a pipe', {
      ...pipe,
      make: watching(function* (k) {
        const files = yield* pipe_files(k, 0);
        yield* put(k, files[1], 'ab');
        return files;
      }, EVFILT_WRITE),
      actors: {
        *reader(k, [rf]) {
          yield* close(k, rf);
        },
        *waiter(k, [, wf], note) {
          note(yield* wait(k));
          yield* kqueue_free(k, watched.kq);
          yield* close(k, wf);
        },
      },
      judge: ({ waiter }) => (waiter === '0 eof' ? null : 'no event'),
    });
  });

  it('tells both of two that wait', () => {
    const waits = function* (
      k: Context,
      files: readonly [number, number],
      note: (text: string) => void,
    ): Steps {
      note(yield* wait(k));
      // Whoever has it last.
      if (--watched.waiters > 0) return;
      yield* kqueue_free(k, watched.kq);
      yield* closeBoth(k, files);
    };
    survives(
      'two waiters',
      {
        ...pipe,
        *make(k) {
          watched.waiters = 2;
          const files = yield* pipe.make(k);
          yield* fhold(k, files[1]);
          return files;
        },
        actors: {
          one: waits,
          other: waits,
          *writer(k, [, wf]) {
            yield* put(k, wf, 'a');
            yield* close(k, wf);
          },
        },
        judge: ({ one, other }) => (one === '1' && other === '1' ? null : 'no event'),
      },
      300,
    );
  });

  it('loses a knote that is deleted while it is activated', () => {
    provesWithOne('deleted', {
      ...pipe,
      actors: {
        *writer(k, [, wf]) {
          yield* put(k, wf, 'a');
          yield* close(k, wf);
        },
        *deleter(k, [rf]) {
          yield* lock(k, LK_EXCLUSIVE);
          yield* knote_drop(k, listFirst(k, watched.kq + KQ.kq_knotes));
          yield* lock(k, LK_RELEASE);
          yield* kqueue_free(k, watched.kq);
          yield* close(k, rf);
        },
      },
      judge: () => null,
    });
  });
});
