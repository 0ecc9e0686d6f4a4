import { explores } from '@smplab/explore/mocha';
import type { Steps } from '@smplab/lwkt';
import { EINVAL, EPERM } from '@smplab/proc';
import { describe, it } from 'mocha';
import type { VfsUser } from '../../src/user/vfs-user.ts';
import { vfsScenario } from '../../src/vfs-scenario.ts';

const CURTAINS = ['security.curtain', 'security.models.extensions.curtain'];
/** sysctl.name2oid */
const NAME2OID = [0, 3];
const USER = 7;

function* numbersOf(u: VfsUser, name: string): Steps<number[]> {
  const { bytes } = yield* u.__sysctl(NAME2OID, Infinity, new TextEncoder().encode(name));
  return [...new Int32Array(bytes.slice().buffer)];
}

function* read(u: VfsUser, name: string): Steps<number> {
  const { bytes } = yield* u.__sysctl(yield* numbersOf(u, name));
  return new Int32Array(bytes.slice().buffer)[0];
}

/** 0 or the errno. */
function* set(u: VfsUser, name: string, value: number): Steps<number> {
  const bytes = new Uint8Array(Int32Array.of(value).buffer);
  const { result } = yield* u.__sysctl(yield* numbersOf(u, name), null, bytes);
  return result < 0 ? u.errno : 0;
}

function program(name: string, main: (u: VfsUser) => Steps): ReturnType<typeof explores> {
  const scenario = vfsScenario(name, { cpus: 1 }, { '/bin/test': { main } });
  return explores(scenario, { strategy: 'random', schedules: 3 });
}

describe('security in the sysctl tree', () => {
  it(
    'has a level that root may raise, and nobody lowers',
    program('securelevel', function* (u) {
      const name = 'kern.securelevel';
      u.assert((yield* read(u, name)) === 0, 'it begins at 0');
      u.assert((yield* set(u, name, 3)) === EINVAL, 'there is no such level');
      u.assert((yield* set(u, name, 1)) === 0, 'it is raised');
      u.assert((yield* read(u, name)) === 1, 'it is raised');
      u.assert((yield* set(u, name, 0)) === EPERM, 'it is not lowered');
      yield* u.setuid(USER);
      u.assert((yield* set(u, name, 2)) === EPERM, 'a user raises nothing');
      u.assert((yield* read(u, name)) === 1, 'a user may look');
    }),
  );

  it(
    'has a curtain under two names, which is not drawn back at a level that was raised',
    program('curtain', function* (u) {
      for (const name of CURTAINS) {
        u.assert((yield* set(u, name, 1)) === 0, `${name} is set`);
        for (const other of CURTAINS) u.assert((yield* read(u, other)) === 1, `${other} is set with it`);
        u.assert((yield* set(u, name, 0)) === 0, `${name} is drawn back`);
        u.assert((yield* set(u, name, 2)) === EINVAL, 'it is drawn or not');
      }
      yield* set(u, 'security.curtain', 1);
      yield* set(u, 'kern.securelevel', 1);
      u.assert((yield* set(u, 'security.curtain', 0)) === EPERM, 'it stays');
      yield* u.setuid(USER);
      u.assert((yield* set(u, 'security.curtain', 1)) === EPERM, 'a user sets nothing');
    }),
  );

  it(
    'leaves what was in the tree where it was',
    program('others', function* (u) {
      u.assert((yield* read(u, 'security.ps_showallprocs')) === 1, 'an entry beside it');
      u.assert((yield* numbersOf(u, 'kern.maxproc')).join('.') === '1.6', 'an entry of kern');
    }),
  );
});
