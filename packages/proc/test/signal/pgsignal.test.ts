import { describe, it } from 'mocha';
import { SIGTERM, SIGUSR1 } from '../../src/signal/signals.ts';
import type { User } from '../../src/user/user.ts';
import { runs } from './fixtures/explored.ts';

describe('a signal to a group', () => {
  const program = {
    *main(u: User) {
      const leader = yield* u.fork('leader');
      yield* u.setpgid(leader, leader);
      for (let left = u.choose(16); left > 0; left--) yield* u.getpid();
      yield* u.kill(-leader, SIGTERM);
      const { status } = yield* u.wait4(leader);
      u.assert(status === SIGTERM, `status ${status}`);
    },
    *leader(u: User) {
      yield* u.setpgid(0, 0);
      yield* u.fork('child');
      for (;;) yield* u.pause();
    },
    *child(u: User) {
      // Who did not get the signal waits for ever.
      for (;;) yield* u.pause();
    },
  };

  it('misses no child that is being forked', runs('group and fork', program, { schedules: 200, cpus: 3 }));

  it(
    'as of old missed it (asSeed fork-misses-signal)',
    runs('group and fork as of old', program, {
      asSeed: ['fork-misses-signal'],
      schedules: 1000,
      cpus: 3,
      expects: 'deadlock',
    }),
  );

  /** Members of a group leave it, by another group and by their end, while it is signalled. */
  const leaving = {
    *main(u: User) {
      yield* u.signal(SIGUSR1, 'SIG_IGN');
      for (let i = 0; i < 2; i++) yield* u.fork('child', i);
      for (let i = 0; i < 2; i++) yield* u.kill(0, SIGUSR1);
      for (let i = 0; i < 2; i++) yield* u.wait();
    },
    *child(u: User, leaves: number) {
      if (leaves === 1) yield* u.setpgid(0, 0);
    },
  };

  it('goes to members that leave meanwhile', runs('leaving', leaving, { schedules: 200, cpus: 3 }));

  it(
    'as of old was sent along a list that changes (asSeed orphanpg-walk)',
    runs('leaving as of old', leaving, {
      asSeed: ['orphanpg-walk'],
      schedules: 1000,
      cpus: 3,
      expects: 'data-race',
    }),
  );
});
