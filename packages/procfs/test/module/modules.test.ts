import { EBUSY, EEXIST, ENODEV, ENOENT, ENOTTY, EPERM } from '@smplab/proc';
import type { Steps } from '@smplab/lwkt';
import { vrele } from '@smplab/vfs';
import { procfs_modcmd } from '../../src/module/modcmd.ts';
import { PG } from '../../src/procfs-layout.ts';
import type { ProcfsUser } from '../../src/procfs-user.ts';
import { globalWord, kernelOf, nodeAt } from '../fixtures/kernel-code.ts';
import { fails, ok, runs } from '../fixtures/procfs-program.ts';

const NOT_LOADED = { mountsProc: false, search: { schedules: 3 } };

describe('the module', () => {
  it(
    'is loaded and unloaded, each once, and makes the file system known meanwhile',
    runs(
      'load',
      {
        *main(u) {
          yield* ok(u, u.mkdir('/mnt'), 'mkdir');
          for (let round = 0; round < 2; round++) {
            yield* fails(u, u.mount('procfs', '/mnt'), ENODEV, 'mount before');
            yield* fails(u, u.modunload('procfs'), ENOENT, 'unload of what is not loaded');
            yield* ok(u, u.modload('procfs'), 'load');
            yield* fails(u, u.modload('procfs'), EEXIST, 'load again');
            yield* ok(u, u.mount('procfs', '/mnt'), 'mount');
            yield* fails(u, u.modunload('procfs'), EBUSY, 'unload of what is mounted');
            yield* ok(u, u.unmount('/mnt'), 'unmount');
            yield* ok(u, u.modunload('procfs'), 'unload');
          }
        },
      },
      NOT_LOADED,
    ),
  );

  it(
    'requires ptrace_common, which is not unloaded before it',
    runs(
      'requires',
      {
        *main(u) {
          yield* fails(u, u.modload('nomodule'), ENOENT, 'a module there is not');
          yield* ok(u, u.modunload('ptrace_common'), 'unload of what nobody requires');
          yield* fails(u, u.modload('procfs'), ENOENT, 'without what it requires');
          yield* ok(u, u.modload('ptrace_common'), 'load');
          yield* ok(u, u.modload('procfs'), 'with it');
          yield* fails(u, u.modunload('ptrace_common'), EBUSY, 'what is required');
          yield* ok(u, u.modunload('procfs'), 'unload');
          yield* ok(u, u.modunload('ptrace_common'), 'unload of both');
        },
      },
      NOT_LOADED,
    ),
  );

  it(
    'is for root to load',
    runs(
      'nobody',
      {
        *main(u) {
          yield* fails(u, u.modload('procfs'), EPERM, 'load');
          yield* fails(u, u.modunload('ptrace_common'), EPERM, 'unload');
        },
      },
      { ...NOT_LOADED, uid: 7 },
    ),
  );

  it(
    'knows two commands',
    runs(
      'commands',
      {
        *main(u) {
          const k = kernelOf(u);
          for (const cmd of [2, 3, -1]) {
            const error = yield* procfs_modcmd(k, cmd);
            u.assert(error === ENOTTY, `command ${cmd}: ${error}`);
          }
          const again = yield* procfs_modcmd(k, 0);
          u.assert(again === EEXIST, `INIT again: ${again}`);
          const vp = yield* nodeAt(k, 'root');
          const used = yield* procfs_modcmd(k, 1);
          u.assert(used === EBUSY, `FINI while it is mounted: ${used}`);
          u.assert(globalWord(k, PG.pg_hashtab) !== 0, 'its table is as it was');
          yield* vrele(k, vp);
        },
      },
      { search: { schedules: 1 } },
    ),
  );
});

/** One loads and unloads; another mounts, another executes set-id programs and makes processes that exit. */
const BUSY = {
  *main(u: ProcfsUser): Steps {
    yield* ok(u, u.mkdir('/mnt'), 'mkdir');
    yield* u.fork('mounts');
    yield* u.fork('executes');
    for (let round = 0; round < 2; round++) {
      const isLoaded = (yield* u.modload('procfs')) >= 0;
      u.assert(isLoaded || u.errno === EEXIST, `load: errno ${u.errno}`);
      yield* u.sched_yield();
      const isUnloaded = (yield* u.modunload('procfs')) >= 0;
      u.assert(isUnloaded || u.errno === EBUSY, `unload: errno ${u.errno}`);
    }
    for (let left = 2; left > 0; left--) {
      const { status } = yield* u.wait();
      u.assert(status === 0, `status ${status}`);
    }
  },
  *mounts(u: ProcfsUser): Steps {
    const k = kernelOf(u);
    for (let round = 0; round < 3; round++) {
      if ((yield* u.mount('procfs', '/mnt')) < 0) {
        u.assert(u.errno === ENODEV, `mount: errno ${u.errno}`);
        yield* u.sched_yield();
        continue;
      }
      const vp = yield* nodeAt(k, 'mem', (yield* u.getpid()) + 1, -1, '/mnt');
      if (vp > 0) yield* vrele(k, vp);
      yield* ok(u, u.unmount('/mnt'), 'unmount');
    }
    yield* u.exit(0);
  },
  *executes(u: ProcfsUser): Steps {
    yield* u.setuid(7);
    yield* u.execve('/bin/other', ['other']);
  },
};

const SETID = {
  ...NOT_LOADED,
  cpus: 2,
  programs: { '/bin/other': { *main() {} } },
  modes: { '/bin/other': 0o4755 },
};

describe('loading and unloading while others mount, exec and exit', () => {
  it('is well whatever comes between', runs('busy', BUSY, { ...SETID, search: { schedules: 60 } }));

  it(
    'is not in the order of the seed: hooks and mounts are there before the table (procfs-init-order)',
    runs('as seed', BUSY, {
      ...SETID,
      asSeed: ['procfs-init-order'],
      search: { schedules: 3000, expects: 'panic' },
    }),
  );

  it(
    'is useless without a table, as in 1.112 (procfs-no-hashinit)',
    runs(
      'no table',
      {
        *main(u) {
          yield* u.stat('/proc');
        },
      },
      { asSeed: ['procfs-no-hashinit'], revoke: '1.112', search: { schedules: 1, expects: 'panic' } },
    ),
  );
});
