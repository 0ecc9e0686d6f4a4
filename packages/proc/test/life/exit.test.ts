import { describe, it } from 'mocha';
import { finds, once, scenario, survives } from './runs.ts';

const ANY = -1;

const orphans = scenario('parents that leave children behind', {
  '/bin/parent': {
    *main(u) {
      yield* u.fork('middle', 1);
      yield* u.fork('middle', 2);
    },
    *middle(u, n) {
      yield* u.fork('grandchild', n);
      yield* u.exit(n);
    },
    *grandchild(u, n) {
      yield* u.exit(n);
    },
  },
});

const together = scenario(
  'parent and child that exit at once',
  {
    '/bin/parent': {
      *main(u) {
        yield* u.wait4(yield* u.fork('middle'));
      },
      *middle(u) {
        yield* u.fork('child');
        for (let call = 0; call < 12; call++) yield* u.getpid();
      },
      *child(u) {
        yield* u.exit();
      },
    },
  },
  { cpus: 3 },
);

const reaper = scenario('a reaper that exits while it is given children', {
  '/bin/parent': {
    *main(u) {
      yield* u.wait4(yield* u.fork('reaper'));
    },
    *reaper(u) {
      u.assert((yield* u.procctl(1)) === 0, 'it becomes a reaper');
      yield* u.fork('middle');
      yield* u.getpid();
    },
    *middle(u) {
      yield* u.fork('child');
    },
    *child(u) {
      yield* u.exit();
    },
  },
});

const ignored = scenario('a parent that ignores SIGCHLD', {
  '/bin/parent': {
    *main(u) {
      yield* u.sigaction(20, 'SIG_IGN');
      yield* u.fork('child');
      const { pid } = yield* u.wait4(ANY);
      u.assert(pid === -1, 'its children go to init');
    },
    *child(u) {
      yield* u.exit();
    },
  },
});

describe('exit', () => {
  it('gives children to init, which reaps them', survives(orphans));

  it('tells a parent that exits at the same time, or the next one', survives(together));

  it('hands children on that came to a reaper on its way out', survives(reaper));

  it('leaves nothing to wait for when the parent ignores SIGCHLD', survives(ignored, 60));

  it(
    'gives children to the nearest reaper',
    once(
      scenario('subreaper', {
        '/bin/parent': {
          *main(u) {
            yield* u.procctl(1);
            u.assert((yield* u.procctl(1)) === -1, 'it is one already');
            const middle = yield* u.fork('middle');
            const first = yield* u.wait4(middle);
            const second = yield* u.wait4(ANY);
            u.assert(first.pid === middle && second.status === 4 << 8, 'child and grandchild');
            u.assert((yield* u.procctl(2)) === 0, 'and no longer');
            u.assert((yield* u.procctl(2)) === -1, 'it is none any more');
          },
          *middle(u) {
            yield* u.fork('grandchild');
          },
          *grandchild(u) {
            yield* u.nanosleep(3);
            yield* u.exit(4);
          },
        },
      }),
    ),
  );

  it(
    'changed the children of the reaper without its token (reparent-no-token)',
    finds(orphans, 'reparent-no-token', ['data-race', 'use-after-free', 'panic', 'assertion', 'deadlock'], {
      strategy: 'pos',
    }),
  );
});
