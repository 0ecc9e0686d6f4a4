import { describe, it } from 'mocha';
import { ECHILD, EINVAL } from '../../src/errno.ts';
import { finds, once, scenario, survives } from './runs.ts';

const ANY = -1;
const WNOHANG = 1;
const WNOWAIT = 8;

const oneChild = scenario('one child', {
  '/bin/parent': {
    *main(u) {
      const pid = yield* u.fork('child', 7);
      const found = yield* u.wait4(pid);
      u.assert(found.pid === pid, 'its pid');
      u.assert(found.status === 7 << 8, 'exits with its argument');
      const none = yield* u.wait4(ANY);
      u.assert(none.pid === -1 && u.errno === ECHILD, 'there is no other');
    },
    *child(u, code) {
      yield* u.exit(code);
    },
  },
});

const lateParent = scenario('a parent that waits late', {
  '/bin/parent': {
    *main(u) {
      const pid = yield* u.fork('child');
      for (let call = 0; call < 12; call++) yield* u.getpid();
      yield* u.wait4(pid);
      u.assert(u.ticks < 90, `it took ${u.ticks} ticks`);
    },
    *child(u) {
      yield* u.exit();
    },
  },
});

const twoWaiters = scenario('two waiters', {
  '/bin/parent': {
    *main(u) {
      yield* u.fork('child');
      yield* u.lwp_create('waiter');
      const { pid } = yield* u.wait4(ANY);
      yield* u.store(0, pid > 0 ? 1 : 0);
      while ((yield* u.load(8)) === 0) yield* u.nanosleep(1);
      const reaped = (yield* u.load(0)) + (yield* u.load(4));
      u.assert(reaped === 1, `the child is reaped ${reaped} times`);
    },
    *waiter(u) {
      const { pid } = yield* u.wait4(ANY);
      yield* u.store(4, pid > 0 ? 1 : 0);
      yield* u.store(8, 1);
      yield* u.extexit();
    },
    *child(u) {
      yield* u.exit();
    },
  },
});

/** Others keep the token of the only bucket busy, so that the reaper waits for it. */
const crowd = scenario(
  'two waiters in a crowd',
  {
    '/bin/parent': {
      *main(u) {
        yield* u.lwp_create('waiter');
        const busy = yield* u.fork('busy');
        const pid = yield* u.fork('child');
        yield* u.wait4(pid);
        while ((yield* u.load(0)) === 0) yield* u.nanosleep(1);
        yield* u.wait4(busy);
      },
      *waiter(u) {
        for (let call = 0; call < 10; call++) yield* u.getpid();
        yield* u.wait4(4);
        yield* u.store(0, 1);
        yield* u.extexit();
      },
      *child(u) {
        yield* u.exit();
      },
      *busy(u) {
        for (let call = 0; call < 60; call++) yield* u.getpgid(2);
        yield* u.exit();
      },
    },
  },
  { cpus: 3, limits: { allprocHashSize: 1 } },
);

describe('wait4', () => {
  it('gives pid and status of a child, once', survives(oneChild));

  it('does not lose a child that ends before it is called', survives(lateParent));

  it('gives a child to one of two waiters', survives(twoWaiters));

  it('gives it to one of two waiters while others use the bucket', survives(crowd, 60));

  it(
    'takes a pid, a group, any, and refuses options it does not know',
    once(
      scenario('selection', {
        '/bin/parent': {
          *main(u) {
            const first = yield* u.fork('child', 1);
            yield* u.setpgid(first, first);
            const second = yield* u.fork('child', 2);
            u.assert((yield* u.wait4(first + second)).pid === -1 && u.errno === ECHILD, 'no such child');
            u.assert((yield* u.wait4(ANY, 64)).pid === -1 && u.errno === EINVAL, 'no such option');
            u.assert((yield* u.wait4(0)).pid === second, 'the one in the own group');
            u.assert((yield* u.wait4(-first)).pid === first, 'the one in its own group');
          },
          *child(u, n) {
            yield* u.nanosleep(n);
            yield* u.exit(n);
          },
        },
      }),
    ),
  );

  it(
    'returns at once with WNOHANG, and leaves the zombie with WNOWAIT',
    once(
      scenario('options', {
        '/bin/parent': {
          *main(u) {
            const pid = yield* u.fork('child');
            u.assert((yield* u.wait4(ANY, WNOHANG)).pid === 0, 'not yet');
            const left = yield* u.wait4(pid, WNOWAIT);
            const taken = yield* u.wait4(pid);
            u.assert(left.pid === pid && taken.pid === pid, 'twice the same');
            u.assert(left.status === 3 << 8 && taken.status === 3 << 8, 'with the same status');
          },
          *child(u) {
            yield* u.nanosleep(2);
            yield* u.exit(3);
          },
        },
      }),
    ),
  );

  it(
    'had two waiters reap one child (wait-double-reap)',
    finds(twoWaiters, 'wait-double-reap', ['use-after-free', 'panic']),
  );

  it(
    'had a waiter keep the reaper waiting (wait-holds-child)',
    finds(twoWaiters, 'wait-holds-child', ['deadlock']),
  );

  it('had a reaper without a hold (reap-keeps-hold)', finds(crowd, 'reap-keeps-hold', ['panic']));

  it(
    'had nobody wake the reaper of a zombie that still ran (exit-no-nthreads-wakeup)',
    finds(lateParent, 'exit-no-nthreads-wakeup', ['assertion']),
  );

  it(
    'had the thread of a zombie freed under it (reap-running)',
    finds(lateParent, 'reap-running', ['use-after-free', 'panic', 'null-dereference']),
  );
});
