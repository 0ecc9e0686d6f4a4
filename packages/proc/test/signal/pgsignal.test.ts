import { describe, it } from 'mocha';
import { SIGTERM } from '../../src/signal/signals.ts';
import type { User } from '../../src/user/user.ts';
import { runs } from './fixtures/explored.ts';

describe('a signal to a group', () => {
  const program = {
    *main(u: User) {
      const leader = yield* u.fork('leader');
      yield* u.setpgid(leader, leader);
      yield* u.nanosleep(1);
      yield* u.kill(-leader, SIGTERM);
      const { status } = yield* u.wait4(leader);
      u.assert(status === SIGTERM || status === 0, `status ${status}`);
      for (let i = 0; i < 40 && (yield* u.kill(-leader, 0)) === 0; i++) yield* u.nanosleep(1);
      // Whoever has got away is in the group still.
      u.assert((yield* u.kill(-leader, 0)) === -1, 'somebody of the group has not got the signal');
    },
    *leader(u: User) {
      yield* u.setpgid(0, 0);
      yield* u.fork('child');
      yield* u.nanosleep(3);
    },
    *child(u: User) {
      yield* u.nanosleep(1000);
    },
  };

  it('misses no child that is being forked', runs('group and fork', program, { schedules: 200, cpus: 3 }));
});
