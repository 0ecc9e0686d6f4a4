import { describe, it } from 'mocha';
import { EINVAL } from '../../src/errno.ts';
import { SIGALRM } from '../../src/signal/signals.ts';
import type { User } from '../../src/user/user.ts';
import { runs } from './fixtures/explored.ts';

describe('an interval timer', () => {
  it(
    'sends SIGALRM when it is due, and again each interval, until it is ended',
    runs('alarm', {
      *main(u) {
        u.assert((yield* u.setitimer(-1)) === -1 && u.errno === EINVAL, 'EINVAL');
        yield* u.sigaction(SIGALRM, 'handler');
        u.assert((yield* u.setitimer(2, 2)) === 0, 'none before');
        while ((yield* u.load(0)) < 2) yield* u.pause();
        const left = yield* u.setitimer(0);
        u.assert(left >= 1 && left <= 2, `left ${left}`);
        const times = yield* u.load(0);
        yield* u.nanosleep(5);
        u.assert((yield* u.load(0)) <= times + 1, 'ended');
      },
      *handler(u) {
        yield* u.store(0, (yield* u.load(0)) + 1);
      },
    }),
  );

  it(
    'ends a process that does not handle it',
    runs('alarm default', {
      *main(u) {
        const pid = yield* u.fork('child');
        const { status } = yield* u.wait4(pid);
        u.assert(status === SIGALRM, `status ${status}`);
      },
      *child(u) {
        yield* u.setitimer(1);
        for (;;) yield* u.pause();
      },
    }),
  );

  const exiting = {
    *main(u: User) {
      const pid = yield* u.fork('child');
      yield* u.wait4(pid);
      yield* u.nanosleep(200);
    },
    *child(u: User) {
      yield* u.signal(SIGALRM, 'SIG_IGN');
      yield* u.setitimer(2, 2);
    },
  };

  it('does not outlive its process', runs('alarm at exit', exiting, { schedules: 100 }));

  it(
    'as of old fired on what had been the process (asSeed alarm-exiting)',
    runs('alarm at exit as of old', exiting, { asSeed: ['alarm-exiting'], expects: 'use-after-free' }),
  );
});
