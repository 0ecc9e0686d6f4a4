import assert from 'node:assert/strict';
import { procfsScenario } from '../src/procfs-scenario.ts';
import { ok, runs } from './fixtures/procfs-program.ts';

describe('a scenario of programs that have /proc', () => {
  it(
    'mounts it before the first of them runs',
    runs('mounted', {
      *main(u) {
        const mounted = yield* u.getvfsstat();
        u.assert(mounted.length === 2, `${mounted.length} file systems`);
        const stat = yield* u.stat('/proc');
        u.assert(stat !== null && (stat.st_mode & 0o7777) === 0o555, 'dr-xr-xr-x');
        yield* ok(u, u.chdir('/proc'), 'chdir');
        yield* ok(u, u.chdir('/'), 'chdir back');
      },
    }),
  );

  it(
    'leaves it alone if it is told to',
    runs(
      'not mounted',
      {
        *main(u) {
          u.assert((yield* u.getvfsstat()).length === 1, 'the root and nothing else');
        },
      },
      { mountsProc: false },
    ),
  );

  it('refuses options that are wrong, with what is right', () => {
    const programs = { '/bin/test': { *main() {} } };
    assert.throws(() => procfsScenario('slip', { profile: 'plan9' as never }, programs), /one of netbsd/);
    assert.throws(() => procfsScenario('slip', { revoke: '1.1' as never }, programs), /'1.117' or '1.112'/);
    assert.throws(() => procfsScenario('slip', { asSeed: ['procfs-slip'] }, programs), /procfs-slip/);
  });
});
