import { describe, it } from 'mocha';
import { EALREADY, EINVAL, ENOTCONN } from '../../src/errno.ts';
import { PROC_REAP_ACQUIRE, PROC_REAP_RELEASE } from '../../src/life/reaper.ts';
import type { GeneratorImage } from '../../src/user/image.ts';
import { once, scenario, survives } from './runs.ts';

const INIT = 1;

/** `middle` leaves a child behind, which exits with 1 once init is its parent, and with 2 for another. */
const ORPHANS: GeneratorImage = {
  *middle(u) {
    yield* u.fork('orphan', yield* u.getpid());
  },
  *orphan(u, parent: number) {
    while ((yield* u.getppid()) === parent) yield* u.nanosleep(1);
    yield* u.exit((yield* u.getppid()) === INIT ? 1 : 2);
  },
};

const nested = scenario('a reaper below a reaper', {
  '/bin/parent': {
    ...ORPHANS,
    *main(u) {
      yield* u.procctl(PROC_REAP_ACQUIRE);
      const inner = yield* u.fork('inner');
      const found: number[] = [];
      for (let child = 0; child < 2; child++) {
        const { pid, status } = yield* u.wait4(-1);
        found.push(pid === inner ? 0 : status >> 8);
      }
      u.assert(found.sort().join() === '0,2', `the outer reaper has the orphan: ${found.join()}`);
    },
    *inner(u) {
      yield* u.procctl(PROC_REAP_ACQUIRE);
      yield* u.wait4(yield* u.fork('middle'));
      // It exits, maybe with the orphan as its child already.
    },
  },
});

const twice = scenario('two lwps that want to be the reaper', {
  '/bin/parent': {
    *main(u) {
      yield* u.lwp_create('other');
      const own = (yield* u.procctl(PROC_REAP_ACQUIRE)) === 0 ? 1 : 0;
      while ((yield* u.load(0)) === 0) yield* u.nanosleep(1);
      const count = own + (yield* u.load(4));
      u.assert(count === 1, `${count} of them are told that they did it`);
      u.assert((yield* u.procctl(PROC_REAP_RELEASE)) === 0, 'it is one');
      u.assert((yield* u.procctl(PROC_REAP_RELEASE)) === -1 && u.errno === ENOTCONN, 'and then it is none');
    },
    *other(u) {
      yield* u.store(4, (yield* u.procctl(PROC_REAP_ACQUIRE)) === 0 ? 1 : 0);
      yield* u.store(0, 1);
      yield* u.extexit();
    },
  },
});

describe('a reaper', () => {
  it(
    'is one until it gives that up: then orphans go past it to init',
    once(
      scenario('calls', {
        '/bin/parent': {
          ...ORPHANS,
          *main(u) {
            u.assert((yield* u.procctl(99)) === -1 && u.errno === EINVAL, 'no such command');
            u.assert((yield* u.procctl(PROC_REAP_RELEASE)) === -1 && u.errno === ENOTCONN, 'it is none');
            u.assert((yield* u.procctl(PROC_REAP_ACQUIRE)) === 0, 'now it is');
            u.assert((yield* u.procctl(PROC_REAP_ACQUIRE)) === -1 && u.errno === EALREADY, 'it is already');
            yield* u.wait4(yield* u.fork('middle'));
            const { status } = yield* u.wait4(-1);
            u.assert(status === 2 << 8, 'the orphan is its child');
            u.assert((yield* u.procctl(PROC_REAP_RELEASE)) === 0, 'and no more');
            yield* u.wait4(yield* u.fork('middle'));
            u.assert((yield* u.wait4(-1)).pid === -1, 'the orphan is the child of init');
          },
        },
      }),
    ),
  );

  it('that exits hands its orphans to the one above it', survives(nested, 40));

  it('is made by one of two lwps that want it', survives(twice, 80));
});
