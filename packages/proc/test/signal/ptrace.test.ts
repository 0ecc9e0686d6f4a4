import { describe, it } from 'mocha';
import { EBUSY, EINVAL, EPERM, ESRCH } from '../../src/errno.ts';
import {
  PT_ATTACH,
  PT_CONTINUE,
  PT_DETACH,
  PT_HERE,
  PT_KILL,
  PT_STEP,
  PT_TRACE_ME,
} from '../../src/signal/ptrace.ts';
import { SIGKILL, SIGSTOP, SIGTERM, SIGTRAP, SIGUSR1 } from '../../src/signal/signals.ts';
import type { User } from '../../src/user/user.ts';
import { runs } from './fixtures/explored.ts';

const STOPPED = 0x7f;

describe('ptrace', () => {
  it(
    'shows each signal to the tracer, who lets it through, changes it or drops it',
    runs('trace me', {
      *main(u) {
        const pid = yield* u.fork('child');
        for (const [seen, given] of [
          [SIGUSR1, 0],
          [SIGTERM, SIGUSR1],
        ]) {
          const { pid: found, status } = yield* u.wait4(pid);
          u.assert(found === pid && status === ((seen << 8) | STOPPED), `status ${status}`);
          u.assert((yield* u.ptrace(PT_CONTINUE, pid, PT_HERE, given)) === 0, `continue: ${u.errno}`);
        }
        const { status } = yield* u.wait4(pid);
        u.assert(status === 1 << 8, `handled ${status >> 8} times`);
      },
      *child(u) {
        yield* u.signal(SIGUSR1, 'handler');
        yield* u.ptrace(PT_TRACE_ME, 0);
        const own = yield* u.getpid();
        yield* u.kill(own, SIGUSR1);
        yield* u.kill(own, SIGTERM);
        yield* u.exit(yield* u.load(0));
      },
      *handler(u) {
        yield* u.store(0, (yield* u.load(0)) + 1);
      },
    }),
  );

  it(
    'refuses what is not traced, not stopped, not there, or makes no sense',
    runs(
      'ptrace errnos',
      {
        *main(u) {
          const pid = yield* u.fork('child');
          const cases = [
            [PT_ATTACH, 300, ESRCH],
            [PT_ATTACH, yield* u.getpid(), EINVAL],
            [PT_ATTACH, 1, EINVAL],
            [PT_CONTINUE, pid, EPERM],
            [99, pid, EINVAL],
          ] as const;
          for (const [request, target, errno] of cases) {
            u.assert((yield* u.ptrace(request, target, PT_HERE)) === -1 && u.errno === errno, `${request}`);
          }
          u.assert((yield* u.ptrace(PT_ATTACH, pid)) === 0, 'attach');
          u.assert((yield* u.ptrace(PT_ATTACH, pid)) === -1 && u.errno === EBUSY, 'attached already');
          u.assert(
            (yield* u.ptrace(PT_CONTINUE, pid, PT_HERE)) === -1 && u.errno === EBUSY,
            'not waited for',
          );
          yield* u.wait4(pid);
          u.assert((yield* u.ptrace(PT_CONTINUE, pid, 64)) === -1 && u.errno === EINVAL, 'another place');
          u.assert(
            (yield* u.ptrace(PT_CONTINUE, pid, PT_HERE, 40)) === -1 && u.errno === EINVAL,
            'signal 40',
          );
          u.assert((yield* u.ptrace(PT_KILL, pid)) === 0, 'kill');
          const { status } = yield* u.wait4(pid);
          u.assert(status === SIGKILL, `status ${status}`);
        },
        *child(u) {
          for (;;) yield* u.pause();
        },
      },
      { schedules: 30 },
    ),
  );

  it(
    'steps one operation at a time',
    runs(
      'step',
      {
        *main(u) {
          const pid = yield* u.fork('child');
          yield* u.wait4(pid);
          for (let i = 0; i < 3; i++) {
            u.assert((yield* u.ptrace(PT_STEP, pid, PT_HERE)) === 0, `step: ${u.errno}`);
            const { status } = yield* u.wait4(pid);
            u.assert(status === ((SIGTRAP << 8) | STOPPED), `status ${status}`);
          }
          yield* u.ptrace(PT_CONTINUE, pid, PT_HERE);
          const { status } = yield* u.wait4(pid);
          u.assert(status === 5 << 8, `status ${status}`);
        },
        *child(u) {
          yield* u.ptrace(PT_TRACE_ME, 0);
          yield* u.kill(yield* u.getpid(), SIGSTOP);
          for (let i = 0; i < 5; i++) yield* u.store(0, (yield* u.load(0)) + 1);
          yield* u.exit(yield* u.load(0));
        },
      },
      { schedules: 30 },
    ),
  );

  it(
    'cannot keep a stopped process from being killed',
    runs('kill traced', {
      *main(u) {
        const pid = yield* u.fork('child');
        yield* u.wait4(pid);
        yield* u.kill(pid, SIGKILL);
        const { status } = yield* u.wait4(pid);
        u.assert(status === SIGKILL, `status ${status}`);
      },
      *child(u) {
        yield* u.ptrace(PT_TRACE_ME, 0);
        yield* u.kill(yield* u.getpid(), SIGSTOP);
        u.fail('goes on');
      },
    }),
  );

  /** A stranger attaches to a child of the first program and leaves it to its parent again. */
  const detaching = {
    *main(u: User) {
      const pid = yield* u.fork('child');
      const tracer = yield* u.fork('tracer', pid);
      const { status } = yield* u.wait4(tracer);
      u.assert(status === 0, `tracer: status ${status}`);
      yield* u.kill(pid, SIGTERM);
      const { pid: found, status: ended } = yield* u.wait4(pid);
      u.assert(found === pid && ended === SIGTERM, `child: status ${ended}`);
    },
    *child(u: User) {
      for (;;) yield* u.pause();
    },
    *tracer(u: User, pid: number) {
      u.assert((yield* u.ptrace(PT_ATTACH, pid)) === 0, `attach: ${u.errno}`);
      const { pid: found, status } = yield* u.wait4(pid);
      u.assert(found === pid && status === ((SIGSTOP << 8) | STOPPED), `status ${status}`);
      u.assert((yield* u.ptrace(PT_DETACH, pid, PT_HERE)) === 0, `detach: ${u.errno}`);
    },
  };

  it('gives the process back to its parent', runs('detach', detaching, { schedules: 100 }));

  it(
    'as of old leaked a hold of the parent (asSeed detach-hold-leak)',
    runs('detach as of old', detaching, { asSeed: ['detach-hold-leak'], expects: 'deadlock' }),
  );
});
