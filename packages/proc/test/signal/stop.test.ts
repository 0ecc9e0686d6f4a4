import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import { describe, it } from 'mocha';
import { processScenario } from '../../src/process-scenario.ts';
import { SA_NOCLDSTOP } from '../../src/signal/sigacts.ts';
import { SIGABRT, SIGCHLD, SIGCONT, SIGKILL, SIGSTOP, SIGTSTP, SIGUSR1 } from '../../src/signal/signals.ts';
import type { User } from '../../src/user/user.ts';
import { runs } from './fixtures/explored.ts';

const WUNTRACED = 2;
const WCONTINUED = 4;
const STOPPED = 0x7f;
const WORD = 4;

describe('a process that is stopped', () => {
  it(
    'is told to its parent once, goes on with SIGCONT, and ends with SIGKILL',
    runs(
      'stop, continue, kill',
      {
        *main(u) {
          const pid = yield* u.fork('child');
          yield* u.kill(pid, SIGSTOP);
          let waited = yield* u.wait4(pid, WUNTRACED);
          u.assert(waited.pid === pid && waited.status === ((SIGSTOP << 8) | STOPPED), `${waited.status}`);
          u.assert((yield* u.wait4(pid, WUNTRACED | 1)).pid === 0, 'told once');
          yield* u.kill(pid, SIGCONT);
          waited = yield* u.wait4(pid, WCONTINUED);
          u.assert(waited.pid === pid && waited.status === SIGCONT, 'continued');
          yield* u.kill(pid, SIGSTOP);
          waited = yield* u.wait4(pid, WUNTRACED);
          u.assert(waited.status === ((SIGSTOP << 8) | STOPPED), 'stopped again');
          yield* u.kill(pid, SIGKILL);
          waited = yield* u.wait4(pid, WUNTRACED);
          u.assert(waited.status === SIGKILL, 'killed while stopped');
        },
        *child(u) {
          for (;;) yield* u.nanosleep(3);
        },
      },
      { schedules: 100 },
    ),
  );

  it(
    'with several lwps has stopped when all of them have',
    runs(
      'lwps stop',
      {
        *main(u) {
          const pid = yield* u.fork('child');
          yield* u.kill(pid, SIGSTOP);
          let waited = yield* u.wait4(pid, WUNTRACED);
          u.assert(waited.pid === pid && (waited.status & 0xff) === STOPPED, `${waited.status}`);
          yield* u.kill(pid, SIGCONT);
          yield* u.kill(pid, SIGKILL);
          waited = yield* u.wait4(pid);
          u.assert(waited.status === SIGKILL, 'killed');
        },
        *child(u) {
          yield* u.lwp_create('sleeper');
          yield* u.lwp_create('worker');
          for (;;) yield* u.pause();
        },
        *sleeper(u) {
          for (;;) yield* u.nanosleep(2);
        },
        *worker(u) {
          for (;;) {
            yield* u.store(0, (yield* u.load(0)) + 1);
            yield* u.nanosleep(1);
          }
        },
      },
      { schedules: 100, cpus: 3 },
    ),
  );

  it(
    'signals SIGCHLD to its parent unless the parent has said SA_NOCLDSTOP',
    runs('sigchld of stops', {
      *main(u) {
        for (const flags of [0, SA_NOCLDSTOP]) {
          yield* u.store(0, 0);
          yield* u.sigaction(SIGCHLD, 'handler', { flags: flags | 2 });
          const pid = yield* u.fork('child');
          yield* u.kill(pid, SIGSTOP);
          yield* u.wait4(pid, WUNTRACED);
          const times = yield* u.load(0);
          u.assert(flags === 0 || times === 0, `SA_NOCLDSTOP, and ${times} signals`);
          if (flags === 0) while ((yield* u.load(0)) === 0) yield* u.nanosleep(1);
          yield* u.kill(pid, SIGKILL);
          yield* u.wait4(pid);
        }
      },
      *child(u) {
        for (;;) yield* u.pause();
      },
      *handler(u) {
        yield* u.store(0, (yield* u.load(0)) + 1);
      },
    }),
  );

  it(
    'takes signals when it goes on',
    runs('signal while stopped', {
      *main(u) {
        const pid = yield* u.fork('child');
        yield* u.kill(pid, SIGSTOP);
        yield* u.wait4(pid, WUNTRACED);
        yield* u.kill(pid, SIGUSR1);
        u.assert((yield* u.wait4(pid, 1)).pid === 0, 'nothing happens yet');
        yield* u.kill(pid, SIGCONT);
        const { status } = yield* u.wait4(pid);
        u.assert(status === SIGUSR1, `status ${status}`);
      },
      *child(u) {
        for (;;) yield* u.pause();
      },
    }),
  );

  it(
    'is not stopped by the terminal if its group is orphaned',
    runs('orphaned', {
      *main(u) {
        // The first program leads a session of its own: nobody of another group there is its parent.
        yield* u.kill(yield* u.getpid(), SIGTSTP);
        const pid = yield* u.fork('child');
        const { status } = yield* u.wait4(pid, WUNTRACED);
        u.assert(status === 0, `status ${status}`);
      },
      *child(u) {
        yield* u.kill(yield* u.getpid(), SIGTSTP);
      },
    }),
  );

  it(
    'by the terminal if somebody could continue it',
    runs('job control', {
      *main(u) {
        const pid = yield* u.fork('child');
        const stopped = yield* u.wait4(pid, WUNTRACED);
        u.assert(stopped.status === ((SIGTSTP << 8) | STOPPED), `status ${stopped.status}`);
        yield* u.kill(pid, SIGCONT);
        const { status } = yield* u.wait4(pid);
        u.assert(status === 7 << 8, `status ${status}`);
      },
      *child(u) {
        yield* u.setpgid(0, 0);
        yield* u.kill(yield* u.getpid(), SIGTSTP);
        yield* u.exit(7);
      },
    }),
  );
});

describe('SIGSTOP, SIGCONT and SIGKILL in any order', () => {
  for (const strategy of ['random', 'portfolio']) {
    it(
      `end with the kill, in timed sleeps, pauses and work (${strategy})`,
      runs(
        `storm ${strategy}`,
        {
          *main(u) {
            const pid = yield* u.fork('child');
            yield* u.fork('other', pid);
            for (let i = 0; i < 4; i++) {
              yield* u.kill(pid, [SIGSTOP, SIGCONT, SIGSTOP, SIGTSTP][u.choose(4)]);
              if (u.choose(2) === 0) yield* u.nanosleep(1);
            }
            yield* u.kill(pid, SIGKILL);
            const { pid: found, status } = yield* u.wait4(pid);
            u.assert(found === pid && status === SIGKILL, `status ${status}`);
            yield* u.wait();
          },
          *other(u, pid: number) {
            for (let i = 0; i < 3; i++) yield* u.kill(pid, u.choose(2) === 0 ? SIGSTOP : SIGCONT);
          },
          *child(u) {
            yield* u.lwp_create('sleeper');
            // Not for ever: a strategy may prefer it to those that would end it.
            for (let i = 0; i < 20; i++) {
              yield* u.nanosleep(1);
              yield* u.store(0, (yield* u.load(0)) + 1);
            }
            for (;;) yield* u.pause();
          },
          *sleeper(u) {
            for (let i = 0; i < 20; i++) yield* u.choose(2) === 0 ? u.sched_yield() : u.nanosleep(2);
            for (;;) yield* u.pause();
          },
        },
        { schedules: 200, cpus: 3, strategy },
      ),
    );
  }

  it(
    'leave timed sleeps that end',
    runs(
      'sleeps end',
      {
        *main(u) {
          const pid = yield* u.fork('child');
          for (let i = 0; i < 3; i++) {
            yield* u.kill(pid, SIGSTOP);
            yield* u.kill(pid, SIGCONT);
          }
          const { status } = yield* u.wait4(pid);
          u.assert(status === 0, `status ${status}`);
        },
        *child(u) {
          for (let i = 0; i < 3; i++) yield* u.nanosleep(2);
          yield* u.store(WORD, 1);
        },
      },
      { schedules: 200 },
    ),
  );
});

describe('the parent of a process that stops', () => {
  /** The middle one exits while its child stops. */
  const exiting = {
    *main(u: User) {
      yield* u.fork('middle');
      yield* u.wait();
      yield* u.nanosleep(3);
      // The child may be stopped for good.
      yield* u.kill(-1, SIGKILL);
    },
    *middle(u: User) {
      const pid = yield* u.fork('child');
      yield* u.kill(pid, SIGSTOP);
      yield* u.kill(pid, SIGCONT);
      yield* u.kill(pid, SIGSTOP);
    },
    *child(u: User) {
      yield* u.lwp_create('other');
      yield* u.getpid();
      yield* u.getpid();
    },
    *other(u: User) {
      yield* u.nanosleep(1);
    },
  };

  it('may exit meanwhile', runs('exiting parent', exiting, { schedules: 300, cpus: 3 }));

  it(
    'as of old was told though it was freed (asSeed exit-signals-freed-parent)',
    runs('exiting parent as of old', exiting, {
      asSeed: ['exit-signals-freed-parent'],
      strategy: 'portfolio',
      schedules: 3000,
      cpus: 3,
      expects: 'use-after-free',
    }),
  );
});

describe('a core dump', () => {
  const dumping = {
    *main(u: User) {
      const pid = yield* u.fork('child');
      const { pid: found, status } = yield* u.wait4(pid, WUNTRACED);
      u.assert(found === pid && status === (SIGABRT | 0x80), `status ${status}`);
    },
    *child(u: User) {
      for (let i = 0; i < 2; i++) yield* u.lwp_create('other');
      for (let i = u.choose(10); i > 0; i--) yield* u.getpid();
      yield* u.kill(yield* u.getpid(), SIGABRT);
      for (;;) yield* u.pause();
    },
    *other(u: User) {
      for (let i = 0; i < 20; i++) yield* u.nanosleep(1);
      for (;;) yield* u.pause();
    },
  };

  it('waits until all other lwps have stopped', runs('dump', dumping, { schedules: 150, cpus: 3 }));

  it('as of old counted them without the token (asSeed nstopped-unlocked)', () => {
    const asSeed = ['nstopped-unlocked'];
    const scenario = processScenario('dump as of old', { asSeed, cpus: 3 }, { '/bin/test': dumping });
    const { verdict } = explore(scenario, { schedules: 2000, shrink: false, stopOnRace: true });
    // A count that is lost lets the dumping lwp wait for ever, when a schedule gets that far.
    assert.ok(verdict === 'data-race' || verdict === 'lost-wakeup', verdict);
  });
});
