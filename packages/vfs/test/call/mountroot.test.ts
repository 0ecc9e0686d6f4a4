import { names, ok, runs } from '../fixtures/vfs-program.ts';

describe('the root of a machine', () => {
  it(
    'has the programs and devices of the boot, with their modes',
    runs(
      'root',
      {
        *main(u) {
          u.assert((yield* names(u, '/')) === 'dev bin', 'directories');
          u.assert((yield* names(u, '/bin')) === 'test', 'programs');
          u.assert((yield* names(u, '/dev')) === 'null tty console ttyv0 ttyv1', 'devices');
          u.assert((yield* u.stat('/bin/test'))?.st_mode === 0o104755, 'a program');
          u.assert((yield* u.stat('/dev/console'))?.st_mode === 0o020600, 'a terminal');
          u.assert((yield* u.stat('/dev/null'))?.st_rdev === 0x0202, 'its number');
          const console = yield* u.fstat(0);
          u.assert(console?.st_ino === (yield* u.stat('/dev/console'))?.st_ino, 'what 0 to 2 are');
        },
      },
      { modes: { '/bin/test': 0o4755 } },
    ),
  );

  it(
    'is there for whoever comes first, and is one for all',
    runs(
      'forks at once',
      {
        *main(u) {
          for (let left = 2; left > 0; left--) yield* u.fork('child', left);
          u.assert((yield* u.wait()).status === 0 && (yield* u.wait()).status === 0, 'both are well');
          u.assert((yield* names(u, '/')) === 'dev bin', 'both have tidied up');
        },
        *child(u, number: number) {
          yield* ok(u, u.mkdir(`/${number}`), 'mkdir');
          yield* ok(u, u.rmdir(`/${number}`), 'rmdir');
          yield* u.exit(0);
        },
      },
      { search: { schedules: 40 } },
    ),
  );
});
