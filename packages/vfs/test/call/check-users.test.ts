import { explores } from '@smplab/explore/mocha';
import type { Context, Steps } from '@smplab/lwkt';
import { callResult, closef, F, holdfp, type MakeUser } from '@smplab/proc';
import { VfsUser } from '../../src/user/vfs-user.ts';
import { VfsScenario } from '../../src/vfs-scenario.ts';
import { vref } from '../../src/vnode/vref.ts';
import { ok, put } from '../fixtures/vfs-program.ts';

/** Takes a reference to the vnode of a descriptor that nobody gives back. */
function* leak(k: Context, fd: number): Steps<number> {
  const fp = yield* holdfp(k, fd, 0);
  if (fp < 0) return fp;
  yield* vref(k, k.get(fp + F.f_data));
  return callResult(yield* closef(k, fp));
}

class LeakingUser extends VfsUser {
  leak(fd: number): Steps<number> {
    return this.call(leak, fd);
  }
}

class LeakingScenario extends VfsScenario {
  protected override get makeUser(): MakeUser {
    return (k, lp) => new LeakingUser(k, lp);
  }
}

function scenario(leaks: boolean): VfsScenario {
  const main = function* (u: LeakingUser): Steps {
    yield* put(u, '/file', 'x');
    const fd = yield* ok(u, u.open('/file'), 'open');
    if (leaks) yield* ok(u, u.leak(fd), 'leak');
  };
  return new LeakingScenario('leak', {}, { '/bin/test': { main: main as never } }, { vfs: {}, sizes: {} });
}

describe('the check of who uses vnodes', () => {
  it(
    'finds a reference that nobody has',
    explores(scenario(true), { strategy: 'random', schedules: 2, shrink: false, expects: 'assertion' }),
  );

  it('finds none otherwise', explores(scenario(false), { strategy: 'random', schedules: 2 }));
});
