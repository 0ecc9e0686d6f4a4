import { describe, it } from 'mocha';
import { once, scenario, survives } from './runs.ts';

const bothExit = scenario('two lwps that exit', {
  '/bin/parent': {
    *main(u) {
      const { status } = yield* u.wait4(yield* u.fork('child'));
      u.assert(status === 5 << 8 || status === 6 << 8, 'one of them decides');
    },
    *child(u) {
      yield* u.lwp_create('other');
      yield* u.exit(5);
    },
    *other(u) {
      yield* u.exit(6);
    },
  },
});

const allLeave = scenario('lwps that all leave', {
  '/bin/parent': {
    *main(u) {
      const { status } = yield* u.wait4(yield* u.fork('child'));
      u.assert(status === 0, 'the last one ends the process');
    },
    *child(u) {
      yield* u.lwp_create('other');
      yield* u.lwp_create('other');
      yield* u.extexit();
    },
    *other(u) {
      yield* u.extexit();
    },
  },
});

const exitWhileCreating = scenario('an lwp that creates while another exits', {
  '/bin/parent': {
    *main(u) {
      yield* u.wait4(yield* u.fork('child'));
    },
    *child(u) {
      yield* u.lwp_create('maker');
      yield* u.exit();
    },
    *maker(u) {
      yield* u.lwp_create('late');
      yield* u.pause();
    },
    *late(u) {
      yield* u.pause();
    },
  },
});

describe('lwp_exit', () => {
  it('lets one lwp exit for all', survives(bothExit));

  it('ends the process with its last lwp', survives(allLeave));

  it('leaves no lwp over that is created meanwhile', survives(exitWhileCreating));

  it(
    'gives lwps numbers in turn',
    once(
      scenario('numbers', {
        '/bin/parent': {
          *main(u) {
            u.assert((yield* u.lwp_gettid()) === 1, 'the first is 1');
            u.assert((yield* u.lwp_create('other')) === 2, 'then 2');
            while ((yield* u.load(0)) === 0) yield* u.nanosleep(1);
            u.assert((yield* u.load(0)) === 2, 'as the other knows');
          },
          *other(u) {
            yield* u.store(0, yield* u.lwp_gettid());
            yield* u.extexit();
          },
        },
      }),
    ),
  );
});
