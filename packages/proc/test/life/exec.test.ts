import { describe, it } from 'mocha';
import { E2BIG, EACCES, ENAMETOOLONG, ENOENT, ENOTDIR } from '../../src/errno.ts';
import type { GeneratorImage } from '../../src/user/image.ts';
import { finds, once, scenario, survives } from './runs.ts';

const OTHER: GeneratorImage = {
  *main(u) {
    yield* u.exit(9);
  },
};

const twoExec = scenario('two lwps that exec', {
  '/bin/parent': {
    *main(u) {
      const { status } = yield* u.wait4(yield* u.fork('child'));
      u.assert(status === 9 << 8, 'one of them wins');
    },
    *child(u) {
      yield* u.lwp_create('other');
      yield* u.execve('/bin/other');
    },
    *other(u) {
      yield* u.execve('/bin/other');
    },
  },
  '/bin/other': OTHER,
});

const execOrExit = scenario('an lwp that execs and one that exits', {
  '/bin/parent': {
    *main(u) {
      const { status } = yield* u.wait4(yield* u.fork('child'));
      u.assert(status === 9 << 8 || status === 6 << 8, 'one of them wins');
    },
    *child(u) {
      yield* u.lwp_create('other');
      yield* u.execve('/bin/other');
    },
    *other(u) {
      yield* u.exit(6);
    },
  },
  '/bin/other': OTHER,
});

const watched = scenario('exec while others look at the process', {
  '/bin/parent': {
    *main(u) {
      const pid = yield* u.fork('child');
      for (let call = 0; call < 6; call++) yield* u.getpgid(pid);
      yield* u.wait4(pid);
    },
    *child(u) {
      yield* u.store(0, 1);
      yield* u.execve('/bin/other');
    },
  },
  '/bin/other': OTHER,
});

const leavingOne = scenario('exec while the other lwp leaves', {
  '/bin/parent': {
    *main(u) {
      yield* u.lwp_create('other');
      yield* u.execve('/bin/other');
    },
    *other(u) {
      yield* u.extexit();
    },
  },
  '/bin/other': OTHER,
});

const leaving = scenario(
  'exec while other lwps leave',
  {
    '/bin/parent': {
      *main(u) {
        for (let lwp = 0; lwp < 3; lwp++) yield* u.lwp_create('other');
        yield* u.execve('/bin/other');
      },
      *other(u) {
        yield* u.extexit();
      },
    },
    '/bin/other': OTHER,
  },
  { cpus: 3 },
);

describe('execve', () => {
  it('goes on when the other lwps have left by themselves', survives(leaving));

  it(
    'walked the lwps without p_token (killalllwps-unlocked)',
    finds(leavingOne, 'killalllwps-unlocked', ['lost-wakeup', 'deadlock', 'use-after-free', 'panic']),
  );

  it('kills the other lwps, and one of two that call it goes on', survives(twoExec));

  it('loses against an exit, or wins', survives(execOrExit));

  it('waits for those who hold the process', survives(watched));

  it(
    'starts the program with its texts, in new memory, with its name',
    once(
      scenario('texts', {
        '/bin/parent': {
          *main(u) {
            const { status } = yield* u.wait4(yield* u.fork('child'));
            u.assert(status === 3 << 8, 'it counts its arguments');
          },
          *child(u) {
            yield* u.store(0, 1);
            yield* u.execve('/bin/other', ['näme', 'a', ''], ['HOME=/', 'LANG=ä']);
          },
        },
        '/bin/other': {
          *main(u, ...args) {
            const given = args as readonly string[];
            u.assert(given.length === 2 && given[0] === 'a' && given[1] === '', 'its arguments');
            u.assert(u.argv[0] === 'näme', 'its name');
            u.assert(u.getenv('HOME') === '/' && u.getenv('LANG') === 'ä', 'its environment');
            u.assert((yield* u.load(0)) === 0, 'its memory');
            yield* u.exit(u.argv.length);
          },
        },
      }),
    ),
  );

  it(
    'fails with the errno of what is wrong, and the program goes on',
    once(
      scenario('errors', {
        '/bin/parent': {
          *main(u) {
            const cases: readonly (readonly [string, number])[] = [
              ['/bin/none', ENOENT],
              ['', ENOENT],
              ['/bin', EACCES],
              ['/dev/null', EACCES],
              ['/bin/parent/x', ENOTDIR],
              [`/${'x'.repeat(2000)}`, ENAMETOOLONG],
            ];
            for (const [path, errno] of cases) {
              const result = yield* u.execve(path);
              u.assert(result === -1 && u.errno === errno, `${path.slice(0, 20)}: errno ${u.errno}`);
            }
            const long = ['x'.repeat(5000)];
            u.assert((yield* u.execve('/bin/parent', long)) === -1 && u.errno === E2BIG, 'too long');
          },
        },
      }),
    ),
  );
});
