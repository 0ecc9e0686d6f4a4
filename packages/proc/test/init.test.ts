import assert from 'node:assert/strict';
import { explore } from '@smplab/explore';
import { describe, it } from 'mocha';
import { ESRCH } from '../src/errno.ts';
import { SIGHUP } from '../src/signal/signals.ts';
import type { Programs } from '../src/user/image.ts';
import { once, scenario, survives } from './life/runs.ts';

/** A child that never ends by itself is left behind. */
const LEAVES: Programs = {
  '/bin/first': {
    *main(u) {
      // The first program leads its session: whoever it leaves behind is hung up.
      yield* u.signal(SIGHUP, 'SIG_IGN');
      yield* u.fork('stays');
    },
    *stays(u) {
      for (;;) yield* u.pause();
    },
  },
};

const orphans = scenario('orphans', {
  '/bin/first': {
    *main(u) {
      yield* u.wait4(yield* u.vfork('middle'));
      const [one, other] = [yield* u.load(0), yield* u.load(4)];
      u.assert(one > 2 && other > one, 'both were made');
      for (const pid of [one, other]) {
        while ((yield* u.kill(pid, 0)) === 0) yield* u.nanosleep(5);
        u.assert(u.errno === ESRCH, `errno ${u.errno}: init has reaped it`);
      }
    },
    *middle(u) {
      for (const at of [0, 4]) yield* u.store(at, yield* u.fork('orphan', at));
    },
    *orphan(u, ticks: number) {
      yield* u.nanosleep(ticks);
    },
  },
});

describe('init', () => {
  it(
    'is pid 1, the parent of the first program, and of whoever loses his',
    once(
      scenario('parents', {
        '/bin/first': {
          *main(u) {
            u.assert((yield* u.getppid()) === 1, 'of the first program');
            yield* u.wait4(yield* u.fork('middle'));
          },
          *middle(u) {
            yield* u.fork('orphan', yield* u.getpid());
          },
          *orphan(u, parent: number) {
            while ((yield* u.getppid()) === parent) yield* u.nanosleep(1);
            u.assert((yield* u.getppid()) === 1, 'of the orphan');
          },
        },
      }),
    ),
  );

  it('reaps what it was given', survives(orphans, 20));

  it('waits for ever for those that stay, unless the machine is to halt with the first program', () => {
    const verdict = (haltsWithFirst: boolean): string =>
      explore(scenario('leaves', LEAVES, { haltsWithFirst }), {
        strategy: 'random',
        schedules: 20,
        shrink: false,
      }).verdict;
    assert.equal(verdict(false), 'deadlock');
    assert.equal(verdict(true), 'none');
  });

  it(
    'then ends everything, whoever forks meanwhile',
    survives(
      scenario(
        'forks',
        {
          '/bin/first': {
            *main(u) {
              yield* u.signal(SIGHUP, 'SIG_IGN');
              yield* u.fork('forks', 2);
            },
            *forks(u, depth: number) {
              if (depth > 0) yield* u.fork('forks', depth - 1);
              for (;;) yield* u.pause();
            },
          },
        },
        { haltsWithFirst: true },
      ),
      40,
    ),
  );
});
